// Measures the time from saving a file to the new page on the screen. Compares `vite-bridge dev`,
// which reloads the page by itself, with `cargo watch` and a separate Vite. For `cargo watch` the
// benchmark reloads the page as soon as the new page is available, faster than a human could. The
// rounds alternate in one run.
//
// node benches/edit.js [--rounds 7]
//
// Needs cargo-watch, Chromium and `npm ci` in tests/vite/8.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { launch } from '../tests/node/chromium.js';
import { edit, freePort, startVite, stop, until, Visit } from '../tests/node/development.js';
import { built } from '../tests/node/support.js';
import { watchedProject } from '../tests/node/watched.js';
import { machine, median } from './measure.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const BRIDGE = built('vite-bridge');

/** The edited files, and the elements of the page that show the edit. */
const EDITS = {
  template: { file: 'templates/home.html', selector: 'h1', text: 'template' },
  Rust: { file: 'src/main.rs', selector: '#rust', text: 'rust' },
};

const browser = await launch();
const sides = {
  'vite-bridge dev': await ours('edit-dev', false),
  'vite-bridge dev --listen': await ours('edit-listen', true),
  'cargo watch, reloaded': await theirs(),
};
/** @type {Map<string, number[]>} */
const times = new Map();
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const [name, { place, visit, url, reload }] of Object.entries(sides)) {
    for (const [what, { file, selector, text }] of Object.entries(EDITS)) {
      const from = round === 0 ? `${text} one` : `${text} ${round}.`;
      const to = `${text} ${round + 1}.`;
      await edit(place, file, from, to);
      const start = performance.now();
      if (reload) await answers(url, to);
      if (reload) await visit.page.reload();
      await visit.page.waitForFunction(
        ([selector, text]) => document.querySelector(selector)?.textContent === text,
        [selector, to],
        { timeout: 60_000, polling: 5 },
      );
      const key = `${what} ${name}`;
      // Round 0 is a warm-up.
      if (round > 0) times.set(key, [...(times.get(key) ?? []), performance.now() - start]);
      // Waits for the socket of the reloaded page.
      await until(() => visit.connected.size > 0, 'socket');
    }
  }
}
console.log(
  `\n${machine()}, ${values.rounds} alternating rounds; milliseconds from save to page, median (fastest to slowest)\n`,
);
console.log(
  `| | ${Object.keys(EDITS).join(' edit | ')} edit |\n|---${'|---'.repeat(Object.keys(EDITS).length)}|`,
);
for (const name of Object.keys(sides)) {
  const cells = Object.keys(EDITS).map((what) => {
    const all = (times.get(`${what} ${name}`) ?? []).map(Math.round);
    return `${median(all)} (${Math.min(...all)}-${Math.max(...all)})`;
  });
  console.log(`| ${[name, ...cells].join(' | ')} |`);
}
for (const { end } of Object.values(sides)) await end();
await browser.close();
process.exit();

/**
 * @param {string} name
 * @param {boolean} isInherited
 */
async function ours(name, isInherited) {
  const [vitePort, port] = [await freePort(), await freePort()];
  const place = await watchedProject(name, vitePort);
  const listen = isInherited ? ['--listen', `127.0.0.1:${port}`] : [];
  const dev = run(BRIDGE, ['dev', ...listen], place, port);
  return side(place, port, false, async () => {
    const exit = once(dev, 'exit');
    dev.kill('SIGINT');
    await exit;
  });
}

async function theirs() {
  const [vitePort, port] = [await freePort(), await freePort()];
  const place = await watchedProject('edit-cargo-watch', vitePort);
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

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} place
 * @param {number} port
 */
function run(program, args, place, port) {
  // Separate target folders, because cargo locks a target folder during a build.
  const env = { ...process.env, PORT: String(port), CARGO_TARGET_DIR: `${place}/target` };
  const child = spawn(program, args, { cwd: place, env, stdio: 'ignore', detached: true });
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
 * @param {boolean} reload
 * @param {() => Promise<void>} end
 */
async function side(place, port, reload, end) {
  const url = `http://127.0.0.1:${port}/`;
  for (let tries = 0; tries < 40 && !(await isThere(url)); tries++) continue;
  const visit = await Visit.open(browser, url);
  await visit.shows('h1', 'template one');
  await until(() => visit.connected.size > 0, 'socket');
  return { place, url, visit, reload, end };
}

/** @param {string} url */
function isThere(url) {
  return answers(url, 'template').then(
    () => true,
    () => false,
  );
}

/**
 * Waits until the page contains the text.
 *
 * @param {string} url
 * @param {string} text
 */
async function answers(url, text) {
  for (let tries = 0; tries < 3000; tries++) {
    const page = await fetch(url).then(
      (answer) => answer.text(),
      () => '',
    );
    if (page.includes(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${url} does not contain "${text}"`);
}
