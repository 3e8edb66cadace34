// The names of Vite's public files. The crate gives them precedence over some routes, as it does
// with the files of a build.
import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** @typedef {import('vite').ResolvedConfig} Config */

// The largest number of names in the dev file. The crate asks Vite for other files only if no
// route matches.
const LIMIT = 10_000;

// A burst of changes ends when no change came for this long, in milliseconds.
const DEBOUNCE = 50;

/**
 * Returns the names of all public files, sorted and separated by `/`.
 *
 * @param {Config} config
 * @returns {string[]}
 */
export function publicFiles({ publicDir }) {
  if (!publicDir) return [];
  try {
    const entries = readdirSync(publicDir, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter(isFile)
      .map((entry) => relative(publicDir, join(folderOf(entry), entry.name)));
    return paths
      .map((path) => path.split(sep).join('/'))
      .sort()
      .slice(0, LIMIT);
  } catch {
    // Most projects have no public directory.
    return [];
  }
}

/**
 * Calls `changed` after public files were added or removed.
 *
 * @param {Config} config
 * @param {import('vite').ViteDevServer} server
 * @param {() => void} changed
 */
export function watchPublicFiles({ publicDir }, { watcher }, changed) {
  if (!publicDir) return;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  watcher.add(publicDir);
  watcher.on('all', (event, path) => {
    if (event === 'change' || !path.startsWith(publicDir + sep)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, DEBOUNCE).unref();
  });
}

/** @param {import('node:fs').Dirent} entry */
function isFile(entry) {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(join(folderOf(entry), entry.name), { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Returns the folder of an entry. Node.js has `parentPath` since 18.20 and 20.12.
 *
 * @param {import('node:fs').Dirent & { path?: string }} entry
 */
function folderOf({ parentPath, path }) {
  return parentPath ?? path;
}
