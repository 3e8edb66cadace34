// What templates name, as inputs of the build and of the optimizer.
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** @typedef {import('../../index.js').BridgeConfig} BridgeConfig */
/** @typedef {string | string[] | Record<string, string>} Input */

/**
 * The inputs to be added to a user's, in the place and the shape of theirs: Vite joins lists, and objects by key.
 *
 * @param {BridgeConfig} user
 * @param {string} root
 * @param {import('../templates/named.js').Named} named
 * @param {boolean} isRolldown whether Vite bundles with Rolldown
 * @returns {BridgeConfig}
 */
export function withInputs(user, root, named, isRolldown) {
  const place = placeOf(user, isRolldown);
  const given = inputAt(user, place);
  const keys = values(given).map((path) => keyOf(root, path));
  const names = isObject(given) ? Object.keys(given) : [];
  const isNew = (/** @type {string} */ name) => !keys.includes(name) && !names.includes(name);
  const added = [...named.entries.keys(), ...named.groups.map(({ key }) => key)].filter(isNew);
  // A name without an extension can only be the own name of an input.
  const paths = added.filter((name) => extname(name)).map((name) => join(root, name));
  if (paths.length === 0) return {};
  const input = isObject(given) ? byName(paths, names) : paths;
  return place === 'input' ? { input } : { build: { [place]: { input } } };
}

/**
 * @param {BridgeConfig} user
 * @param {boolean} isRolldown
 */
function placeOf(user, isRolldown) {
  if (user.input) return 'input';
  if (user.build?.rollupOptions?.input) return 'rollupOptions';
  return isRolldown ? 'rolldownOptions' : 'rollupOptions';
}

/**
 * @param {BridgeConfig} user
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
 * By the file's name, as Vite names the inputs of a list; a number keeps it apart from others.
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
