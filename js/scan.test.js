// Scans templates with the cases that the crate's scanner also passes.
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { scanTemplates } from './src/templates/scan.js';

const CASES = fileURLToPath(new URL('../tests/cases/scan', import.meta.url));

for (const name of readdirSync(CASES)) {
  test(name.replace('.txt', ''), () => {
    const sections = readFileSync(join(CASES, name), 'utf8').split('=== ').slice(1).map(section);
    const [, expected] = /** @type {string[]} */ (sections.pop());
    const project = mkdtempSync(join(tmpdir(), 'vite-bridge-scan-'));
    try {
      for (const [file, text] of sections) {
        mkdirSync(dirname(join(project, file)), { recursive: true });
        writeFileSync(join(project, file), text);
      }
      assert.deepEqual(lines(scanTemplates(project)), expected.split('\n').filter(Boolean));
    } finally {
      rmSync(project, { recursive: true });
    }
  });
}

test('dangling links, cyclic links and binary files are skipped', () => {
  const project = mkdtempSync(join(tmpdir(), 'vite-bridge-scan-'));
  mkdirSync(join(project, 'templates'));
  writeFileSync(join(project, 'templates/a.html'), '{{ vite.tags("src/a.ts")? }}');
  writeFileSync(join(project, 'templates/photo.png'), Buffer.from([0x89, 0x50, 0xff, 0xfe]));
  symlinkSync('nowhere', join(project, 'templates/dangling.html'));
  symlinkSync('.', join(project, 'templates/circle'));
  symlinkSync('a.html', join(project, 'templates/b.html'));
  const { calls } = scanTemplates(project);
  assert.deepEqual(
    calls.map(({ place }) => place.file),
    ['templates/a.html', 'templates/b.html'],
  );
  writeFileSync(join(project, 'askama.toml'), '[general');
  assert.throws(
    () => scanTemplates(project),
    /^Error: \[vite-bridge\] cannot read .*askama\.toml: [^]*\nhelp: /,
  );
  rmSync(project, { recursive: true });
});

/**
 * Splits a section of a case file into its title and its text.
 *
 * @param {string} part
 */
function section(part) {
  const at = part.indexOf('\n');
  return [part.slice(0, at), part.slice(at + 1).replace(/\n$/, '')];
}

/** @param {import('./src/templates/scan.js').Scanned} scanned */
function lines({ calls, errors }) {
  const found = calls.flatMap(({ call, names, isDynamic, place }) => [
    ...names.map(({ name, place }) => ({ place, text: `${call} ${name}` })),
    ...(isDynamic ? [{ place, text: `${call} ?` }] : []),
  ]);
  const at = (/** @type {import('./src/templates/scan.js').Place} */ { file, line, column }) =>
    `${file}:${line}:${column}`;
  found.sort((one, other) => byPlace(one.place, other.place));
  return [
    ...found.map(({ place, text }) => `${at(place)} ${text}`),
    ...errors.map(({ place }) => `error ${place.file}`),
  ];
}

/**
 * @param {import('./src/templates/scan.js').Place} one
 * @param {import('./src/templates/scan.js').Place} other
 */
function byPlace(one, other) {
  const files = one.file < other.file ? -1 : Number(one.file > other.file);
  return files || one.line - other.line || one.column - other.column;
}
