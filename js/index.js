// The Vite plugin of vite-bridge. It never imports `vite`: a linked or hoisted copy would be another major.
import { emitAssets } from './assets.js';
import { writeBuildInfo } from './build-info.js';
import { backendConfig } from './config.js';
import { keepDevFile } from './dev-file.js';
import { landing } from './landing.js';
import { hashedFiles } from './naming.js';
import { resolveOptions } from './options.js';
import { watchTemplates } from './refresh.js';

/**
 * @param {import('./index.js').BridgeOptions} [given]
 * @returns {import('./index.js').BridgePlugin}
 */
export default function bridge(given) {
  const options = resolveOptions(given);
  /** @type {import('./index.js').ResolvedBridgeConfig} */
  let config;
  /** @type {Set<string>} */
  const hashed = new Set();
  /** @type {Set<string>} */
  const written = new Set();
  /** @param {{ environment?: { name: string } }} context */
  const isClient = (context) => !config.build.ssr && (context.environment?.name ?? 'client') === 'client';
  return {
    name: 'vite-bridge',
    config: backendConfig,
    configResolved(resolved) {
      config = resolved;
    },
    configureServer(server) {
      // In middleware mode somebody else has the port.
      if (!server.httpServer) return;
      keepDevFile(config, server, options);
      server.middlewares.use(landing(config, server.httpServer, options.app));
      watchTemplates(server, config.root, options);
    },
    buildStart() {
      hashed.clear();
      written.clear();
      if (config.command === 'build' && isClient(this)) emitAssets(this, config.root, options.assets);
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
