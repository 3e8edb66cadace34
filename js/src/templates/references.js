// Collects the entries, assets and groups that templates reference.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { filesBelow } from '../files.js';
import { closeTo } from '../suggest.js';
import { at } from './problem.js';
import { scanTemplates } from './scan.js';

/** @typedef {import('./scan.js').Place} Place */
/** @typedef {{ key: string, parts: string[], place: Place }} Group */
/**
 * @typedef {object} References
 * @property {string} project the folder of the Rust package, to which places are relative
 * @property {string[]} folders absolute paths; a change below them can change the references
 * @property {string[]} templates absolute paths of the template folders
 * @property {Map<string, Place>} entries
 * @property {Map<string, Place>} assets
 * @property {Group[]} groups
 * @property {import('./problem.js').Problem[]} errors
 * @property {string[]} warnings
 */

const ENTRY_CALLS = ['tags', 'styles', 'scripts', 'preloads', 'urls'];
const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|css|less|sass|scss|styl|stylus|pcss|postcss|sss)$/;

/**
 * Scans the templates of a project.
 *
 * @param {string} root Vite's root
 * @param {{ templates: string[] | undefined, receivers: string[] }} options
 * @param {string} publicDir an absolute path, or an empty string
 * @returns {References}
 */
export function templateReferences(root, { templates, receivers }, publicDir) {
  const project = packageFolderOf(root, templates);
  const folders = foldersOf(root, project, templates);
  const scanned =
    templates?.length === 0 ? undefined : scanTemplates(project, { templates: folders, receivers });
  const absolute = (/** @type {string[]} */ paths) => paths.map((path) => resolve(project, path));
  /** @type {References} */
  const references = {
    project,
    folders: absolute([...(scanned?.folders ?? []), 'src', 'askama.toml']),
    templates: absolute(scanned?.folders ?? []),
    entries: new Map(),
    assets: new Map(),
    groups: [],
    errors: [],
    warnings: [],
  };
  if (!scanned) return references;
  references.errors = [...scanned.errors];
  for (const call of scanned.calls) {
    if (call.isDynamic) references.warnings.push(dynamicArgument(call));
    if (call.call === 'group') addGroup(references, call);
    else call.names.forEach(({ name, place }) => addName(references, call.call, name, place));
  }
  references.errors.push(...missing(root, publicDir, references));
  return references;
}

/**
 * Returns whether the application makes pages from a file: a Rust file, or a file in a template
 * folder that is neither a script nor a stylesheet.
 *
 * @param {string} path
 * @param {References} references
 */
export function isPageSource(path, { templates }) {
  const file = resolve(path);
  return (
    file.endsWith('.rs') || (!CODE.test(file) && templates.some((folder) => file.startsWith(folder + sep)))
  );
}

/**
 * Returns whether two scans found the same entries, assets and groups, in any order.
 *
 * @param {References} one
 * @param {References} other
 */
export function hasSameFiles(one, other) {
  const names = (/** @type {References} */ { entries, assets, groups }) =>
    [...entries.keys(), ...assets.keys(), ...groups.map(({ key }) => key)].sort().join('\n');
  return names(one) === names(other);
}

/**
 * Returns the folder of the Rust package, which contains askama.toml and `src`.
 *
 * With the option `templates` it is the nearest folder with a Cargo.toml, from the first of the
 * template folders upwards. Otherwise it is the nearest folder with a package.json or a Cargo.toml,
 * from Vite's root upwards. The search stops there, because a project may be nested in another one.
 *
 * @param {string} root
 * @param {string[] | undefined} templates
 */
function packageFolderOf(root, templates) {
  const [from, markers] = templates?.[0]
    ? [resolve(root, templates[0]), ['Cargo.toml']]
    : [root, ['package.json', 'Cargo.toml']];
  for (let folder = from; ; folder = dirname(folder)) {
    if (markers.some((marker) => existsSync(join(folder, marker)))) return folder;
    if (folder === dirname(folder)) return root;
  }
}

/**
 * Returns the template folders: the option, or else `templates` in Vite's root. If neither exists,
 * returns `undefined`, and the folders in Askama's configuration count.
 *
 * @param {string} root
 * @param {string} project
 * @param {string[] | undefined} templates
 */
function foldersOf(root, project, templates) {
  const given = templates ?? (existsSync(join(root, 'templates')) ? ['templates'] : undefined);
  return given?.map((folder) => relative(project, resolve(root, folder)).split(sep).join('/'));
}

/** @param {import('./scan.js').Call} call */
function dynamicArgument({ call, place }) {
  const help =
    call === 'group'
      ? 'write each part as a string literal'
      : 'add the possible entries to the inputs in vite.config.js, and the possible assets to the option "assets"';
  return `${at(place)}: the argument of "${call}" is not a string literal\nhelp: ${help}`;
}

/**
 * @param {References} references
 * @param {string} call
 * @param {string} name
 * @param {Place} place
 */
function addName(references, call, name, place) {
  const names = ENTRY_CALLS.includes(call) || CODE.test(name) ? references.entries : references.assets;
  if (!names.has(name)) names.set(name, place);
}

/**
 * @param {References} references
 * @param {import('./scan.js').Call} call
 */
function addGroup(references, { names, isDynamic, place }) {
  if (isDynamic || names.length === 0) return;
  const parts = names.map(({ name }) => name);
  const key = groupKey(parts);
  if (!references.groups.some((group) => group.key === key)) references.groups.push({ key, parts, place });
}

/**
 * Returns the key of a group's entry. The crate computes the same key.
 *
 * @param {string[]} parts
 */
export function groupKey(parts) {
  const hash = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
  return `.vite-bridge/group-${hash}.js`;
}

/**
 * Returns an error for each referenced file that does not exist. Skips entries without a known
 * extension, because such a name may be a key of the user's inputs.
 *
 * @param {string} root
 * @param {string} publicDir
 * @param {References} references
 */
function missing(root, publicDir, { entries, assets, groups }) {
  const isFile = (/** @type {string} */ path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  /** @type {string[] | undefined} */
  let known;
  const error = (/** @type {string} */ name, /** @type {Place} */ place, /** @type {string} */ kind) => {
    known ??= namesBelow(root, publicDir);
    const close = closeTo(name, known).map((name) => `"${name}"`);
    const help =
      close.length > 0
        ? `use ${close.join(' or ')}, or create the file`
        : 'create the file, or correct the name';
    return { place, message: `missing ${kind} "${name}" in ${root}\nhelp: ${help}` };
  };
  const parts = groups.flatMap(({ parts, place }) => parts.map((part) => ({ part, place })));
  return [
    ...[...entries]
      .filter(([name]) => CODE.test(name) && !isFile(join(root, name)))
      .map(([name, place]) => error(name, place, 'entry')),
    ...[...assets]
      .filter(([name]) => !isFile(join(root, name)) && !(publicDir && isFile(join(publicDir, name))))
      .map(([name, place]) => error(name, place, 'asset')),
    ...parts
      .filter(({ part }) => !isFile(join(root, part)))
      .map(({ part, place }) => error(part, place, 'part of a group')),
  ];
}

/**
 * Returns the names by which templates can reference the files below the root.
 *
 * @param {string} root
 * @param {string} publicDir
 */
function namesBelow(root, publicDir) {
  const folder = publicDir && `${relative(root, publicDir).split(sep).join('/')}/`;
  return filesBelow(root).map((file) =>
    folder && file.startsWith(folder) ? file.slice(folder.length) : file,
  );
}
