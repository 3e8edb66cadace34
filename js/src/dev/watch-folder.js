// Watches `.vite-bridge/`, which Vite's own watcher ignores.
import { watch } from 'node:fs';

/**
 * Calls `onChange` when a file of a folder changes, from the start of the server to its end.
 *
 * @param {import('vite').HttpServer} server
 * @param {string} folder
 * @param {string} file
 * @param {() => void} onChange
 */
export function watchFolder(server, folder, file, onChange) {
  // An earlier listener of the same event creates the folder with the dev file.
  server.once('listening', () => {
    try {
      const watcher = watch(folder, (_event, name) => name === file && onChange());
      // The folder may be removed while the server runs.
      watcher.on('error', () => watcher.close());
      server.once('close', () => watcher.close());
      watcher.unref();
    } catch {
      // The folder does not exist, because it cannot be written. The dev file warns about that.
    }
  });
}
