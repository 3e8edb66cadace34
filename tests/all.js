// Runs every test, fast ones first. On a new machine run `npm clean-install-test`, later `npm
// test`.
//
// Fails also if a test file contains no test, or if a test is skipped. A missing browser or Vite
// must not go unnoticed.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { ensureChromium } from './node/chromium.js';
import { ensureNginx } from './node/nginx.js';
import { fromRoot, MAJORS } from './node/support.js';

try {
  await rust();
  await majors();
  ensureChromium();
  ensureNginx();
  await node();
  console.log('\nall tests passed');
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

/**
 * Runs the unit, integration and doc tests of both crates. Builds the programs that the node tests
 * start, at the end: `cargo test` replaces the examples with its own features.
 */
async function rust() {
  for (const args of [
    // As CONTRIBUTING says: with default features, and without node.
    [],
    ['--all-features', '--lib'],
    ['--all-features', '--test', 'it'],
    ['--all-features', '--doc'],
    ['-p', 'vite-bridge-cli', '--bins'],
    ['-p', 'vite-bridge-cli', '--test', 'it'],
    ['-p', 'vite-bridge-frameworks', '--test', 'tower'],
  ]) {
    const output = await run('cargo', ['test', ...args]);
    const results = [...output.matchAll(/^test result: ok\. (\d+) passed; 0 failed; (\d+) ignored/gm)];
    const sum = (/** @type {number} */ at) =>
      results.reduce((total, result) => total + Number(result[at]), 0);
    if (sum(1) === 0) throw new Error(`\`cargo test ${args.join(' ')}\` ran no test`);
    if (sum(2) > 0) throw new Error(`\`cargo test ${args.join(' ')}\` ignored a test`);
  }
  await run('cargo', ['build', '--all-features', '--examples']);
  await run('cargo', ['build', '-p', 'vite-bridge-cli']);
}

/** Installs each major of Vite in its folder, by its lock file. */
async function majors() {
  for (const major of MAJORS) {
    const folder = fromRoot(`tests/vite/${major}`);
    if (!isInstalled(folder)) await run('npm', ['ci', '--no-audit', '--no-fund'], folder);
  }
}

/**
 * Returns whether the installed Vite has the version in the folder's package.json.
 *
 * @param {string} folder
 */
function isInstalled(folder) {
  const installed = `${folder}/node_modules/vite/package.json`;
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).devDependencies.vite;
  return JSON.parse(readFileSync(installed, 'utf8')).version === wanted;
}

/** Runs the tests of the plugin, of real builds, and in the browser. */
async function node() {
  const files = [...testFiles('js'), ...testFiles('tests/node')];
  const empty = files.filter((file) => !/\btest\(/.test(readFileSync(fromRoot(file), 'utf8')));
  if (empty.length > 0) throw new Error(`test files without a test: ${empty.join(', ')}`);
  const coverage = process.env.COVERAGE ? ['--experimental-test-coverage'] : [];
  // A test that hangs fails. The slowest file takes a few minutes.
  const options = [...coverage, '--test', '--test-timeout=1200000', '--test-reporter=spec'];
  const output = await run(process.execPath, [...options, ...files]);
  const count = (/** @type {string} */ what) =>
    Number(output.match(new RegExp(`^ℹ ${what} (\\d+)`, 'm'))?.[1]);
  if (count('skipped') !== 0 || count('todo') !== 0) throw new Error('node skipped a test');
  if (!(count('pass') > 0)) throw new Error('node ran no test');
}

/** @param {string} folder */
function testFiles(folder) {
  const names = readdirSync(fromRoot(folder)).filter((name) => name.endsWith('.test.js'));
  return names.sort().map((name) => `${folder}/${name}`);
}

/**
 * Runs a program. Prints and returns its output.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<string>}
 */
function run(program, args, cwd = fromRoot('')) {
  console.log(`\n$ ${program === process.execPath ? 'node' : program} ${args.join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const [from, to] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      from.on('data', (chunk) => {
        output += chunk;
        to.write(chunk);
      });
    }
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${program} ${args.join(' ')} failed`)),
    );
  });
}
