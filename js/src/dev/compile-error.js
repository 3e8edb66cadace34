// The application does not compile: its pages, which the application before still serves, show why by Vite's overlay.
import { readFileSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';

import { homeOf } from '../project.js';

const FILE = 'compile-error.json';

/**
 * Follows the file that `vite-bridge dev` writes beside the dev file, as long as the sources do not compile.
 *
 * @param {import('../../index.js').BridgeServer & { httpServer: import('node:http').Server }} server
 * @param {import('../../index.js').ResolvedBridgeConfig} config
 */
export function showCompileErrors(server, config) {
  const folder = join(homeOf(config), '.vite-bridge');
  const path = join(folder, FILE);
  let isShown = false;
  const tell = () => {
    const state = read(path);
    // Without the file there is another application, and pages come back by themselves: a reload now might still get the old one.
    if (state?.error) server.ws.send(state.error);
    // The client takes its overlay away with the next update, even one of nothing.
    else if (state && isShown) server.ws.send({ type: 'update', updates: [] });
    isShown = state?.error !== undefined;
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
    const error = read(path)?.error;
    if (error) socket.send(JSON.stringify(error));
  });
}

/**
 * The error as the overlay's message, if there is one; nothing without a file.
 *
 * @param {string} path
 * @returns {{ error?: { type: 'error', err: object } } | undefined}
 */
function read(path) {
  try {
    const { version, root, message, place, frame, rest } = JSON.parse(readFileSync(path, 'utf8'));
    if (version !== 1) return undefined;
    if (message === undefined) return {};
    const loc = place && { ...place, file: resolve(root, place.file) };
    return {
      error: { type: 'error', err: { message, loc, id: loc?.file, frame, stack: rest, plugin: 'cargo' } },
    };
  } catch {
    // It is not there, most often.
    return undefined;
  }
}
