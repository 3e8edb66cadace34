/** The part of Vite's configuration that the plugin reads and sets. */
export interface BridgeConfig {
  build?: { manifest?: boolean | string };
}

/** A Vite plugin, in the terms that Vite 5 to 8 share. */
export interface BridgePlugin {
  name: 'vite-bridge';
  config(user: BridgeConfig): BridgeConfig;
}

/**
 * Sets what a Rust server needs of a build and a user has not set: `build.manifest: true`.
 *
 * @example
 * // vite.config.js
 * import { defineConfig } from 'vite';
 * import bridge from 'vite-bridge';
 *
 * export default defineConfig({ plugins: [bridge()] });
 */
export default function bridge(): BridgePlugin;
