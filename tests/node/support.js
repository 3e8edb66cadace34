// Shared by the tests: paths, and builds with one of the installed majors of Vite.
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Returns an absolute path.
 *
 * @param {string} path relative to the repository's root
 */
export function fromRoot(path) {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Cargo's target folder, which `CARGO_TARGET_DIR` or cargo's configuration can move. */
export const TARGET = JSON.parse(
  execFileSync('cargo', ['metadata', '--format-version', '1', '--no-deps'], {
    cwd: fromRoot(''),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  }),
).target_directory;

/**
 * Returns the path of a program that cargo has built.
 *
 * @param {string} name for example `vite-bridge` or `examples/demo`
 * @param {'debug' | 'release'} profile
 */
export function built(name, profile = 'debug') {
  return `${TARGET}/${profile}/${name}`;
}

/**
 * Returns the first output of a program, which is often the server's address. Fails if the program
 * ends before that.
 *
 * @param {import('node:child_process').ChildProcess} program
 */
export async function firstOutput(program) {
  const end = once(program, 'close').then(([status, signal]) => {
    throw new Error(
      `${program.spawnfile} ended with ${signal ?? `status ${status}`} before it printed a line`,
    );
  });
  const output = once(/** @type {import('node:stream').Readable} */ (program.stdout), 'data');
  const [text] = await Promise.race([output, end]);
  return String(text).trim();
}

/** What a copy of the cargo workspace needs. */
export const WORKSPACE = [
  ...['Cargo.toml', 'Cargo.lock', 'askama.toml', 'README.md', 'src', 'docs', 'examples'],
  ...['cli', 'tests/frameworks', 'benches'],
];

/**
 * The majors of Vite. Each is installed in a separate folder: with aliases or hoisting, plugins
 * would resolve another major.
 */
export const MAJORS = [5, 6, 7, 8];

/**
 * Builds the test project with a major of Vite. Returns the output directory.
 *
 * @param {number} major
 * @param {string} name of the folder for the build
 * @param {Record<string, string>} env variables that the project's configuration reads
 */
export async function build(major, name, env) {
  const folder = fromRoot(`tests/vite/${major}`);
  const place = `${folder}/builds/${name}`;
  await rm(place, { recursive: true, force: true });
  for (const source of ['project', 'project-outside']) {
    await cp(fromRoot(`tests/vite/${source}`), `${place}/${source}`, { recursive: true });
  }
  await run(process.execPath, [`${folder}/node_modules/vite/bin/vite.js`, 'build'], {
    cwd: `${place}/project`,
    env: { ...process.env, VITE_MAJOR: String(major), OUT: '../dist', NODE_ENV: 'production', ...env },
  });
  return `${place}/dist`;
}

/**
 * Returns the elements that `vite-bridge tags` prints for entries of a build.
 *
 * @param {string} dist
 * @param {string[]} args
 * @returns {Promise<{ kind: string, href: string }[]>}
 */
export async function tags(dist, ...args) {
  const { stdout } = await run(built('vite-bridge'), ['tags', '--dist', dist, '--format', 'json', ...args]);
  return JSON.parse(stdout);
}
