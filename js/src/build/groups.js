// Groups: several parts that a template lists, built as one entry that imports them in the listed
// order.
import { basename, join } from 'node:path';

const GROUP = /\/\.vite-bridge\/group-[0-9a-f]{16}\.js$/;

/**
 * Returns whether a module is the entry of a group.
 *
 * @param {string} id
 */
export function isGroup(id) {
  return GROUP.test(normal(id));
}

/**
 * Returns the module of a group, or `undefined` if no template lists the group.
 *
 * @param {string} id
 * @param {string} root
 * @param {import('../templates/references.js').Group[]} groups
 * @returns {import('vite').Rollup.LoadResult}
 */
export function groupCode(id, root, groups) {
  const group = groups.find(({ key }) => normal(id).endsWith(`/${key}`));
  // The query makes each part a separate module for each group. Bundlers put a module that two
  // entries share into a chunk, which would run before the parts in front of it.
  const lines = group?.parts.map((part) => {
    const query = `?${basename(group.key, '.js')}`;
    return `import ${JSON.stringify(normal(join(root, part)) + query)};\n`;
  });
  return lines && { code: lines.join(''), map: { mappings: '' }, moduleSideEffects: 'no-treeshake' };
}

/** Replaces `\` by `/`, the separator of Vite's module ids. */
function normal(/** @type {string} */ path) {
  return path.replaceAll('\\', '/');
}

/**
 * Removes the queries of parts from the sources of source maps.
 *
 * @param {Record<string, { type: string, source?: unknown }>} bundle
 */
export function restoreSources(bundle) {
  for (const [file, output] of Object.entries(bundle)) {
    if (output.type !== 'asset' || !file.endsWith('.map') || typeof output.source !== 'string') continue;
    output.source = output.source.replace(/\?group-[0-9a-f]{16}(?=")/g, '');
  }
}
