// Two scripts of about 1 KB and 100 KB, of words that compress as code does.
import { defineConfig } from 'vite';

const SIZES = { small: 980, large: 100_000 };

export default defineConfig({
  build: {
    manifest: true,
    emptyOutDir: false,
    rolldownOptions: { input: Object.keys(SIZES).map((name) => `virtual:${name}`) },
  },
  plugins: [
    {
      name: 'words',
      resolveId: (id) => (id.startsWith('virtual:') ? `\0${id}.js` : undefined),
      load(id) {
        const [, size] = Object.entries(SIZES).find(([name]) => id === `\0virtual:${name}.js`) ?? [];
        return size ? `console.log(${JSON.stringify(words(size))})` : undefined;
      },
    },
  ],
});

/** @param {number} size */
function words(size) {
  let [text, seed] = ['', 1];
  const next = (/** @type {number} */ below) => (seed = (seed * 48271) % 2147483647) % below;
  const letters = 'etaoinshrdlucmfwypvbgkjqxz';
  const word = () =>
    Array.from({ length: 3 + next(8) }, () => letters[Math.min(next(26), next(26))]).join('');
  const known = Array.from({ length: 1500 }, word);
  while (text.length < size) text += `${known[Math.min(next(1500), next(1500))]} `;
  return text.slice(0, size);
}
