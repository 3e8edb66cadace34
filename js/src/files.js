// Lists the files of a project, for suggestions.
import { execFileSync } from 'node:child_process';

import { globSync } from 'tinyglobby';

// Suggestions compare a name with each file, so the list has a limit.
const MOST = 20_000;

// The folders that a project usually ignores.
const IGNORED = ['**/node_modules/**', '**/target/**', '**/dist/**'];

/**
 * Returns the files below a folder that git does not ignore, with paths relative to it. Without git,
 * or in a folder that git ignores, returns all files outside of the usual folders.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function filesBelow(root) {
  const files = filesOfGit(root);
  return (files.length > 0 ? files : globSync('**', { cwd: root, ignore: IGNORED })).slice(0, MOST);
}

/** @param {string} root */
function filesOfGit(root) {
  const list = (/** @type {string[]} */ ...options) =>
    execFileSync('git', ['ls-files', '-z', ...options], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    }).split('\0');
  try {
    const deleted = new Set(list('--deleted'));
    const files = new Set(list('--cached', '--others', '--exclude-standard'));
    return [...files].filter((file) => file && !deleted.has(file));
  } catch {
    // git is not installed, or the folder is not in a repository.
    return [];
  }
}
