// Facts about the project, derived from Vite's resolved configuration, in the form that the crate
// reads.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** @typedef {Pick<import('vite').ResolvedConfig, 'root'>} Root */
/** @typedef {import('vite').ResolvedConfig} Config */

/** @typedef {{ root: string, build: { outDir: string } }} Output */

const MARKERS = ['package.json', 'Cargo.toml'];

/**
 * Returns the project folder: the nearest folder above the output directory with a package.json or a
 * Cargo.toml, or else the parent of the output directory. The crate uses the same rules for this
 * folder and for the dev file (`src/load/project.rs`); `tests/cases/dev-files.json` has cases for
 * both.
 *
 * @param {Output} config
 */
function projectFolderOf(config) {
  const parent = dirname(outDirOf(config));
  for (let folder = parent; ; folder = dirname(folder)) {
    if (MARKERS.some((marker) => existsSync(join(folder, marker)))) return folder;
    if (folder === dirname(folder)) return parent;
  }
}

/**
 * Returns the folder for the files that the plugin and the crate exchange.
 *
 * @param {Output} config
 */
export function bridgeFolderOf(config) {
  return join(projectFolderOf(config), '.vite-bridge');
}

/**
 * Returns the path of the dev file. Each output directory of a project has its own one.
 *
 * @param {Output} config
 */
export function devFileOf(config) {
  const path = relative(projectFolderOf(config), outDirOf(config)).split(sep).join('/');
  const name = path.replaceAll('%', '%25').replaceAll('-', '%2D').replaceAll('/', '-');
  return join(bridgeFolderOf(config), path === 'dist' ? 'dev.json' : `dev-${name}.json`);
}

/** @param {Output} config */
export function outDirOf(config) {
  return resolve(config.root, config.build.outDir);
}

/**
 * Returns the inputs as keys of the manifest: relative to the root, separated by `/`.
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
 * Returns a path as a key of the manifest.
 *
 * @param {Root} config
 * @param {string} path
 */
export function keyOf(config, path) {
  const key = isAbsolute(path) ? relative(config.root, path) : path;
  return key.split(sep).join('/').replace(/^\.\//, '');
}

/**
 * Returns whether the project's Vite bundles with Rolldown (Vite 8 and later), which reads
 * `build.rolldownOptions`.
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
 * Returns the version of the project's Vite. An `import 'vite'` in this module could resolve to
 * another copy, for example if the plugin is linked.
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
