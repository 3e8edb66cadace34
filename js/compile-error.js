// The application does not compile: its pages, which the application before still serves, show why by Vite's overlay.
import { readFileSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';

import { homeOf } from './project.js';

const FILE = 'compile-error.json';

/**
 * Follows the file that `vite-bridge dev` writes beside the dev file, as long as the sources do not compile.
 *
 * @param {import('./index.js').BridgeServer & { httpServer: import('node:http').Server }} server
 * @param {import('./index.js').ResolvedBridgeConfig} config
 */
export function showCompileErrors(server, config) {
  const folder = join(homeOf(config), '.vite-bridge');
  const path = join(folder, FILE);
  let told = '';
  const tell = () => {
    const error = read(path);
    const text = JSON.stringify(error) ?? '';
    if (text === told) return;
    // The client takes its overlay away with the next update, even one of nothing.
    server.ws.send(error ?? { type: 'update', updates: [] });
    told = text;
  };
  // Vite's own watcher is told to leave the folder alone. With the dev file it is there.
  server.httpServer.once('listening', () => {
    const watcher = watch(folder, (_event, name) => name === FILE && tell());
    // The folder may be removed; then there is nothing to tell.
    watcher.on('error', () => watcher.close());
    server.httpServer.once('close', () => watcher.close());
    watcher.unref();
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
