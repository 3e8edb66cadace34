// What templates name, in the terms of a build: inputs, assets and groups.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { closest } from '../suggest.js';
import { scanTemplates } from './templates.js';

/** @typedef {import('./templates.js').Place} Place */
/** @typedef {{ key: string, parts: string[], place: Place }} Group */
/**
 * @typedef {object} Named
 * @property {string} project the folder that places are relative to
 * @property {string[]} folders absolute ones, in which a change may change what is named
 * @property {Map<string, Place>} entries
 * @property {Map<string, Place>} assets
 * @property {Group[]} groups
 * @property {string[]} faults
 * @property {string[]} warnings
 */

const OF_ENTRIES = ['tags', 'styles', 'scripts', 'preloads', 'urls'];
const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|css|less|sass|scss|styl|stylus|pcss|postcss|sss)$/;

/**
 * @param {string} root Vite's
 * @param {{ templates: string[] | undefined, receivers: string[] }} options
 * @param {string} publicDir
 * @returns {Named}
 */
export function namedByTemplates(root, { templates, receivers }, publicDir) {
  const project = projectOf(root, templates);
  const folders = foldersOf(root, project, templates);
  /** @type {Named} */
  const named = {
    project,
    folders: [...(folders ?? []), 'src', 'askama.toml'].map((folder) => resolve(project, folder)),
    entries: new Map(),
    assets: new Map(),
    groups: [],
    faults: [],
    warnings: [],
  };
  if (templates?.length === 0) return named;
  const scanned = scanTemplates(project, { templates: folders, receivers });
  named.faults = scanned.faults.map(({ place, message }) => `${at(place)}: ${message}`);
  for (const call of scanned.calls) {
    if (call.isDynamic) {
      named.warnings.push(
        `${at(call.place)}: "${call.call}" has an argument that is no literal; list what it may be as inputs`,
      );
    }
    if (call.call === 'group') addGroup(named, call);
    else call.names.forEach(({ name, place }) => addName(named, call.call, name, place));
  }
  named.faults.push(...missing(root, publicDir, named));
  return named;
}

/**
 * The folder whose askama.toml and `src` count: the nearest that has a package of node's or cargo's; of templates that are named, the
 * nearest above them that cargo has. Not whatever lies further up: a project may stand inside another.
 *
 * @param {string} root
 * @param {string[] | undefined} templates
 */
function projectOf(root, templates) {
  const [from, marks] = templates?.[0]
    ? [resolve(root, templates[0]), ['Cargo.toml']]
    : [root, ['package.json', 'Cargo.toml']];
  for (let folder = from; ; folder = dirname(folder)) {
    if (marks.some((mark) => existsSync(join(folder, mark)))) return folder;
    if (folder === dirname(folder)) return root;
  }
}

/**
 * As given; `templates` in Vite's root; else as Askama has it.
 *
 * @param {string} root
 * @param {string} project
 * @param {string[] | undefined} templates
 */
function foldersOf(root, project, templates) {
  const given = templates ?? (existsSync(join(root, 'templates')) ? ['templates'] : undefined);
  return given?.map((folder) => relative(project, resolve(root, folder)).split(sep).join('/'));
}

/**
 * @param {Named} named
 * @param {string} call
 * @param {string} name
 * @param {Place} place
 */
function addName(named, call, name, place) {
  const names = OF_ENTRIES.includes(call) || CODE.test(name) ? named.entries : named.assets;
  if (!names.has(name)) names.set(name, place);
}

/**
 * @param {Named} named
 * @param {import('./templates.js').Named} call
 */
function addGroup(named, { names, isDynamic, place }) {
  if (isDynamic || names.length === 0) return;
  const parts = names.map(({ name }) => name);
  const key = groupKey(parts);
  if (!named.groups.some((group) => group.key === key)) named.groups.push({ key, parts, place });
}

/**
 * The key of a group's entry: Rust makes it by the same rule.
 *
 * @param {string[]} parts
 */
export function groupKey(parts) {
  const hash = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
  return `.vite-bridge/group-${hash}.js`;
}

/**
 * What is named and not there. A name without an extension may be an input's own name.
 *
 * @param {string} root
 * @param {string} publicDir
 * @param {Named} named
 */
function missing(root, publicDir, { entries, assets, groups }) {
  const isFile = (/** @type {string} */ path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  const known = [...entries.keys(), ...assets.keys()].filter((name) => isFile(join(root, name)));
  const fault = (/** @type {string} */ name, /** @type {Place} */ place, /** @type {string} */ what) => {
    const close = closest(name, known);
    return `${at(place)}: ${what} "${name}" is not there, below ${root}${close ? `; did you mean "${close}"?` : ''}`;
  };
  const parts = groups.flatMap(({ parts, place }) => parts.map((part) => ({ part, place })));
  return [
    ...[...entries]
      .filter(([name]) => CODE.test(name) && !isFile(join(root, name)))
      .map(([name, place]) => fault(name, place, 'the entry')),
    ...[...assets]
      .filter(([name]) => !isFile(join(root, name)) && !(publicDir && isFile(join(publicDir, name))))
      .map(([name, place]) => fault(name, place, 'the asset')),
    ...parts
      .filter(({ part }) => !isFile(join(root, part)))
      .map(({ part, place }) => fault(part, place, 'the part of a group')),
  ];
}

/** @param {Place} place */
function at({ file, line, column }) {
  return `${file}:${line}:${column}`;
}
