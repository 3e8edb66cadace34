/**
 * What a Rust server needs of a build and a user has not set: the manifest.
 *
 * @returns {import('./index.js').BridgePlugin}
 */
export default function bridge() {
  return {
    name: 'vite-bridge',
    config: (user) => ({ build: { manifest: user.build?.manifest ?? true } }),
  };
}
