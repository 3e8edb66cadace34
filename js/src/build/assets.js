// Emits files that only templates reference, so that the manifest lists them by their source paths.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { globSync } from 'tinyglobby';

/** @typedef {Pick<import('vite').Rollup.PluginContext, 'emitFile' | 'warn'>} Context */

/**
 * Emits the files that match the option `assets`.
 *
 * @param {Context} context of a Rollup hook
 * @param {string} root
 * @param {string[]} patterns relative to the root
 */
export function emitAssets(context, root, patterns) {
  for (const pattern of patterns) {
    const files = globSync(pattern, { cwd: root }).sort();
    if (files.length === 0)
      context.warn(
        `[vite-bridge] no file in ${root} matches the pattern "${pattern}" of the option "assets"\nhelp: correct or remove the pattern`,
      );
    for (const file of files) emit(context, root, file);
  }
}

/**
 * Emits the assets that templates reference. Skips files that exist only in `public/`, because Vite
 * copies those.
 *
 * @param {Context} context of a Rollup hook
 * @param {string} root
 * @param {Iterable<string>} files relative to the root
 */
export function emitReferenced(context, root, files) {
  for (const file of files) if (existsSync(join(root, file))) emit(context, root, file);
}

/**
 * @param {Context} context
 * @param {string} root
 * @param {string} file
 */
function emit(context, root, file) {
  const source = readFileSync(join(root, file));
  context.emitFile({ type: 'asset', name: basename(file), originalFileName: file, source });
}
