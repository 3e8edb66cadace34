// A folder `.vite-bridge/` for the files that the plugin, the crate and the CLI exchange.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Creates the folder unless it exists, and keeps it out of git without a change to the project's
 * .gitignore.
 *
 * @param {string} folder
 */
export function makeBridgeFolder(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.gitignore'), '*\n');
}
