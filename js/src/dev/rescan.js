// Scans the templates again while the dev server runs.
import { sep } from 'node:path';

import { debounced } from './debounce.js';

/** @typedef {import('../templates/references.js').References} References */

// A burst of changes ends when no change came for this long, in milliseconds.
const DEBOUNCE = 50;

// The watcher reports no change while it makes its first pass over the folders. The time for that
// pass, in milliseconds.
const FIRST_PASS = 1000;

/**
 * Scans again whenever a template changes, and whenever a file appears or disappears, because a
 * template may name it. Passes each result to `show`.
 *
 * @param {import('vite').ViteDevServer} server
 * @param {References} references
 * @param {() => References} scan
 * @param {(references: References) => void} show
 */
export function rescanOnChange(server, references, scan, show) {
  show(references);
  server.watcher.add(references.folders);
  const rescan = () => show(scan());
  debounced(server.httpServer, rescan, FIRST_PASS)();
  const later = debounced(server.httpServer, rescan, DEBOUNCE);
  server.watcher.on('all', (event, path) => {
    const isTemplate = references.folders.some((folder) => path === folder || path.startsWith(folder + sep));
    if (event !== 'change' || isTemplate) later();
  });
}
