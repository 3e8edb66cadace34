// Shows names in templates that do not exist in Vite's overlay and in red in the terminal.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import colors from 'picocolors';

import { textOf } from '../templates/problem.js';

/** @typedef {import('../templates/references.js').References} References */

/**
 * Returns a function that shows the errors and logs the errors and warnings of a scan.
 *
 * @param {{ logger: import('vite').Logger }} config
 * @param {import('./overlay.js').Overlay} overlay
 * @returns {(references: References) => void}
 */
export function showNameErrors({ logger }, overlay) {
  /** @type {import('vite').ErrorPayload | undefined} */
  let error;
  let logged = '';
  overlay.add(() => error);
  return (references) => {
    const { errors, warnings } = references;
    const text = [...errors.map(textOf), ...warnings].map((line) => `[vite-bridge] ${line}`);
    if (text.join() === logged) return;
    logged = text.join();
    text.forEach((line, at) => {
      if (at < errors.length) logger.error(colors.red(line));
      else logger.warn(colors.yellow(line));
    });
    error = errors.length === 0 ? undefined : payload(references);
    overlay.update();
  };
}

/**
 * Shows the first error with its place, and the other errors.
 *
 * @param {References} references
 * @returns {import('vite').ErrorPayload}
 */
function payload({ project, errors: [first, ...others] }) {
  const loc = { ...first.place, file: resolve(project, first.place.file) };
  const message = [first.message, ...others.map(textOf)].join('\n\n');
  return {
    type: 'error',
    err: { message, loc, id: loc.file, frame: frameOf(loc), stack: '', plugin: 'vite-bridge' },
  };
}

/**
 * Returns the line of a place, with a mark below it.
 *
 * @param {import('../templates/scan.js').Place} place
 */
function frameOf({ file, line, column }) {
  try {
    const text = readFileSync(file, 'utf8').split('\n')[line - 1];
    const number = `${line} | `;
    return `${number}${text}\n${' '.repeat(number.length - 2)}| ${' '.repeat(column - 1)}^`;
  } catch {
    // The file was removed after the scan.
    return undefined;
  }
}
