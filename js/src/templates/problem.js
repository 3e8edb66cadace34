// A problem in a template, with its place.

/** @typedef {import('./scan.js').Place} Place */
/** @typedef {{ place: Place, message: string }} Problem the message ends with a line `help: ..` */

/** @param {Place} place */
export function at({ file, line, column }) {
  return `${file}:${line}:${column}`;
}

/** @param {Problem} problem */
export function textOf({ place, message }) {
  return `${at(place)}: ${message}`;
}
