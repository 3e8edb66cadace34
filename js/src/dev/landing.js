// Who opens Vite's own port in a browser is told where the application is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { homeOf } from '../project.js';

/** @typedef {import('../../index.js').ResolvedBridgeConfig} Config */

// The proxy of the Rust side marks what it forwards.
const FORWARDED = 'x-vite-bridge';

/**
 * A middleware for the front: a browser's own request for `/` or the base, at Vite's own port.
 *
 * @param {Config} config
 * @param {import('node:http').Server} server
 * @param {string | undefined} app
 * @returns {import('../../index.js').Middleware}
 */
export function landing(config, server, app) {
  const paths = new Set(['/', config.base, config.base.replace(/\/$/, '')]);
  return (request, response, next) => {
    const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
    const path = (request.originalUrl ?? request.url ?? '').split('?')[0];
    const isForwarded = FORWARDED in request.headers || !isOwnPort(request.headers.host, server);
    if (!isPage || isForwarded || !paths.has(path)) return next();
    response.writeHead(404, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(page(app ?? appOf(config)));
  };
}

/**
 * @param {string | undefined} host
 * @param {import('node:http').Server} server
 */
function isOwnPort(host, server) {
  const listening = server.address();
  const port = host?.match(/:(\d+)$/)?.[1] ?? '80';
  return typeof listening === 'object' && listening !== null && String(listening.port) === port;
}

/**
 * What the Rust side wrote beside the dev file.
 *
 * @param {Config} config
 * @returns {string | undefined}
 */
function appOf(config) {
  try {
    return JSON.parse(readFileSync(join(homeOf(config), '.vite-bridge/app.json'), 'utf8')).url;
  } catch {
    return undefined;
  }
}

/** @param {string | undefined} app */
function page(app) {
  const url = app?.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const where = url
    ? `The application is at <a href="${url}">${url}</a>.`
    : 'Start the application and open its address; the option <code>app</code> of the plugin would be named here.';
  return `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Vite's port</title>
<body style="font:1.1rem/1.6 system-ui;max-width:40rem;margin:15vh auto;padding:0 1rem">
<h1>This is Vite's own port.</h1><p>It serves modules; pages come from the application. ${where}</p>`;
}
