// Vite's `experimental.bundledDev` (8.1 and later): the dev server bundles the inputs and serves only
// the files of this bundle, from memory.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { isGroup } from '../build/groups.js';
import { buildOf, hasReact, inputsOf, mountOf } from '../project.js';

/** @typedef {import('vite').ResolvedConfig} Config */

/**
 * The files of the bundle, which the crate reads from the dev file.
 *
 * @typedef {object} Files
 * @property {Record<string, string>} entries the URL of each entry and each asset, below the base and with a leading
 *   slash, by the path of its source
 * @property {string} [preamble] the URL of the script that React needs before all others
 */

/** The input that replaces React's inline script: it imports a module that the bundle contains. */
const PREAMBLE = 'vite-bridge-preamble';

const PREAMBLE_CODE = `import { injectIntoGlobalHook } from '/@react-refresh';
injectIntoGlobalHook(window);
window.$RefreshReg$ = () => {};
window.$RefreshSig$ = () => (type) => type;
`;

/** @param {Config} config */
export function isBundled(config) {
  return config.command === 'serve' && config.experimental.bundledDev === true;
}

/** @param {string} id */
export function preambleCode(id) {
  return id === PREAMBLE ? PREAMBLE_CODE : undefined;
}

/**
 * Names each input after its source, so that its URL is known before the bundle exists. Vite's own
 * names are file names, with a number if two are equal.
 *
 * @param {Config} config
 * @param {import('../templates/references.js').References} references
 */
export function nameInputs(config, { groups }) {
  const { rolldownOptions } = buildOf(config);
  // The page of a dev server loads each part of a group separately.
  const keys = inputsOf(config).filter((key) => !isGroup(`/${key}`));
  const all = [...keys, ...groups.flatMap(({ parts }) => parts), ...(hasReact(config) ? [PREAMBLE] : [])];
  rolldownOptions.input = Object.fromEntries(
    all.map((key) => {
      const path = join(config.root, key);
      return [nameOf(key), existsSync(path) ? path : key];
    }),
  );
}

/**
 * Returns the files that the bundle will have.
 *
 * @param {Config} config
 * @returns {Files}
 */
export function expectedFiles(config) {
  const { preamble, ...entries } = Object.fromEntries(
    inputsOf(config).map((key) => [key === PREAMBLE ? 'preamble' : key, `/assets/${nameOf(key)}.js`]),
  );
  return { entries, preamble };
}

/**
 * Returns the files of a finished bundle.
 *
 * @param {Config} config
 * @param {import('vite').Rollup.OutputBundle} bundle
 * @returns {Files}
 */
export function filesOf(config, bundle) {
  const files = expectedFiles(config);
  const keys = new Map(inputsOf(config).map((key) => [nameOf(key), key]));
  for (const file of Object.values(bundle)) {
    const sources =
      file.type === 'asset' ? file.originalFileNames : file.isEntry ? [keys.get(file.name)] : [];
    for (const source of sources) {
      if (source === PREAMBLE) files.preamble = `/${file.fileName}`;
      else if (source !== undefined) files.entries[source] = `/${file.fileName}`;
    }
  }
  return files;
}

/**
 * Adds the base to the URLs of lazy chunks, which Vite 8.3 requests from `/` with every base.
 *
 * @param {Config} config
 * @param {import('vite').Rollup.OutputBundle} bundle
 */
export function fixLazyUrls({ base }, bundle) {
  const mount = mountOf(base);
  if (mount === '/') return;
  for (const file of Object.values(bundle)) {
    if (file.type === 'chunk') file.code = file.code.replaceAll('`/@vite/lazy?', `\`${mount}@vite/lazy?`);
  }
}

/**
 * Returns a middleware that holds a request for an entry until the bundle contains the latest edits.
 * Vite does so for its own HTML pages only.
 *
 * @param {Config} config
 * @param {import('vite').ViteDevServer} server
 * @param {() => Files | undefined} files
 * @returns {import('vite').Connect.NextHandleFunction}
 */
export function latestBundle({ base }, server, files) {
  const prefix = mountOf(base);
  return async (request, _response, next) => {
    const { entries = {}, preamble } = files() ?? {};
    const path = decoded((request.url ?? '').split('?')[0]);
    const file = path.startsWith(prefix) ? `/${path.slice(prefix.length)}` : undefined;
    const isEntry = file !== undefined && (file === preamble || Object.values(entries).includes(file));
    if (isEntry) await latest(server.environments.client);
    next();
  };
}

/** @param {string} path */
function decoded(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/**
 * The part of Vite's experimental class that has no public counterpart. A later version may lack it:
 * a page can then load an outdated bundle.
 *
 * @typedef {{ waitForInitialBuildFinish?(): Promise<void>, devEngine?: { ensureLatestBuildOutput?(): Promise<void> } }} Engine
 */

/** @param {import('vite').DevEnvironment} environment */
async function latest({ bundledDev }) {
  const engine = /** @type {Engine | undefined} */ (/** @type {unknown} */ (bundledDev));
  try {
    await engine?.waitForInitialBuildFinish?.();
    await engine?.devEngine?.ensureLatestBuildOutput?.();
  } catch {
    // Vite shows the error of a build in its overlay.
  }
}

/**
 * Returns the name of an input. Names must not leave the output directory.
 *
 * @param {string} key
 */
function nameOf(key) {
  return key.replaceAll('../', '_/');
}
