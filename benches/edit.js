// Measures the time from saving a file to the new page on the screen, for the project that
// `vite-bridge init` writes. Compares `vite-bridge dev`, which reloads the page by itself, with
// `cargo build` alone, and with `cargo watch` and a separate Vite. For `cargo watch` the benchmark
// reloads the page as soon as the new page is available, faster than a human could. The rounds
// alternate in one run.
//
// node benches/edit.js [--rounds 7]
//
// Needs Chromium and `npm ci` in tests/vite/8. Leaves out `cargo watch` if it is not installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { launch } from '../tests/node/chromium.js';
import { edit, freePort, startVite, stop, until, Visit } from '../tests/node/development.js';
import { TARGET } from '../tests/node/support.js';
import { BRIDGE, project } from './init-project.js';
import { median, now, reportFrames } from './measure.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const ALONE = '`cargo build` alone';

/** The edited files, and the texts that show the edit. */
const EDITS = {
  template: { file: 'templates/home.html', text: 'template' },
  Rust: { file: 'src/pages.rs', text: 'rust' },
};

/**
 * @typedef {object} Side
 * @property {string} place
 * @property {(text: string) => Promise<number>} shows returns the time at which the text is shown
 * @property {() => Promise<unknown>} end
 */

const browser = await launch();
/** @type {Record<string, Side>} */
const sides = {
  [ALONE]: await cargoBuild(),
  '**vite-bridge** `dev --listen`': await ours('edit-listen', true),
  '**vite-bridge** `dev`': await ours('edit-dev', false),
};
if (spawnSync('cargo', ['watch', '--version']).status === 0) {
  sides['`cargo watch`, reloaded'] = await cargoWatch();
}
/** @type {Map<string, number[]>} */
const times = new Map();
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const [name, { place, shows }] of Object.entries(sides)) {
    for (const [what, { file, text }] of Object.entries(EDITS)) {
      const to = `${text} ${round + 1}.`;
      await edit(place, file, round === 0 ? `${text} one` : `${text} ${round}.`, to);
      const start = now();
      const time = (await shows(to)) - start;
      const key = `${what} ${name}`;
      // Round 0 is a warm-up.
      if (round > 0) times.set(key, [...(times.get(key) ?? []), time]);
    }
  }
}
const kinds = Object.keys(EDITS);
console.log(
  `\n${values.rounds} alternating rounds; milliseconds from save to page, median (fastest to slowest); "more": median difference from ${ALONE} in the same round\n`,
);
console.log(`| | ${kinds.map((kind) => `${kind} edit | more`).join(' | ')} |\n|${'---|'.repeat(5)}`);
for (const name of Object.keys(sides)) {
  const cells = kinds.flatMap((kind) => {
    const [all, alone] = [name, ALONE].map((name) => times.get(`${kind} ${name}`) ?? []);
    const more = all.map((time, round) => time - alone[round]);
    return [range(all), name === ALONE ? '' : range(more)];
  });
  console.log(`| ${[name, ...cells].join(' | ')} |`);
}
for (const { end } of Object.values(sides)) await end();
await browser.close();
process.exit();

/** @param {number[]} all */
function range(all) {
  const [middle, low, high] = [median(all), Math.min(...all), Math.max(...all)].map(Math.round);
  return `${middle} (${low}-${high})`;
}

/** @returns {Promise<Side>} */
async function cargoBuild() {
  const place = await project('edit-alone', await freePort());
  const build = () => execFileSync('cargo', ['build', '-q'], { cwd: place, env: env(0), stdio: 'inherit' });
  build();
  const shows = async () => {
    build();
    return now();
  };
  return { place, shows, end: async () => {} };
}

/**
 * @param {string} name
 * @param {boolean} isInherited
 */
async function ours(name, isInherited) {
  const [vitePort, port] = [await freePort(), await freePort()];
  const place = await project(name, vitePort);
  const listen = isInherited ? ['--listen', `127.0.0.1:${port}`] : [];
  const dev = run(BRIDGE, ['dev', ...listen], place, port);
  return side(place, port, false, async () => {
    const exit = once(dev, 'exit');
    dev.kill('SIGINT');
    await exit;
  });
}

async function cargoWatch() {
  const [vitePort, port] = [await freePort(), await freePort()];
  const place = await project('edit-cargo-watch', vitePort);
  const vite = await startVite(8, place, vitePort);
  const watching = run(
    'cargo',
    ['watch', '-q', '--no-vcs-ignores', '-w', 'src', '-w', 'templates', '-x', 'run'],
    place,
    port,
  );
  return side(place, port, true, async () => {
    kill(watching);
    await stop(vite);
  });
}

/** @param {number} port */
function env(port) {
  // One target folder, so that the dependencies are built once. The sides never build at the same
  // time.
  return { ...process.env, PORT: String(port), CARGO_TARGET_DIR: `${TARGET}/edit` };
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} place
 * @param {number} port
 */
function run(program, args, place, port) {
  const child = spawn(program, args, { cwd: place, env: env(port), stdio: 'ignore', detached: true });
  // Stops the program also if the benchmark fails.
  process.on('exit', () => child.exitCode ?? kill(child));
  return child;
}

/** @param {import('node:child_process').ChildProcess} child */
function kill(child) {
  try {
    process.kill(-(/** @type {number} */ (child.pid)), 'SIGTERM');
  } catch {
    // The process has ended already.
  }
}

/**
 * @param {string} place
 * @param {number} port
 * @param {boolean} isReloaded
 * @param {() => Promise<void>} end
 * @returns {Promise<Side>}
 */
async function side(place, port, isReloaded, end) {
  const url = `http://127.0.0.1:${port}/`;
  await answers(url, 'template one');
  const visit = new Visit(await (await browser.newContext()).newPage());
  const shown = await reportFrames(visit.page, () =>
    ['h1', '#rust'].map((selector) => document.querySelector(selector)?.textContent).join(),
  );
  await visit.page.goto(url);
  await shown('template one,rust one');
  await until(() => visit.connected.size > 0, 'socket');
  const shows = async (/** @type {string} */ text) => {
    if (isReloaded) {
      await answers(url, text);
      await visit.page.reload({ waitUntil: 'commit' });
    }
    const time = await shown(text);
    // Waits for the socket of the reloaded page.
    await until(() => visit.connected.size > 0, 'socket');
    return time;
  };
  return { place, shows, end };
}

/**
 * Waits until the page contains the text.
 *
 * @param {string} url
 * @param {string} text
 */
async function answers(url, text) {
  for (let tries = 0; tries < 120_000; tries++) {
    const page = await fetch(url).then(
      (answer) => answer.text(),
      () => '',
    );
    if (page.includes(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${url} does not contain "${text}"`);
}
