// Shows compile errors of the application in Vite's overlay, on pages that the previous program
// still serves.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { bridgeFolderOf } from '../project.js';
import { watchFolder } from './watch-folder.js';

const FILE = 'compile-error.json';

/**
 * Watches the file that `vite-bridge dev` keeps while the sources do not compile. It is beside the
 * package.json whose script started Vite, because cargo's workspace may have several front ends. This
 * folder can be another one than that of the dev file.
 *
 * @param {import('vite').ViteDevServer & { httpServer: import('vite').HttpServer }} server
 * @param {import('vite').ResolvedConfig} config
 * @param {import('./overlay.js').Overlay} overlay
 */
export function showCompileErrors(server, config, overlay) {
  const starter = process.env.VITE_BRIDGE_PACKAGE;
  const folder = starter ? join(starter, '.vite-bridge') : bridgeFolderOf(config);
  const path = join(folder, FILE);
  overlay.add(() => read(path)?.error);
  // A missing file means that a new program starts. Pages reload by themselves when it answers; a
  // reload sent now could still reach the old program.
  watchFolder(server.httpServer, folder, FILE, () => overlay.update({ reloads: !read(path) }));
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
