// The stylesheets that an input's scripts import, so that a page can link them and is styled before any script runs.
import { init, parse } from 'es-module-lexer';

import { viteVersion } from '../project.js';

/** @typedef {import('../../index.js').ResolvedBridgeConfig} Config */
/** @typedef {import('../../index.js').BridgeServer} Server */
/** @typedef {import('../../index.js').BridgeEnvironment} Environment */

/**
 * By input, in the order in which a browser would evaluate them.
 *
 * @typedef {Record<string, { url: string, id: string }[]>} Styles
 */

// The first major whose client takes a `<link data-vite-dev-id>` for the module's own styles; before, it would add them twice.
const SINCE = 7;

// By extension, or as part of a single-file component; with some queries it is a value, not a stylesheet.
const STYLESHEET = /\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|\?)/;
const VALUE = /[?&](?:inline|raw|url)\b/;

// Vite's own modules, and dependencies that it has bundled.
const OWN = /\/node_modules\/\.vite|^\/@(?:vite|react-refresh)/;

// What Vite adds to the URL of an edited module.
const STAMP = /[?&]t=\d+/;

// How long a burst of changes may last, in milliseconds.
const QUIET = 100;

/**
 * Tells of the stylesheets once the server listens, and whenever they are others.
 *
 * @param {Config} config
 * @param {Server} server
 * @param {() => string[]} inputs as keys of the manifest
 * @param {(styles: Styles) => void} tell
 */
export function followStyles(config, server, inputs, tell) {
  const environment = server.environments?.client;
  if (!environment || Number(viteVersion(config).split('.')[0]) < SINCE) {
    config.logger.warn(`[vite-bridge] "linkStyles" needs Vite ${SINCE} or later, and does nothing here`);
    return;
  }
  let told = '{}';
  const look = async () => {
    const styles = await stylesOf(environment, config.base, inputs());
    const text = JSON.stringify(styles);
    if (text !== told) tell(styles);
    told = text;
  };
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  server.httpServer?.once('listening', () => void look());
  server.watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(look, QUIET).unref();
  });
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
 * Depth first, as modules are evaluated; what is imported at run time is not needed at once.
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
 * The URLs that a module imports, as Vite has rewritten them, below the base.
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
    // A module that cannot be compiled: its error is shown when the page asks for it.
    return [];
  }
}
