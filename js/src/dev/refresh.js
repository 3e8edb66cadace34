// What happens when a template changes.
import { sep } from 'node:path';

/**
 * With `restart` nothing is sent: the application restarts, its socket drops, and the page reloads by itself when the new
 * one answers. Sent earlier, a reload would fetch the old page.
 *
 * @param {import('../../index.js').BridgeServer} server
 * @param {string[]} folders
 * @param {import('../options.js').Options} options
 */
export function watchTemplates(server, folders, { refresh }) {
  if (refresh === 'restart') return;
  server.watcher.add(folders);
  server.watcher.on('all', (_event, path) => {
    if (!folders.some((folder) => path.startsWith(folder + sep))) return;
    // `hot` came with Vite 5.1; `ws` is there in 5 to 8.
    const channel = server.hot ?? server.ws;
    if (refresh === 'now') channel.send({ type: 'full-reload', path: '*' });
    else channel.send({ type: 'custom', event: refresh.event, data: { path } });
  });
}
