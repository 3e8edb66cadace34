import { defineConfig } from 'vite';
import bridge from 'vite-bridge';

// The plugin reads the entries of the build from the templates.
export default defineConfig({ plugins: [bridge()] });
