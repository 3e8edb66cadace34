// The Vite plugin of vite-bridge. It must not import `vite` at run time: a linked or hoisted copy
// could be another major.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { emitAssets, emitReferenced } from './src/build/assets.js';
import { groupCode, isGroup, restoreSources } from './src/build/groups.js';
import { writeBuildInfo } from './src/build/build-info.js';
import { showCompileErrors } from './src/dev/compile-error.js';
import { backendConfig } from './src/config.js';
import { maintainDevFile } from './src/dev/dev-file.js';
import { CLIENT, withPing } from './src/dev/ping.js';
import { rescanOnChange } from './src/dev/rescan.js';
import { withInputs } from './src/build/inputs.js';
import { portPage } from './src/dev/port-page.js';
import { templateReferences } from './src/templates/references.js';
import { hashedFiles } from './src/build/naming.js';
import { resolveOptions } from './src/options.js';
import { inputsOf, isRolldown } from './src/project.js';
import { refreshOnChange } from './src/dev/refresh.js';

/** @type {{ version: string }} */
const { version } = createRequire(import.meta.url)('./package.json');

/**
 * @param {import('./index.js').BridgeOptions} [given]
 * @returns {import('vite').Plugin}
 */
export default function bridge(given) {
  const options = resolveOptions(given);
  /** @type {import('vite').ResolvedConfig} */
  let config;
  /** @type {import('./src/templates/references.js').References} */
  let references;
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
      const root = resolve(user.root ?? '.');
      references = templateReferences(root, options, publicDirOf(user, root));
      const inputs = user.build?.ssr ? {} : withInputs(user, root, references, isRolldown(root));
      return { ...backendConfig(user), ...inputs, build: { ...backendConfig(user).build, ...inputs.build } };
    },
    configResolved(resolved) {
      config = resolved;
    },
    configureServer(server) {
      // In middleware mode another server owns the port.
      if (!hasServer(server)) return;
      const own = inputsOf(config).filter((input) => !isReferenced(input, references));
      const inputs = () => [...new Set([...own, ...references.entries.keys()])];
      const writeDevFile = maintainDevFile(config, server, options, inputs);
      server.middlewares.use(portPage(config, server.httpServer, options.app));
      refreshOnChange(server, references.folders, options);
      showCompileErrors(server, config);
      rescanOnChange(server, config, references, () => {
        references = templateReferences(config.root, options, config.publicDir);
        writeDevFile();
        return references;
      });
    },
    buildStart() {
      hashed.clear();
      written.clear();
      if (config.command !== 'build' || !isClient(this)) return;
      if (references.errors.length > 0) this.error(`[vite-bridge] ${references.errors.join('\n')}`);
      references.warnings.forEach((text) => this.warn(`[vite-bridge] ${text}`));
      emitAssets(this, config.root, options.assets);
      emitReferenced(this, config.root, references.assets.keys());
    },
    resolveId: {
      // Runs before Vite's resolver, which would drop a part if its package sets `sideEffects:
      // false`.
      order: 'pre',
      async handler(source, importer) {
        if (isGroup(source)) return source;
        if (!importer || !isGroup(importer)) return undefined;
        const resolved = await this.resolve(source, importer, { skipSelf: true });
        return resolved && { ...resolved, moduleSideEffects: true };
      },
    },
    load(id) {
      return isGroup(id) ? groupCode(id, config.root, references.groups) : undefined;
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
function workerPatterns({ build, worker }) {
  const given = worker?.rolldownOptions?.output ?? worker?.rollupOptions?.output;
  const output = Array.isArray(given) ? given[0] : given;
  const usual = `${build.assetsDir}/[name]-[hash]`;
  return [
    output?.entryFileNames ?? `${usual}.js`,
    output?.chunkFileNames ?? `${usual}.js`,
    output?.assetFileNames ?? `${usual}.[ext]`,
  ];
}
