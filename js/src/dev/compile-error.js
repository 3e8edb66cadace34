// Shows compile errors of the application in Vite's overlay, on pages that the previous program
// still serves.
import { readFileSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';

import { projectFolderOf } from '../project.js';
import { channelOf } from './channel.js';

const FILE = 'compile-error.json';

/**
 * Watches the file that `vite-bridge dev` keeps next to the dev file while the sources do not
 * compile.
 *
 * @param {import('vite').ViteDevServer & { httpServer: import('vite').HttpServer }} server
 * @param {import('vite').ResolvedConfig} config
 */
export function showCompileErrors(server, config) {
  const folder = join(projectFolderOf(config), '.vite-bridge');
  const path = join(folder, FILE);
  const channel = channelOf(server);
  let isShown = false;
  const update = () => {
    const state = read(path);
    // A missing file means that a new program starts. Pages reload by themselves when it answers; a
    // reload sent now could still reach the old program.
    if (state?.error) channel.send(state.error);
    // Vite's client removes its overlay at the next update, even if the update is empty.
    else if (state && isShown) channel.send({ type: 'update', updates: [] });
    isShown = state?.error !== undefined;
  };
  // Vite's own watcher ignores this folder. An earlier listener of the same event creates it with
  // the dev file.
  server.httpServer.once('listening', () => {
    const watcher = watch(folder, (_event, name) => name === FILE && update());
    // The folder may be removed while the server runs.
    watcher.on('error', () => watcher.close());
    server.httpServer.once('close', () => watcher.close());
    watcher.unref();
  });
  // Pages that are opened or reloaded while the error lasts.
  channel.on('connection', (socket) => {
    const error = read(path)?.error;
    if (error) socket.send(JSON.stringify(error));
  });
}

/**
 * Returns `undefined` if the file is missing, and an object without `error` if the sources compile
 * again.
 *
 * @param {string} path
 * @returns {{ error?: import('vite').ErrorPayload } | undefined}
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
    // The file is usually missing.
    return undefined;
  }
}
