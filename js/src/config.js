// Defaults for Vite's configuration that a Rust server needs. Values that the user set always win.

import { withInputs } from './build/inputs.js';

/** @typedef {import('vite').UserConfig} UserConfig */

// A given `server.fs.deny` replaces Vite's default list, so this repeats that list. It is the
// longest one so far, of Vite 8.1.
const VITE_DENY = [
  '.env',
  '.env.*',
  '*.{crt,pem,key,p12,pfx,cer,der}',
  '.npmrc',
  '.yarnrc.yml',
  '**/.git/**',
];

// Cargo's credentials, and the files in which Rust frameworks keep secrets.
const RUST_DENY = ['**/.cargo/credentials*', '**/Rocket.toml', '**/Secrets*.toml', '**/target/**'];

// Build output of cargo and the plugin's own files. Vite would watch them otherwise.
const UNWATCHED = ['**/target/**', '**/.vite-bridge/**'];

/**
 * @param {UserConfig} user
 * @returns {UserConfig}
 */
export function backendConfig(user) {
  return {
    // The application serves the pages. With another type Vite would answer for missing pages with
    // index.html.
    appType: user.appType ?? 'custom',
    // Vite and the application often share a terminal.
    clearScreen: user.clearScreen ?? false,
    server: {
      // `null` turns the watcher off.
      ...(user.server?.watch === null ? {} : { watch: { ignored: UNWATCHED } }),
      ...(user.server?.fs?.deny ? {} : { fs: { deny: [...VITE_DENY, ...RUST_DENY] } }),
    },
  };
}

/**
 * The build options for browsers: a manifest, and the entries that templates reference.
 *
 * @param {Pick<UserConfig, 'build' | 'input'>} user
 * @param {string} root
 * @param {import('./templates/references.js').References} references
 * @param {number} major of Vite
 * @returns {Pick<UserConfig, 'build' | 'input'>}
 */
export function browserConfig(user, root, references, major) {
  const inputs = withInputs(user, root, references, major >= 8);
  return { ...inputs, build: { manifest: user.build?.manifest ?? true, ...inputs.build } };
}
