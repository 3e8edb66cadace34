// What a resolved configuration says of the project, in the terms of the files that Rust reads.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** @typedef {import('../index.js').ResolvedBridgeConfig} Config */

/**
 * The folder of `.vite-bridge/`: the first above the output directory that has a package.json, else Vite's root. Rust
 * looks for it by the same rule.
 *
 * @param {Config} config
 */
export function homeOf(config) {
  for (let folder = dirname(outDirOf(config)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return config.root;
  }
}

/** @param {Config} config */
export function outDirOf(config) {
  return resolve(config.root, config.build.outDir);
}

/**
 * The inputs as the manifest's keys name them: relative to the root, with `/`.
 *
 * @param {Config} config
 * @returns {string[]}
 */
export function inputsOf(config) {
  const input =
    config.build.rolldownOptions?.input ?? config.build.rollupOptions?.input ?? config.input ?? [];
  const list = typeof input === 'string' ? [input] : Object.values(input);
  return list.map((path) => keyOf(config, path));
}

/**
 * @param {Config} config
 * @param {string} path
 */
export function keyOf(config, path) {
  const key = isAbsolute(path) ? relative(config.root, path) : path;
  return key.split(sep).join('/').replace(/^\.\//, '');
}

/**
 * Whether the project's Vite bundles with Rolldown, as from 8 on, and names its options so.
 *
 * @param {string} root
 */
export function isRolldown(root) {
  try {
    return Number(versionAt(root).split('.')[0]) >= 8;
  } catch {
    return false;
  }
}

/** @param {Config} config */
export function hasReact(config) {
  return config.plugins.some(({ name }) => name.startsWith('vite:react'));
}

/**
 * The version of the Vite that the project has. Not that of an `import 'vite'` here: a linked plugin would find its own.
 *
 * @param {Config} config
 */
export function viteVersion(config) {
  return versionAt(config.root);
}

/** @param {string} root */
function versionAt(root) {
  const path = createRequire(join(root, 'package.json')).resolve('vite/package.json');
  return /** @type {string} */ (JSON.parse(readFileSync(path, 'utf8')).version);
}
