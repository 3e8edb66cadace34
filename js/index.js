// The Vite plugin of vite-bridge. It must not import `vite` at run time: a linked or hoisted copy
// could be another major.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { emitAssets, emitReferenced } from './src/build/assets.js';
import { groupCode, isGroup, restoreSources } from './src/build/groups.js';
import { writeBuildInfo } from './src/build/build-info.js';
import {
  expectedFiles,
  filesOf,
  fixLazyUrls,
  isBundled,
  latestBundle,
  nameInputs,
  preambleCode,
} from './src/dev/bundle.js';
import { showCompileErrors } from './src/dev/compile-error.js';
import { backendConfig, browserConfig } from './src/config.js';
import { maintainDevFile } from './src/dev/dev-file.js';
import { updatedModules, updateStylesheets } from './src/dev/hot-update.js';
import { printAppUrl } from './src/dev/app-url.js';
import { showNameErrors } from './src/dev/name-errors.js';
import { overlayOf } from './src/dev/overlay.js';
import { CLIENT, withPing } from './src/dev/ping.js';
import { rescanOnChange } from './src/dev/rescan.js';
import { portPage } from './src/dev/port-page.js';
import { textOf } from './src/templates/problem.js';
import { hasSameFiles, isPageSource, templateReferences } from './src/templates/references.js';
import { hashedFiles } from './src/build/naming.js';
import { resolveOptions } from './src/options.js';
import { buildOf, inputsOf, majorAt } from './src/project.js';
import { refreshOnChange } from './src/dev/refresh.js';

/** @type {{ version: string }} */
const { version } = createRequire(import.meta.url)('./package.json');

/**
 * @param {import('./index.js').BridgeOptions} [given]
 * @returns {import('vite').Plugin}
 */
export default function bridge(given) {
  const options = resolveOptions(given);
  /** @type {string} */
  let root;
  /** @type {import('vite').ResolvedConfig} */
  let config;
  /** @type {import('./src/templates/references.js').References} */
  let references;
  /** @type {import('./src/dev/bundle.js').Files | undefined} */
  let bundled;
  let writeDevFile = () => {};
  /** @type {Set<string>} */
  const hashed = new Set();
  /** @type {Set<string>} */
  const written = new Set();
  // Hooks of Vite 5 have no environment.
  /** @param {{ environment?: { name: string } }} context */
  const isClient = (context) => !config.build.ssr && (context.environment?.name ?? 'client') === 'client';
  return {
    name: 'vite-bridge',
    version,
    config(user) {
      root = resolve(user.root ?? '.');
      references = templateReferences(root, options, publicDirOf(user, root));
      const isForBrowsers = majorAt(root) === 5 && !user.build?.ssr;
      return { ...backendConfig(user), ...(isForBrowsers && browserConfig(user, root, references, 5)) };
    },
    // Runs in Vite 6 and later, for each environment. Other environments have their own inputs.
    configEnvironment(name, environment) {
      return name === 'client' ? browserConfig(environment, root, references, majorAt(root)) : undefined;
    },
    configResolved(resolved) {
      config = resolved;
      if (!isBundled(config)) return;
      nameInputs(config, references);
      bundled = expectedFiles(config);
    },
    configureServer(server) {
      // In middleware mode another server owns the port.
      if (!hasServer(server)) return;
      const own = inputsOf(config).filter(
        (input) => !isReferenced(input, references) && !preambleCode(input),
      );
      const inputs = () => [...new Set([...own, ...references.entries.keys()])];
      writeDevFile = maintainDevFile(config, server, options, inputs, () => bundled);
      if (bundled) server.middlewares.use(latestBundle(config, server, () => bundled));
      server.middlewares.use(portPage(config, server.httpServer, options.app));
      refreshOnChange(server, references.folders, options);
      updateStylesheets(server, (path) => isPageSource(path, references));
      printAppUrl(server, config, options.app);
      const overlay = overlayOf(server);
      showCompileErrors(server, config, overlay);
      const scan = () => {
        const known = references;
        references = templateReferences(config.root, options, config.publicDir);
        writeDevFile();
        if (bundled && !hasSameFiles(known, references)) void server.restart();
        return references;
      };
      rescanOnChange(server, references, scan, showNameErrors(config, overlay));
    },
    // Runs before the hook of Tailwind CSS 4.2 to 4.3.2, which reloads the page.
    hotUpdate: {
      order: 'pre',
      async handler({ type, file, modules }) {
        if (this.environment.name !== 'client' || !isPageSource(file, references)) return undefined;
        return updatedModules(this.environment.moduleGraph, type, modules);
      },
    },
    // Vite 5. Later versions run `hotUpdate`.
    handleHotUpdate: {
      order: 'pre',
      async handler({ file, modules, server }) {
        if (!isPageSource(file, references)) return undefined;
        return updatedModules(server.moduleGraph, 'update', modules);
      },
    },
    buildStart() {
      hashed.clear();
      written.clear();
      if (!(config.command === 'build' || bundled) || !isClient(this)) return;
      if (!bundled) {
        if (references.errors.length > 0)
          this.error(`[vite-bridge] ${references.errors.map(textOf).join('\n')}`);
        references.warnings.forEach((text) => this.warn(`[vite-bridge] ${text}`));
      }
      emitAssets(this, config.root, options.assets);
      emitReferenced(this, config.root, references.assets.keys());
    },
    resolveId: {
      // Runs before Vite's resolver, which would drop a part if its package sets `sideEffects:
      // false`.
      order: 'pre',
      async handler(source, importer) {
        if (isGroup(source) || preambleCode(source)) return source;
        if (!importer || !isGroup(importer)) return undefined;
        const resolved = await this.resolve(source, importer, { skipSelf: true });
        return resolved && { ...resolved, moduleSideEffects: true };
      },
    },
    load(id) {
      return isGroup(id) ? groupCode(id, config.root, references.groups) : preambleCode(id);
    },
    transform: {
      // Vite before 6.3 ignores the filter.
      filter: { id: CLIENT },
      handler(code, id) {
        return config.command === 'serve' && CLIENT.test(id)
          ? { code: withPing(code), map: null }
          : undefined;
      },
    },
    generateBundle(_output, bundle) {
      if (bundled) {
        fixLazyUrls(config, bundle);
        const files = filesOf(config, bundle);
        if (JSON.stringify(files) === JSON.stringify(bundled)) return;
        bundled = files;
        return writeDevFile();
      }
      if (references.groups.length > 0) restoreSources(bundle);
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      // Runs once for each output. The legacy plugin makes two.
      handler(output, bundle) {
        if (!isClient(this)) return;
        Object.keys(bundle).forEach((file) => written.add(file));
        hashedFiles(bundle, output, workerPatterns(config)).forEach((file) => hashed.add(file));
      },
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        if (config.command === 'build' && isClient(this) && written.size > 0)
          writeBuildInfo(config, hashed, written);
      },
    },
  };
}

/**
 * @param {import('vite').ViteDevServer} server
 * @returns {server is import('vite').ViteDevServer & { httpServer: import('vite').HttpServer }}
 */
function hasServer(server) {
  return server.httpServer !== null;
}

/**
 * Returns whether a template references an input. Such an input may disappear with the next scan.
 *
 * @param {string} input
 * @param {import('./src/templates/references.js').References} references
 */
function isReferenced(input, { entries, groups }) {
  return entries.has(input) || groups.some(({ key }) => key === input);
}

/**
 * Returns the public directory before Vite has resolved it.
 *
 * @param {import('vite').UserConfig} user
 * @param {string} root
 */
function publicDirOf(user, root) {
  return user.publicDir === false ? '' : resolve(root, user.publicDir ?? 'public');
}

/**
 * Returns the file name patterns of workers. Vite's default is `assets/[name]-[hash].js`.
 *
 * @param {import('vite').ResolvedConfig} config
 */
function workerPatterns(config) {
  const { worker } = config;
  const given = worker?.rolldownOptions?.output ?? worker?.rollupOptions?.output;
  const output = Array.isArray(given) ? given[0] : given;
  const usual = `${buildOf(config).assetsDir}/[name]-[hash]`;
  return [
    output?.entryFileNames ?? `${usual}.js`,
    output?.chunkFileNames ?? `${usual}.js`,
    output?.assetFileNames ?? `${usual}.[ext]`,
  ];
}
