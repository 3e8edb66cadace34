// The application does not compile: its pages, which the application before still serves, show why by Vite's overlay.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { homeOf } from './project.js';

/**
 * Follows the file that `vite-bridge dev` writes beside the dev file, as long as the sources do not compile.
 *
 * @param {import('./index.js').BridgeServer} server
 * @param {import('./index.js').ResolvedBridgeConfig} config
 */
export function showCompileErrors(server, config) {
  const folder = join(homeOf(config), '.vite-bridge');
  const path = join(folder, 'compile-error.json');
  let isShown = false;
  const tell = () => {
    const error = read(path);
    if (error) server.ws.send(error);
    // The client takes its overlay away with the next update, even one of nothing.
    else if (isShown) server.ws.send({ type: 'update', updates: [] });
    isShown = error !== undefined;
  };
  server.watcher.add(folder);
  server.watcher.on('all', (_event, changed) => {
    if (resolve(changed) === path) tell();
  });
  // A page that is opened, or reloaded, meanwhile.
  server.ws.on('connection', (socket) => {
    const error = read(path);
    if (error) socket.send(JSON.stringify(error));
  });
}

/**
 * As the overlay's message; nothing when there is no error.
 *
 * @param {string} path
 * @returns {{ type: 'error', err: object } | undefined}
 */
function read(path) {
  try {
    const { version, root, message, place, frame, rest } = JSON.parse(readFileSync(path, 'utf8'));
    if (version !== 1) return undefined;
    const loc = place && { ...place, file: resolve(root, place.file) };
    return { type: 'error', err: { message, loc, id: loc?.file, frame, stack: rest, plugin: 'cargo' } };
  } catch {
    // It is not there, most often.
    return undefined;
  }
}
