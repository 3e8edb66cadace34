// Adds the entries that templates reference to the inputs of the build and of the dependency
// optimizer.
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** @typedef {import('vite').UserConfig} UserConfig */
/** @typedef {string | string[] | Record<string, string>} Input */

/**
 * Returns the inputs to add, under the same configuration key and in the same shape as the user's
 * inputs. Vite merges lists with lists, and objects key by key.
 *
 * @param {UserConfig} user
 * @param {string} root
 * @param {import('../templates/references.js').References} references
 * @param {boolean} isRolldown whether Vite bundles with Rolldown
 * @returns {UserConfig}
 */
export function withInputs(user, root, references, isRolldown) {
  const place = placeOf(user, isRolldown);
  const given = inputAt(user, place);
  const keys = values(given).map((path) => keyOf(root, path));
  const names = isObject(given) ? Object.keys(given) : [];
  const isNew = (/** @type {string} */ name) => !keys.includes(name) && !names.includes(name);
  const added = [...references.entries.keys(), ...references.groups.map(({ key }) => key)].filter(isNew);
  // A name without an extension refers to a key of the user's inputs, not to a file.
  const paths = added.filter((name) => extname(name)).map((name) => join(root, name));
  if (paths.length === 0) return {};
  const input = isObject(given) ? byName(paths, names) : paths;
  return place === 'input' ? { input } : { build: { [place]: { input } } };
}

/**
 * @param {UserConfig} user
 * @param {boolean} isRolldown
 */
function placeOf(user, isRolldown) {
  if (user.input) return 'input';
  if (user.build?.rollupOptions?.input) return 'rollupOptions';
  return isRolldown ? 'rolldownOptions' : 'rollupOptions';
}

/**
 * @param {UserConfig} user
 * @param {'input' | 'rollupOptions' | 'rolldownOptions'} place
 */
function inputAt(user, place) {
  return place === 'input' ? user.input : user.build?.[place]?.input;
}

/**
 * @param {Input | undefined} input
 * @returns {string[]}
 */
function values(input) {
  if (input === undefined) return [];
  return typeof input === 'string' ? [input] : Object.values(input);
}

/**
 * @param {Input | undefined} input
 * @returns {input is Record<string, string>}
 */
function isObject(input) {
  return typeof input === 'object' && !Array.isArray(input);
}

/**
 * @param {string} root
 * @param {string} path
 */
function keyOf(root, path) {
  return relative(root, isAbsolute(path) ? path : resolve(root, path))
    .split(sep)
    .join('/');
}

/**
 * Names each input after its file, as Vite names the inputs of a list. A number resolves conflicts.
 *
 * @param {string[]} paths
 * @param {string[]} taken
 */
function byName(paths, taken) {
  /** @type {Record<string, string>} */
  const inputs = {};
  for (const path of paths) {
    const name = basename(path, extname(path));
    let own = name;
    for (let number = 2; own in inputs || taken.includes(own); number++) own = `${name}-${number}`;
    inputs[own] = path;
  }
  return inputs;
}
