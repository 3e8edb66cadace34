// Which files carry a content hash, by the patterns that Vite named them with.

/** @typedef {string | ((info: any) => string) | undefined} Pattern */

/**
 * @typedef {object} Patterns of one output
 * @property {Pattern} entryFileNames
 * @property {Pattern} chunkFileNames
 * @property {Pattern} assetFileNames
 */

/**
 * @param {Record<string, { type: 'chunk' | 'asset', fileName: string, isEntry?: boolean }>} bundle
 * @param {Patterns} output
 * @param {Pattern[]} workers the patterns of workers, whose files come as assets
 * @returns {string[]}
 */
export function hashedFiles(bundle, output, workers) {
  return Object.values(bundle)
    .filter((file) => patternsOf(file, output, workers).some((pattern) => isNamedBy(pattern, file)))
    .map((file) => file.fileName);
}

/**
 * @param {{ type: 'chunk' | 'asset', isEntry?: boolean }} file
 * @param {Patterns} output
 * @param {Pattern[]} workers
 */
function patternsOf(file, output, workers) {
  if (file.type === 'asset') return [output.assetFileNames, ...workers];
  return [file.isEntry ? output.entryFileNames : output.chunkFileNames];
}

/**
 * @param {Pattern} pattern
 * @param {{ fileName: string }} file
 */
function isNamedBy(pattern, file) {
  const text = typeof pattern === 'function' ? pattern(file) : pattern;
  return text !== undefined && /\[hash\b/.test(text) && shape(text).test(file.fileName);
}

/**
 * `assets/[name]-[hash:10].js` as an expression.
 *
 * @param {string} pattern
 */
function shape(pattern) {
  const parts = pattern.split(/(\[[a-z]+(?::\d+)?\])/);
  const text = parts.map((part) => {
    if (part.startsWith('[hash')) return '[A-Za-z0-9_-]{6,}';
    if (part === '[extname]') return '(?:\\.[^/]+)?';
    if (part === '[ext]') return '[^/]+';
    return part.startsWith('[') ? '.+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${text.join('')}$`);
}
