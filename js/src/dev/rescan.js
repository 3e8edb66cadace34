// Scans the templates again while the dev server runs.
import { sep } from 'node:path';

/** @typedef {import('../templates/references.js').References} References */

// A burst of changes ends when no change came for this long, in milliseconds.
const DEBOUNCE = 50;

// The watcher reports no change while it makes its first pass over the folders. The time for that
// pass, in milliseconds.
const FIRST_PASS = 1000;

/**
 * Scans again whenever a template changes, and logs the errors and warnings of each scan.
 *
 * @param {import('vite').ViteDevServer} server
 * @param {{ logger: { warn(text: string): void } }} config
 * @param {References} references
 * @param {() => References} scan
 */
export function rescanOnChange(server, { logger }, references, scan) {
  let logged = '';
  const log = (/** @type {References} */ { errors, warnings }) => {
    const text = [...errors, ...warnings].map((line) => `[vite-bridge] ${line}`).join('\n');
    if (text && text !== logged) logger.warn(text);
    logged = text;
  };
  log(references);
  server.watcher.add(references.folders);
  setTimeout(() => log(scan()), FIRST_PASS).unref();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  server.watcher.on('all', (_event, path) => {
    if (!references.folders.some((folder) => path === folder || path.startsWith(folder + sep))) return;
    clearTimeout(timer);
    timer = setTimeout(() => log(scan()), DEBOUNCE).unref();
  });
}
