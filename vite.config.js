import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import bridge from 'vite-bridge';

// The demo's front end. Its build is committed, so that `cargo run --example demo` needs cargo alone. No inputs: the templates name them.
export default defineConfig({
  root: fileURLToPath(new URL('examples/demo', import.meta.url)),
  plugins: [bridge()],
  build: { assetsInlineLimit: 0 },
});
