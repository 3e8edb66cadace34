// Finds the stylesheets that an input's scripts import. A page that links them is styled before its
// scripts run.
import { init, parse } from 'es-module-lexer';

import { isBundled } from './bundle.js';
import { debounced } from './debounce.js';
import { viteVersion } from '../project.js';

/** @typedef {import('vite').ResolvedConfig} Config */
/** @typedef {import('vite').DevEnvironment} Environment */

/**
 * The stylesheets of each input, in the order in which a browser would evaluate them.
 *
 * @typedef {Record<string, { url: string, id: string }[]>} Styles
 */

// The first major whose client reuses a `<link data-vite-dev-id>` for the module's styles. Older
// clients add the styles again.
const SINCE = 7;

// Matches the file extension, or the `lang` query of a single-file component.
export const STYLESHEET = /\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|\?)/;

// With these queries the import is a string, not a stylesheet.
const VALUE = /[?&](?:inline|raw|url)\b/;

// Vite's client modules and prebundled dependencies.
const OWN = /\/node_modules\/\.vite|^\/@(?:vite|react-refresh)/;

// The query that Vite adds to the URL of an edited module.
const STAMP = /[?&]t=\d+/;

// A burst of changes ends when no change came for this long, in milliseconds.
const DEBOUNCE = 100;

/**
 * Calls `onChange` with the stylesheets when the server listens, and again whenever they change.
 *
 * @param {Config} config
 * @param {import('vite').ViteDevServer} server
 * @param {() => string[]} inputs returns the inputs as keys of the manifest
 * @param {(styles: Styles) => void} onChange
 */
export function watchStyles(config, server, inputs, onChange) {
  if (isBundled(config)) {
    config.logger.warn(
      '[vite-bridge] the option "linkStyles" has no effect with `experimental.bundledDev`, whose stylesheets are scripts\nhelp: remove one of the two options',
    );
    return;
  }
  const environment = server.environments?.client;
  if (!environment || Number(viteVersion(config).split('.')[0]) < SINCE) {
    config.logger.warn(
      `[vite-bridge] the option "linkStyles" has no effect before Vite ${SINCE}\nhelp: update Vite or remove the option`,
    );
    return;
  }
  let known = '{}';
  const check = async () => {
    const styles = await stylesOf(environment, config.base, inputs());
    const text = JSON.stringify(styles);
    if (text !== known) onChange(styles);
    known = text;
  };
  server.httpServer?.once('listening', () => void check());
  server.watcher.on('all', debounced(server.httpServer, check, DEBOUNCE));
}

/**
 * @param {Environment} environment
 * @param {string} base
 * @param {string[]} inputs
 * @returns {Promise<Styles>}
 */
async function stylesOf(environment, base, inputs) {
  await init();
  /** @type {Styles} */
  const styles = {};
  for (const input of inputs.filter((input) => !STYLESHEET.test(input))) {
    /** @type {Styles[string]} */
    const found = [];
    await collect(environment, base, `/${input}`, new Set(), found);
    if (found.length > 0) styles[input] = found;
  }
  return styles;
}

/**
 * Walks static imports depth first, the order in which modules are evaluated. Skips dynamic
 * imports, because the page does not need their styles at once.
 *
 * @param {Environment} environment
 * @param {string} base
 * @param {string} url
 * @param {Set<string>} seen
 * @param {Styles[string]} found
 */
async function collect(environment, base, url, seen, found) {
  if (seen.has(url)) return;
  seen.add(url);
  for (const imported of await staticImports(environment, base, url)) {
    if (STYLESHEET.test(imported)) {
      const id = (await environment.moduleGraph.getModuleByUrl(imported))?.id;
      const isKnown = !id || found.some((style) => style.id === id);
      if (!isKnown && !VALUE.test(imported)) found.push({ url: imported, id });
    } else if (!OWN.test(imported)) {
      await collect(environment, base, imported, seen, found);
    }
  }
}

/**
 * Returns the URLs that a module imports, as rewritten by Vite and without the base.
 *
 * @param {Environment} environment
 * @param {string} base
 * @param {string} url
 */
async function staticImports(environment, base, url) {
  try {
    const code = (await environment.transformRequest(url))?.code ?? '';
    const [imports] = parse(code);
    const urls = imports.flatMap((found) =>
      found.type === 'static' || found.type === 'reexport-star' ? [found.specifier] : [],
    );
    return urls.map((name) =>
      (name.startsWith(base) ? `/${name.slice(base.length)}` : name).replace(STAMP, ''),
    );
  } catch {
    // Vite shows the compile error of this module when the page requests it.
    return [];
  }
}
