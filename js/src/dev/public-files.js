// The names of Vite's public files. The crate gives them precedence over some routes, as it does
// with the files of a build.
import { existsSync, statSync } from 'node:fs';
import { sep } from 'node:path';

import { publicFilesBelow } from '../public-files.js';
import { debounced } from './debounce.js';

/** @typedef {import('vite').ResolvedConfig} Config */

// The largest number of names in the dev file. The crate asks Vite for other files only if no
// route matches.
const LIMIT = 10_000;

// A burst of changes ends when no change came for this long, in milliseconds.
const DEBOUNCE = 50;

/**
 * Calls `changed` after public files were added or removed.
 *
 * @param {Config} config
 * @param {import('vite').ViteDevServer} server
 * @param {() => void} changed
 * @returns {() => string[]} lists the names, sorted and separated by `/`
 */
export function watchPublicFiles({ publicDir, logger }, { httpServer, watcher }, changed) {
  if (!publicDir) return () => [];
  const later = debounced(httpServer, changed, DEBOUNCE);
  watcher.add(publicDir);
  watcher.on('all', (event, path) => {
    if (event !== 'change' && path.startsWith(publicDir + sep)) later();
  });
  let hasWarned = false;
  return () => {
    const names = namesBelow(publicDir);
    if (names.length > LIMIT && !hasWarned) {
      hasWarned = true;
      logger.warn(tooMany(publicDir, names.length));
    }
    return names.slice(0, LIMIT);
  };
}

/** @param {string} publicDir */
function namesBelow(publicDir) {
  // Most projects have no public directory.
  if (!existsSync(publicDir)) return [];
  try {
    return publicFilesBelow(publicDir, isFile);
  } catch {
    // A folder was removed meanwhile, or cannot be read.
    return [];
  }
}

/**
 * @param {string} publicDir
 * @param {number} count
 */
function tooMany(publicDir, count) {
  return `[vite-bridge] ${publicDir} has ${count} files, and only the first ${LIMIT} have precedence over routes during development\nhelp: move files that the application does not serve out of this folder`;
}

/**
 * Returns whether an entry is a file or a symbolic link to a file.
 *
 * @param {import('node:fs').Dirent} entry
 * @param {string} path
 */
function isFile(entry, path) {
  if (!entry.isSymbolicLink()) return entry.isFile();
  try {
    return statSync(path).isFile();
  } catch {
    // The target is missing, or the links form a cycle.
    return false;
  }
}
