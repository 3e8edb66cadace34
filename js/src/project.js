// Facts about the project, derived from Vite's resolved configuration, in the form that the crate
// reads.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';

/** @typedef {Pick<import('vite').ResolvedConfig, 'root'>} Root */
/** @typedef {import('vite').ResolvedConfig} Config */

/** @typedef {Pick<Config, 'root' | 'build' | 'environments'>} Output */

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
  return resolve(config.root, buildOf(config).outDir);
}

/**
 * Returns the build options for browsers. Vite 5 has no environments.
 *
 * @param {Pick<Config, 'build' | 'environments'>} config
 */
export function buildOf(config) {
  return config.environments?.client?.build ?? config.build;
}

/**
 * Returns the inputs as keys of the manifest: relative to the root, separated by `/`.
 *
 * @param {Config} config
 * @returns {string[]}
 */
export function inputsOf(config) {
  const build = buildOf(config);
  const top = config.environments?.client?.input ?? config.input;
  const input = build.rolldownOptions?.input ?? build.rollupOptions?.input ?? top ?? [];
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
 * Returns the major of the project's Vite, or 0 if the project folder has no Vite.
 *
 * @param {string} root
 */
export function majorAt(root) {
  try {
    return Number(versionAt(root).split('.')[0]);
  } catch {
    return 0;
  }
}

/**
 * Returns the path of Vite's socket if the configuration sets one, or `undefined` for Vite's base.
 * Vite's client joins it to the base in the same way. `server.hmr.path` became `server.ws.path` in
 * Vite 8.1.
 *
 * @param {Config} config
 */
export function socketPathOf({ base, server: { hmr, ws } }) {
  const options = [ws, hmr].map((option) => (typeof option === 'object' ? option : undefined));
  const path = options.find((option) => option?.path)?.path;
  return path && posix.join(mountOf(base), path);
}

/**
 * Returns the path at which Vite serves its files in development: the base, or `/` for a relative
 * base.
 *
 * @param {string} base
 */
export function mountOf(base) {
  return base.startsWith('/') ? base : '/';
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
  return versionIn(JSON.parse(readFileSync(path, 'utf8')));
}

/**
 * Returns the version of Vite in a package. The package `vite` of Vite+ has a version of its own,
 * and names the Vite that it bundles.
 *
 * @param {{ version: string, bundledVersions?: { vite?: string } }} package
 */
export function versionIn({ version, bundledVersions }) {
  return bundledVersions?.vite ?? version;
}
