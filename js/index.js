// The Vite plugin of vite-bridge. It never imports `vite`: a linked or hoisted copy would be another major.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { emitAssets, emitNamed } from './src/build/assets.js';
import { groupCode, isGroup, plainSources } from './src/build/groups.js';
import { writeBuildInfo } from './src/build/build-info.js';
import { showCompileErrors } from './src/dev/compile-error.js';
import { backendConfig } from './src/config.js';
import { keepDevFile } from './src/dev/dev-file.js';
import { followTemplates } from './src/dev/follow.js';
import { withInputs } from './src/build/inputs.js';
import { landing } from './src/dev/landing.js';
import { namedByTemplates } from './src/templates/named.js';
import { hashedFiles } from './src/build/naming.js';
import { resolveOptions } from './src/options.js';
import { inputsOf, isRolldown } from './src/project.js';
import { watchTemplates } from './src/dev/refresh.js';

/** @type {{ version: string }} */
const { version } = createRequire(import.meta.url)('./package.json');

/**
 * @param {import('./index.js').BridgeOptions} [given]
 * @returns {import('./index.js').BridgePlugin}
 */
export default function bridge(given) {
  const options = resolveOptions(given);
  /** @type {import('./index.js').ResolvedBridgeConfig} */
  let config;
  /** @type {import('./src/templates/named.js').Named} */
  let named;
  /** @type {Set<string>} */
  const hashed = new Set();
  /** @type {Set<string>} */
  const written = new Set();
  /** @param {{ environment?: { name: string } }} context */
  const isClient = (context) => !config.build.ssr && (context.environment?.name ?? 'client') === 'client';
  return {
    name: 'vite-bridge',
    version,
    config(user) {
      const root = resolve(user.root ?? '.');
      named = namedByTemplates(root, options, publicDirOf(user, root));
      const inputs = user.build?.ssr ? {} : withInputs(user, root, named, isRolldown(root));
      return { ...backendConfig(user), ...inputs, build: { ...backendConfig(user).build, ...inputs.build } };
    },
    configResolved(resolved) {
      config = resolved;
    },
    configureServer(server) {
      // In middleware mode somebody else has the port.
      if (!server.httpServer) return;
      const own = inputsOf(config).filter((input) => !isNamed(input, named));
      const inputs = () => [...new Set([...own, ...named.entries.keys()])];
      const write = keepDevFile(config, server, options, inputs);
      server.middlewares.use(landing(config, server.httpServer, options.app));
      watchTemplates(server, named.folders, options);
      showCompileErrors(server, config);
      followTemplates(server, config, named, () => {
        named = namedByTemplates(config.root, options, config.publicDir);
        write();
        return named;
      });
    },
    buildStart() {
      hashed.clear();
      written.clear();
      if (config.command !== 'build' || !isClient(this)) return;
      if (named.faults.length > 0) this.error(`[vite-bridge] ${named.faults.join('\n')}`);
      named.warnings.forEach((text) => this.warn(`[vite-bridge] ${text}`));
      emitAssets(this, config.root, options.assets);
      emitNamed(this, config.root, named.assets.keys());
    },
    resolveId: {
      // Before Vite's own, which would have the parts' package decide whether they do anything.
      order: 'pre',
      async handler(source, importer) {
        if (isGroup(source)) return source;
        if (!importer || !isGroup(importer)) return undefined;
        const resolved = await this.resolve(source, importer, { skipSelf: true });
        return resolved && { ...resolved, moduleSideEffects: true };
      },
    },
    load(id) {
      return isGroup(id) ? groupCode(id, config.root, named.groups) : undefined;
    },
    generateBundle(_output, bundle) {
      if (named.groups.length > 0) plainSources(bundle);
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      // Once for each output: the legacy plugin makes two.
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
 * Whether only templates ask for an input.
 *
 * @param {string} input
 * @param {import('./src/templates/named.js').Named} named
 */
function isNamed(input, { entries, groups }) {
  return entries.has(input) || groups.some(({ key }) => key === input);
}

/**
 * Before Vite has resolved it.
 *
 * @param {import('./index.js').BridgeConfig} user
 * @param {string} root
 */
function publicDirOf(user, root) {
  return user.publicDir === false ? '' : resolve(root, user.publicDir ?? 'public');
}

/**
 * Vite's default where the user says nothing: `assets/[name]-[hash].js`.
 *
 * @param {import('./index.js').ResolvedBridgeConfig} config
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
