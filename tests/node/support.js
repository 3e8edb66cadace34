// What the tests share: where things are, and a build with one of the installed Vites.
import { execFile, execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @param {string} path relative to the repository's root */
export function fromRoot(path) {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Where cargo builds: `CARGO_TARGET_DIR`, or what a configuration file of cargo says. */
const TARGET = JSON.parse(
  execFileSync('cargo', ['metadata', '--format-version', '1', '--no-deps'], {
    cwd: fromRoot(''),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  }),
).target_directory;

/**
 * The path of a program that cargo has built.
 *
 * @param {string} name `vite-bridge`, `examples/demo`
 * @param {'debug' | 'release'} profile
 */
export function built(name, profile = 'debug') {
  return `${TARGET}/${profile}/${name}`;
}

/** Vite's majors, each installed in a folder of its own: with aliases or hoisting, plugins would resolve another. */
export const MAJORS = [5, 6, 7, 8];

/**
 * Builds the test project with a major of Vite; returns the output directory.
 *
 * @param {number} major
 * @param {string} name of the build, for its folder
 * @param {Record<string, string>} env what the project's configuration reads
 */
export async function build(major, name, env) {
  const home = fromRoot(`tests/vite/${major}`);
  const place = `${home}/builds/${name}`;
  await rm(place, { recursive: true, force: true });
  for (const folder of ['project', 'project-outside']) {
    await cp(fromRoot(`tests/vite/${folder}`), `${place}/${folder}`, { recursive: true });
  }
  await run(process.execPath, [`${home}/node_modules/vite/bin/vite.js`, 'build'], {
    cwd: `${place}/project`,
    env: { ...process.env, VITE_MAJOR: String(major), OUT: '../dist', NODE_ENV: 'production', ...env },
  });
  return `${place}/dist`;
}

/**
 * What `vite-bridge tags` prints for an entry of a build.
 *
 * @param {string} dist
 * @param {string[]} args
 * @returns {Promise<{ kind: string, href: string }[]>}
 */
export async function tags(dist, ...args) {
  const { stdout } = await run(built('vite-bridge'), ['tags', '--dist', dist, '--format', 'json', ...args]);
  return JSON.parse(stdout);
}
