// Groups: a list of parts in a template, built as one entry that imports them in their order.
import { basename, join } from 'node:path';

const GROUP = /\/\.vite-bridge\/group-[0-9a-f]{16}\.js$/;

/**
 * @param {string} id
 * @returns {boolean} whether it is a group's module
 */
export function isGroup(id) {
  return GROUP.test(normal(id));
}

/**
 * The module of a group; nothing of one that no template names.
 *
 * @param {string} id
 * @param {string} root
 * @param {import('../templates/named.js').Group[]} groups
 */
export function groupCode(id, root, groups) {
  const group = groups.find(({ key }) => normal(id).endsWith(`/${key}`));
  // Under a name of its own for each group: a module that two entries share is put into a chunk of its own, and would run before
  // what stands in front of it here.
  const lines = group?.parts.map((part) => {
    const query = `?${basename(group.key, '.js')}`;
    return `import ${JSON.stringify(normal(join(root, part)) + query)};\n`;
  });
  return lines && { code: lines.join(''), map: { mappings: '' }, moduleSideEffects: 'no-treeshake' };
}

/** With `/`, as Vite's ids are. */
function normal(/** @type {string} */ path) {
  return path.replaceAll('\\', '/');
}

/**
 * Source maps name the parts as the files that they are.
 *
 * @param {Record<string, { type: string, source?: unknown }>} bundle
 */
export function plainSources(bundle) {
  for (const [file, output] of Object.entries(bundle)) {
    if (output.type !== 'asset' || !file.endsWith('.map') || typeof output.source !== 'string') continue;
    output.source = output.source.replace(/\?group-[0-9a-f]{16}(?=")/g, '');
  }
}
