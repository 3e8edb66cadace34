// The page that a browser gets when it opens Vite's own port: it links to the application.
import { appUrl } from './app-url.js';

/** @typedef {import('vite').ResolvedConfig} Config */

// The development proxy of the crate adds this header to every request that it forwards.
const FORWARDED = 'x-vite-bridge';

/**
 * Returns a middleware that answers a browser's request for `/` or the base on Vite's own port.
 *
 * @param {Config} config
 * @param {import('vite').HttpServer} server
 * @param {string | undefined} app
 * @returns {import('vite').Connect.NextHandleFunction}
 */
export function portPage(config, server, app) {
  const paths = new Set(['/', config.base, config.base.replace(/\/$/, '')]);
  return (request, response, next) => {
    const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
    const path = (request.originalUrl ?? request.url ?? '').split('?')[0];
    const isForwarded = FORWARDED in request.headers || !isOwnPort(request.headers.host, server);
    if (!isPage || isForwarded || !paths.has(path)) return next();
    response.writeHead(404, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(page(appUrl(config, app)));
  };
}

/**
 * @param {string | undefined} host
 * @param {import('vite').HttpServer} server
 */
function isOwnPort(host, server) {
  const listening = server.address();
  const port = host?.match(/:(\d+)$/)?.[1] ?? '80';
  return typeof listening === 'object' && listening !== null && String(listening.port) === port;
}

/** @param {string | undefined} app */
function page(app) {
  const url = app?.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const where = url
    ? `The application is at <a href="${url}">${url}</a>.`
    : 'Start the application and open its address. To show the address here, set the plugin option <code>app</code>.';
  return `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Vite dev server</title>
<body style="font:1.1rem/1.6 system-ui;max-width:40rem;margin:15vh auto;padding:0 1rem">
<h1>This is Vite's own port</h1><p>Vite serves modules here. The application serves the pages. ${where}</p>`;
}
