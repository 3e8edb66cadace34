import { defineConfig } from 'vite';
import bridge from 'vite-bridge';

export default defineConfig({
  plugins: [bridge({ templates: [] })],
  build: { rolldownOptions: { input: 'src/main.js' } },
  server: {
    // All addresses: the application is in another container.
    host: true,
    port: 5173,
    strictPort: true,
    // The application sends this name if the browser uses a name of VITE_BRIDGE_ALLOW_HOSTS.
    allowedHosts: ['vite'],
  },
});
