// Lists the public files, which Vite serves and copies without changes.
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * Returns the names of all files below a public directory, sorted and separated by `/`.
 *
 * @param {string} folder
 * @param {(entry: import('node:fs').Dirent, path: string) => boolean} isFile
 * @returns {string[]}
 */
export function publicFilesBelow(folder, isFile = (entry) => entry.isFile()) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, path: join(folderOf(entry), entry.name) }))
    .filter(({ entry, path }) => isFile(entry, path))
    .map(({ path }) => relative(folder, path).split(sep).join('/'))
    .sort();
}

/**
 * Returns the folder of an entry. Node.js has `parentPath` since 18.20 and 20.12.
 *
 * @param {import('node:fs').Dirent & { path?: string }} entry
 */
function folderOf({ parentPath, path }) {
  return parentPath ?? path;
}
