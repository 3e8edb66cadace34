import { defineConfig } from 'vite';
import bridge from 'vite-bridge';

// The templates name what is built.
export default defineConfig({ plugins: [bridge()] });
