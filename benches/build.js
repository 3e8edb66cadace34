// Compares settings that could shorten `cargo build` after an edit of a template, for the project
// that `vite-bridge init` writes. The settings alternate in one run.
//
// node benches/build.js [--rounds 9] [--only NAME,NAME]
//
// Each setting that concerns the dependencies builds them once, which takes minutes. Leaves out
// linkers that are not installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { edit } from '../tests/node/development.js';
import { TARGET } from '../tests/node/support.js';
import { project } from './init-project.js';
import { median, place as scratch } from './measure.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, only: { type: 'string' } },
});
const BASE = 'as `init` writes it';
const DEPENDENCIES = 'profile.dev.package."*"';
const LINKER = 'CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER';

/** @typedef {{ config?: string, env?: Record<string, string>, place: string }} Setting */

const place = await project('build-one', 0);
/** @type {Record<string, Setting>} */
const all = {
  [BASE]: { place },
  'lines-only': { place, config: 'profile.dev.debug="line-tables-only"' },
  'no-debug': { place, config: 'profile.dev.debug=0' },
  'no-debug-dependencies': { place, config: `${DEPENDENCIES}.debug=0` },
  'unoptimized-dependencies': { place, config: `${DEPENDENCIES}.opt-level=0` },
  unpacked: { place, config: 'profile.dev.split-debuginfo="unpacked"' },
  'not-incremental': { place, env: { CARGO_INCREMENTAL: '0' } },
  'templates-crate': { place: await split(await project('build-split', 0)) },
};
for (const linker of ['bfd', 'mold', 'wild']) {
  if (spawnSync(`ld.${linker}`, ['--version']).status !== 0) continue;
  all[linker] = { place, env: { [LINKER]: await linking(linker) } };
}
const only = values.only?.split(',');
const settings = Object.entries(all).filter(([name]) => name === BASE || !only || only.includes(name));
/** @type {Map<string, number[]>} */
const times = new Map();
/** @type {Map<string, string>} */
const texts = new Map();
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const [name, { place, config, env }] of settings) {
    const to = `template ${name} ${round}`;
    await edit(place, templates(place), texts.get(place) ?? 'template one', to);
    texts.set(place, to);
    const args = ['build', '-q', ...(config ? ['--config', config] : [])];
    const start = performance.now();
    execFileSync('cargo', args, {
      cwd: place,
      env: { ...process.env, ...env, CARGO_TARGET_DIR: `${TARGET}/edit` },
      stdio: 'inherit',
    });
    // Round 0 builds the dependencies.
    if (round > 0) times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
  }
}
const base = times.get(BASE) ?? [];
console.log(
  `\n${values.rounds} alternating rounds; median (fastest to slowest); the ratio is the median of the ratios of each round\n`,
);
console.log('| | milliseconds | ratio |\n|---|---|---|');
for (const [name, all] of times) {
  const [middle, low, high] = [median(all), Math.min(...all), Math.max(...all)].map(Math.round);
  const ratio = median(all.map((time, round) => time / base[round])).toFixed(2);
  console.log(`| ${name} | ${middle} (${low}-${high}) | ${ratio} |`);
}
process.exit();

/** @param {string} place */
function templates(place) {
  return place.endsWith('-split') ? 'pages/templates/home.html' : 'templates/home.html';
}

/**
 * Moves the templates and the code that renders them to a crate of their own.
 *
 * @param {string} place
 */
async function split(place) {
  await mkdir(join(place, 'pages/src'), { recursive: true });
  await rename(join(place, 'src/pages.rs'), join(place, 'pages/src/lib.rs'));
  await rm(join(place, 'pages/templates'), { recursive: true, force: true });
  await rename(join(place, 'templates'), join(place, 'pages/templates'));
  const manifest = await readFile(join(place, 'Cargo.toml'), 'utf8');
  const dependencies = manifest.slice(manifest.indexOf('[dependencies]'), manifest.indexOf('# Cargo builds'));
  await writeFile(
    join(place, 'pages/Cargo.toml'),
    `[package]\nname = "pages"\nversion = "0.1.0"\nedition = "2024"\n\n${dependencies}`,
  );
  await writeFile(
    join(place, 'Cargo.toml'),
    manifest.replace('[dependencies]', '[dependencies]\npages = { path = "pages" }'),
  );
  const main = await readFile(join(place, 'src/main.rs'), 'utf8');
  await writeFile(join(place, 'src/main.rs'), main.replace('mod pages;\n', ''));
  return place;
}

/**
 * Writes a program that links with another linker. Unlike a flag of rustc, it does not build the
 * dependencies again.
 *
 * @param {string} linker
 */
async function linking(linker) {
  const program = join(scratch, `cc-${linker}`);
  await writeFile(program, `#!/bin/sh\nexec cc "$@" -fuse-ld=${linker}\n`);
  await chmod(program, 0o755);
  return program;
}
