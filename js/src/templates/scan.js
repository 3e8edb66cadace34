// Finds the templates of a project and the calls in them that reference entries and assets.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

import { parse } from 'smol-toml';

import { readTemplate, SYNTAX } from './askama.js';
import { resolveReceivers } from './receivers.js';
import { readRust } from './rust-source.js';
import { ParseError } from './tokens.js';

/** @typedef {{ file: string, line: number, column: number }} Place */
/** @typedef {{ call: string, names: { name: string, place: Place }[], isDynamic: boolean, place: Place }} Call */
/**
 * @typedef {object} Text a template
 * @property {string} file
 * @property {string} text
 * @property {number[]} [places] of a template in a Rust file: the offset of each character in that file
 * @property {string} [syntax] a name in askama.toml
 * @property {string} source the text of the file
 */
/** @typedef {{ calls: Call[], errors: { place: Place, message: string }[], templates: number, files: string[], folders: string[] }} Scanned */

/**
 * Scans the template folders and the templates in Rust files.
 *
 * @param {string} root the folder of askama.toml
 * @param {{ templates?: string[], sources?: string[], receivers?: string[] }} options folders relative to `root`, and names of
 *   pages in addition to `vite` and `page`
 * @returns {Scanned}
 */
export function scanTemplates(root, { templates, sources = ['src'], receivers = [] } = {}) {
  const config = readConfig(root);
  const folders = templates ?? config.folders;
  /** @type {Scanned['errors']} */
  const errors = [];
  /** @type {Text[]} */
  const texts = [];
  /** @type {Map<string, string>} */
  const syntaxes = new Map();
  const rust = files(root, sources).filter(({ file }) => file.endsWith('.rs'));
  for (const { file, text: source } of rust) {
    attempt({ file, text: source, source }, errors, () => {
      const found = readRust(source);
      for (const [path, syntax] of found.syntaxes) syntaxes.set(path, syntax);
      texts.push(...found.inline.map((inline) => ({ file, source, ...inline })));
    });
  }
  for (const { file, name, text } of files(root, folders)) {
    texts.push({ file, text, source: text, syntax: syntaxes.get(name) });
  }
  const read = texts.map((text) => {
    const empty = readTemplate('');
    return attempt(text, errors, () => readTemplate(text.text, config.syntax(text.syntax))) ?? empty;
  });
  const find = (/** @type {string} */ path, /** @type {number} */ from) => {
    // Askama searches next to the template first, then in each folder.
    const places = [posix.dirname(texts[from].file), ...folders].map((folder) => posix.join(folder, path));
    const at = places.map((place) => texts.findIndex(({ file, places }) => !places && file === place));
    return at.find((index) => index >= 0) ?? -1;
  };
  const isPage = resolveReceivers(read, new Set(['vite', 'page', ...receivers]), find);
  const calls = read.flatMap(({ scopes }, at) =>
    scopes.flatMap((scope) =>
      scope.uses
        .filter(({ receiver }) => !receiver || isPage(scope, receiver))
        .map((use) => ({
          call: use.call,
          isDynamic: use.isDynamic,
          names: use.names.map(({ name, at: start }) => ({
            name: bareName(name),
            place: placeOf(texts[at], start),
          })),
          place: placeOf(texts[at], use.at),
        })),
    ),
  );
  const seen = [...new Set([...rust, ...texts].map(({ file }) => file))];
  return { calls: calls.sort(byPlace), errors, templates: texts.length, files: seen, folders };
}

/**
 * Runs `act` and records a syntax error.
 *
 * @template T
 * @param {Text} text
 * @param {Scanned['errors']} errors
 * @param {() => T} act
 */
function attempt(text, errors, act) {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    errors.push({ place: placeOf(text, error.at), message: error.message });
    return undefined;
  }
}

/**
 * Reads `askama.toml`, Askama's configuration.
 *
 * @param {string} root
 */
function readConfig(root) {
  const place = join(root, 'askama.toml');
  const config = existsSync(place) ? toml(place) : {};
  /** @type {string[]} */
  const folders = config.general?.dirs ?? ['templates'];
  return {
    folders: folders.map((folder) => posix.normalize(folder)),
    syntax(/** @type {string | undefined} */ wanted) {
      const name = wanted ?? config.general?.default_syntax ?? 'default';
      const syntax = config.syntax?.find((/** @type {any} */ syntax) => syntax.name === name);
      if (!syntax && name !== 'default')
        throw new ParseError(0, `unknown syntax "${name}"`, 'define the syntax in askama.toml');
      return { ...SYNTAX, ...syntax };
    },
  };
}

/**
 * @param {string} place
 * @returns {any}
 */
function toml(place) {
  try {
    return parse(readFileSync(place, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message.trimEnd() : error;
    throw new Error(
      `[vite-bridge] cannot read ${place}: ${reason}\nhelp: correct the file, which Askama reads too`,
    );
  }
}

/**
 * Returns every UTF-8 file below the folders, sorted by path. Skips missing folders.
 *
 * @param {string} root
 * @param {string[]} folders
 */
function files(root, folders) {
  /** @type {{ file: string, name: string, text: string }[]} */
  const found = [];
  const visit = (
    /** @type {string} */ folder,
    /** @type {string} */ below,
    /** @type {string[]} */ above,
  ) => {
    // Symbolic links can form a cycle.
    const real = realpathSync(join(root, folder, below));
    if (above.includes(real)) return;
    const entries = readdirSync(join(root, folder, below)).filter((name) => !IGNORED.test(name));
    for (const entry of entries.sort()) {
      const name = posix.join(below, entry);
      const path = join(root, folder, name);
      const status = statSync(path, { throwIfNoEntry: false });
      if (status?.isDirectory()) visit(folder, name, [...above, real]);
      if (status?.isFile()) {
        const text = decoded(readFileSync(path));
        if (text !== undefined) found.push({ file: posix.join(folder, name), name, text });
      }
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) visit(folder, '', []);
  return found;
}

const IGNORED = /^(\..*|node_modules|target)$/;

/** @param {Buffer} bytes */
function decoded(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Returns the line and the column, both counted from 1. The column counts characters.
 *
 * @param {Text} text
 * @param {number} at
 * @returns {Place}
 */
function placeOf({ file, source, places }, at) {
  const before = source.slice(0, places ? (places[at] ?? 0) : at);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return { file, line: before.split('\n').length, column: [...line].length + 1 };
}

/**
 * @param {Call} one
 * @param {Call} other
 */
function byPlace({ place: one }, { place: other }) {
  const files = one.file < other.file ? -1 : Number(one.file > other.file);
  return files || one.line - other.line || one.column - other.column;
}

/**
 * Removes leading `./` and `/`.
 *
 * @param {string} name
 */
function bareName(name) {
  return name.replace(/^(\.?\/)+/, '');
}
