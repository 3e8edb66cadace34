import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import bridge from 'vite-bridge';

// The demo's front end. Its build is committed, so that `cargo run --example demo` needs cargo alone.
export default defineConfig({
  root: fileURLToPath(new URL('examples/demo', import.meta.url)),
  plugins: [bridge()],
  build: {
    assetsInlineLimit: 0,
    rolldownOptions: { input: ['src/main.ts', 'src/about.ts'].map(inDemo) },
  },
});

/** @param {string} path */
function inDemo(path) {
  return fileURLToPath(new URL(`examples/demo/${path}`, import.meta.url));
}
