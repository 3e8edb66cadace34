// What a backend needs of Vite's configuration and a user has not set.

/** @typedef {import('../index.js').BridgeConfig} BridgeConfig */

// Vite takes a list of its own when none is given, so one that is given has to repeat it (the longest, of Vite 8.1).
const VITES_DENIALS = [
  '.env',
  '.env.*',
  '*.{crt,pem,key,p12,pfx,cer,der}',
  '.npmrc',
  '.yarnrc.yml',
  '**/.git/**',
];

// Credentials of cargo, and the files in which Rust's frameworks keep secrets.
const RUSTS_DENIALS = ['**/.cargo/credentials*', '**/Rocket.toml', '**/Secrets*.toml', '**/target/**'];

// What cargo writes is no source; without this Vite would watch it.
const UNWATCHED = ['**/target/**', '**/.vite-bridge/**'];

/**
 * @param {BridgeConfig} user
 * @returns {BridgeConfig}
 */
export function backendConfig(user) {
  return {
    // Documents come from the application: Vite's fallback to index.html would answer in its place.
    appType: user.appType ?? 'custom',
    // The application's messages share the terminal.
    clearScreen: user.clearScreen ?? false,
    build: { manifest: user.build?.manifest ?? true },
    server: {
      // `null` switches watching off.
      ...(user.server?.watch === null ? {} : { watch: { ignored: UNWATCHED } }),
      ...(user.server?.fs?.deny ? {} : { fs: { deny: [...VITES_DENIALS, ...RUSTS_DENIALS] } }),
    },
  };
}
