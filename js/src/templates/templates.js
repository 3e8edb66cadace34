// The templates of a project, and what they name.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

import { parse } from 'smol-toml';

import { readTemplate, SYNTAX } from './askama.js';
import { followReceivers } from './receivers.js';
import { readRust } from './rust-source.js';
import { SyntaxFault } from './tokens.js';

/** @typedef {{ file: string, line: number, column: number }} Place */
/** @typedef {{ call: string, names: { name: string, place: Place }[], isDynamic: boolean, place: Place }} Named */
/** @typedef {{ file: string, text: string, places?: number[], syntax?: string, whole: string }} Text */
/** @typedef {{ calls: Named[], faults: { place: Place, message: string }[], templates: number, files: string[] }} Scanned */

/**
 * @param {string} root the folder of askama.toml
 * @param {{ templates?: string[], sources?: string[], receivers?: string[] }} options folders relative to it, and names that pages have
 *   beside `vite` and `page`
 * @returns {Scanned}
 */
export function scanTemplates(root, { templates, sources = ['src'], receivers = [] } = {}) {
  const config = readConfig(root);
  const folders = templates ?? config.folders;
  /** @type {Scanned['faults']} */
  const faults = [];
  /** @type {Text[]} */
  const texts = [];
  /** @type {Map<string, string>} */
  const syntaxes = new Map();
  const rust = files(root, sources).filter(({ file }) => file.endsWith('.rs'));
  for (const { file, text: whole } of rust) {
    attempt({ file, text: whole, whole }, faults, () => {
      const found = readRust(whole);
      for (const [path, syntax] of found.syntaxes) syntaxes.set(path, syntax);
      texts.push(...found.inline.map((inline) => ({ file, whole, ...inline })));
    });
  }
  for (const { file, name, text } of files(root, folders)) {
    texts.push({ file, text, whole: text, syntax: syntaxes.get(name) });
  }
  const read = texts.map((text) => {
    const empty = readTemplate('');
    return attempt(text, faults, () => readTemplate(text.text, config.syntax(text.syntax))) ?? empty;
  });
  const find = (/** @type {string} */ path, /** @type {number} */ from) => {
    // As Askama looks: beside the template, then in each folder.
    const places = [posix.dirname(texts[from].file), ...folders].map((folder) => posix.join(folder, path));
    const at = places.map((place) => texts.findIndex(({ file, places }) => !places && file === place));
    return at.find((index) => index >= 0) ?? -1;
  };
  const isPage = followReceivers(read, new Set(['vite', 'page', ...receivers]), find);
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
  return { calls: calls.sort(byPlace), faults, templates: texts.length, files: seen };
}

/**
 * @template T
 * @param {Text} text
 * @param {Scanned['faults']} faults
 * @param {() => T} act
 */
function attempt(text, faults, act) {
  try {
    return act();
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    faults.push({ place: placeOf(text, fault.at), message: fault.message });
    return undefined;
  }
}

/**
 * Askama's `askama.toml`.
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
      if (!syntax && name !== 'default') throw new SyntaxFault(0, `askama.toml has no syntax "${name}"`);
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
  } catch (fault) {
    throw new Error(
      `[vite-bridge] ${place} cannot be read: ${fault instanceof Error ? fault.message : fault}`,
    );
  }
}

/**
 * Every file of text below the folders, sorted; a folder that is not there has none.
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
    // A link may lead round in a circle, or nowhere.
    const real = realpathSync(join(root, folder, below));
    if (above.includes(real)) return;
    const entries = readdirSync(join(root, folder, below)).filter((name) => !IGNORED.test(name));
    for (const entry of entries.sort()) {
      const name = posix.join(below, entry);
      const path = join(root, folder, name);
      const status = statSync(path, { throwIfNoEntry: false });
      if (status?.isDirectory()) visit(folder, name, [...above, real]);
      if (status?.isFile()) {
        const text = textOf(readFileSync(path));
        if (text !== undefined) found.push({ file: posix.join(folder, name), name, text });
      }
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) visit(folder, '', []);
  return found;
}

const IGNORED = /^(\..*|node_modules|target)$/;

/** @param {Buffer} bytes */
function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Line and column from 1, in characters.
 *
 * @param {Text} text
 * @param {number} at
 * @returns {Place}
 */
function placeOf({ file, whole, places }, at) {
  const before = whole.slice(0, places ? (places[at] ?? 0) : at);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return { file, line: before.split('\n').length, column: [...line].length + 1 };
}

/**
 * @param {Named} one
 * @param {Named} other
 */
function byPlace({ place: one }, { place: other }) {
  const files = one.file < other.file ? -1 : Number(one.file > other.file);
  return files || one.line - other.line || one.column - other.column;
}

/** @param {string} name */
function bareName(name) {
  return name.replace(/^(\.?\/)+/, '');
}
