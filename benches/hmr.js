// Measures the time from saving a CSS or JavaScript file to the updated page on the screen, through
// the application's port and on Vite's own port. The rounds alternate in one run.
//
// node benches/hmr.js [--rounds 30] [--program PATH]
//
// The application is `examples/page` of the debug build, or the same program built in another way.
// Needs Chromium, `npm ci` in tests/vite/8, and `cargo build --all-features --examples`.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { launch } from '../tests/node/chromium.js';
import {
  edit,
  freePort,
  project,
  startApp,
  startVite,
  stop,
  stopAll,
  until,
  Visit,
} from '../tests/node/development.js';
import { fromRoot } from '../tests/node/support.js';
import { median, now, reportFrames } from './measure.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '30' }, program: { type: 'string' } },
});

/** The time of a frame, in milliseconds. */
const FRAME = 1000 / 60;

/** The edited files, and the texts before the number of the edit. */
const EDITS = {
  CSS: { file: 'src/main.css', text: 'rgb(1, 1, ', last: '1)', end: ')' },
  JavaScript: { file: 'src/text.js', text: "'", last: "one'", end: " edits'" },
};

process.on('exit', stopAll);
const place = fromRoot('tests/vite/8/builds/hmr');
await project('/', place);
// A file of the public directory, because with the plugin Vite serves no other HTML.
await mkdir(join(place, 'public'));
await writeFile(
  join(place, 'public/own.html'),
  ['@vite/client', 'src/main.js'].map((url) => `<script type="module" src="/${url}"></script>`).join(''),
);
const [vitePort, appPort] = [await freePort(), await freePort()];
const vite = await startVite(8, place, vitePort);
const app = await startApp(place, appPort, {}, values.program);
const browser = await launch();
const sides = {
  application: await open(`http://localhost:${appPort}/`),
  Vite: await open(`http://localhost:${vitePort}/own.html`),
};
/** @type {Map<string, number[]>} */
const times = new Map();
let edits = 1;
for (let round = 0; round <= Number(values.rounds); round++) {
  // The first side alternates too.
  const order = Object.entries(sides);
  for (const [name, { show, hide }] of round % 2 ? order.reverse() : order) {
    const shown = await show();
    for (const [what, change] of Object.entries(EDITS)) {
      const next = `${(edits += 1) % 256}${change.end}`;
      // The last edit ended with a frame. Without a random pause, all edits would have the same
      // distance to the next frames, and a millisecond could cost a frame.
      await sleep(Math.random() * FRAME);
      await edit(place, change.file, change.text + change.last, change.text + next);
      const start = now();
      const time = (await shown(what === 'CSS' ? change.text + next : `|${next.slice(0, -1)}`)) - start;
      change.last = next;
      const key = `${what} ${name}`;
      // Round 0 is a warm-up.
      if (round > 0) times.set(key, [...(times.get(key) ?? []), time]);
    }
    await hide();
  }
}
console.log(`\n${values.rounds} alternating rounds; milliseconds from save to page, median (quartiles)\n`);
console.log('| | application | Vite | ratio |\n|---|---|---|---|');
for (const what of Object.keys(EDITS)) {
  const [own, direct] = Object.keys(sides).map((name) => times.get(`${what} ${name}`) ?? []);
  console.log(
    `| ${what} | ${quartiles(own)} | ${quartiles(direct)} | ${(median(own) / median(direct)).toFixed(2)} |`,
  );
}
await browser.close();
await stop(app);
await stop(vite);
process.exit();

/**
 * Returns functions that show a page and hide it again, so that one page at a time gets updates.
 *
 * @param {string} url
 */
async function open(url) {
  const visit = new Visit(await (await browser.newContext()).newPage());
  const shown = await reportFrames(
    visit.page,
    () =>
      `${document.body && getComputedStyle(document.body).color}|${document.querySelector('#text')?.textContent}`,
  );
  const show = async () => {
    await visit.page.goto(url);
    await visit.shows('#lazy', 'lazy');
    await until(() => visit.connected.size > 0, 'socket');
    // The first edit must not compete with the rest of the page.
    await visit.page.waitForLoadState('networkidle');
    return shown;
  };
  const hide = async () => {
    await visit.page.goto('about:blank');
    // The driver reports no close of a socket whose page has gone.
    visit.connected.clear();
  };
  return { show, hide };
}

/** @param {number[]} all */
function quartiles(all) {
  const sorted = [...all].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(all.length / 4)], sorted[Math.floor((all.length * 3) / 4)]];
  return `${median(all).toFixed(1)} (${low.toFixed(1)}-${high.toFixed(1)})`;
}
