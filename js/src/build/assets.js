// Files that only templates name: emitted, so that the manifest has them by their source paths.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { globSync } from 'tinyglobby';

/**
 * @param {{ emitFile(file: any): unknown, warn(text: string): void }} context of a Rollup hook
 * @param {string} root
 * @param {string[]} patterns relative to the root
 */
export function emitAssets(context, root, patterns) {
  for (const pattern of patterns) {
    const files = globSync(pattern, { cwd: root }).sort();
    if (files.length === 0)
      context.warn(`[vite-bridge] no file matches the pattern "${pattern}" of "assets", below ${root}`);
    for (const file of files) emit(context, root, file);
  }
}

/**
 * Those of `public/` are copied as they are.
 *
 * @param {{ emitFile(file: any): unknown }} context of a Rollup hook
 * @param {string} root
 * @param {Iterable<string>} files relative to the root
 */
export function emitNamed(context, root, files) {
  for (const file of files) if (existsSync(join(root, file))) emit(context, root, file);
}

/**
 * @param {{ emitFile(file: any): unknown }} context
 * @param {string} root
 * @param {string} file
 */
function emit(context, root, file) {
  const source = readFileSync(join(root, file));
  context.emitFile({ type: 'asset', name: basename(file), originalFileName: file, source });
}
