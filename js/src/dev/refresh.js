// The effect of a changed template in the browser, as the option `refresh` sets it.
import { sep } from 'node:path';

import { channelOf } from './channel.js';

/**
 * Sends a reload or a custom event when a template changes.
 *
 * `restart` sends nothing: the application restarts, its socket closes, and the page reloads by
 * itself when the new program answers. A reload sent earlier would fetch the old page, so
 * hot-update.js suppresses the reload that Vite sends for an `.html` file.
 *
 * @param {import('vite').ViteDevServer} server
 * @param {string[]} folders
 * @param {import('../options.js').Options} options
 */
export function refreshOnChange(server, folders, { refresh }) {
  if (refresh === 'restart') return;
  const channel = channelOf(server);
  server.watcher.add(folders);
  server.watcher.on('all', (_event, path) => {
    if (!folders.some((folder) => path.startsWith(folder + sep))) return;
    if (refresh === 'now') channel.send({ type: 'full-reload', path: '*' });
    else channel.send({ type: 'custom', event: refresh.event, data: { path } });
  });
}
