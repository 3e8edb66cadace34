// Detects files with a content hash in their names, by the patterns from which Vite built the
// names.

/** @typedef {string | ((info: any) => string) | undefined} Pattern */

/**
 * @typedef {object} Patterns of one output
 * @property {Pattern} entryFileNames
 * @property {Pattern} chunkFileNames
 * @property {Pattern} assetFileNames
 */

/**
 * Returns the files of a bundle whose names contain a content hash.
 *
 * @param {Record<string, { type: 'chunk' | 'asset', fileName: string, isEntry?: boolean }>} bundle
 * @param {Patterns} output
 * @param {Pattern[]} workers the patterns for workers, whose files appear as assets in the bundle
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
 * Converts a pattern such as `assets/[name]-[hash:10].js` to a regular expression.
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
