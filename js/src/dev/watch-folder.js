// Watches `.vite-bridge/`, which Vite's own watcher ignores.
import { watch } from 'node:fs';
import { basename } from 'node:path';

import { makeBridgeFolder } from './bridge-folder.js';
import { debounced } from './debounce.js';

// The time until a removed folder is created and watched again, in milliseconds.
const RETRY = 1000;

/**
 * Calls `onChange` when a file of a folder `.vite-bridge` changes, from the start of the server to
 * its end. Creates the folder, also after it was removed.
 *
 * @param {import('vite').HttpServer} server
 * @param {string} folder
 * @param {string} file
 * @param {() => void} onChange
 */
export function watchFolder(server, folder, file, onChange) {
  /** @type {import('node:fs').FSWatcher | undefined} */
  let watcher;
  const restart = () => {
    watcher?.close();
    retry();
  };
  const start = () => {
    try {
      makeBridgeFolder(folder);
      watcher = watch(folder, (event, name) => {
        if (name === file) onChange();
        // This is the name in the events of the folder itself.
        else if (event === 'rename' && name === basename(folder)) restart();
      });
      watcher.on('error', restart).unref();
      return true;
    } catch {
      // The folder cannot be written. The dev file warns about that, or the program that writes to
      // this folder.
      retry();
      return false;
    }
  };
  const retry = debounced(server, () => start() && onChange(), RETRY);
  server.once('listening', start);
  server.once('close', () => watcher?.close());
}
