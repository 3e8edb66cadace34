import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import bridge from 'vite-bridge';

// The front end of the demo. The plugin finds the inputs in the templates. The build is committed,
// so that `cargo run --example demo` works without Node.
export default defineConfig({
  root: fileURLToPath(new URL('examples/demo', import.meta.url)),
  plugins: [bridge()],
  build: { assetsInlineLimit: 0 },
});
