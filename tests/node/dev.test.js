// Development in a real browser, with each major of Vite and the bases `/` and `/static/`: one
// port, hot updates, recovery.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { launch } from './chromium.js';
import {
  edit,
  ENTRIES,
  freePort,
  logOfVite,
  project,
  startApp,
  startVite,
  stop,
  stopAll,
  until,
  Visit,
} from './development.js';
import { fromRoot, MAJORS } from './support.js';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  stopAll();
});

const BUNDLED = 'experimental: { bundledDev: true },';
const CELLS = [
  ...MAJORS.flatMap((major) => ['/', '/static/'].map((base) => ({ major, base, more: '' }))),
  { major: 8, base: '/static/', more: BUNDLED },
];

for (const { major, base, more } of CELLS) {
  describe(`Vite ${major}, base ${base}${more && ', experimental.bundledDev'}`, () => {
    const place = fromRoot(`tests/vite/${major}/builds/dev${base.replaceAll('/', '-')}${more && '-bundled'}`);
    /** @type {number} */ let vitePort;
    /** @type {number} */ let appPort;
    /** @type {ChildProcess} */ let vite;
    /** @type {ChildProcess} */ let app;
    /** @type {Visit} */ let visit;

    before(async () => {
      await project(base, place, '', ENTRIES, more);
      [vitePort, appPort] = [await freePort(), await freePort()];
      vite = await startVite(major, place, vitePort);
      app = await startApp(place, appPort);
      await open();
    });
    after(async () => {
      await visit?.close();
      await stop(vite);
      await stop(app);
    });

    const open = async () => {
      visit = await Visit.open(browser, `http://localhost:${appPort}/`);
    };

    test('modules, images, JSON, workers, dynamic imports and CSS load through the application', async () => {
      for (const [id, text] of [
        ['text', 'one'],
        ['json', '42'],
        ['raw', 'raw text'],
        ['image', '7'],
        ['lazy', 'lazy'],
        ['worker', 'worker'],
      ]) {
        await visit.shows(`#${id}`, text);
      }
      await visit.shows('#counter', 'one 0');
      await visit.styled('body', 'color', 'rgb(1, 1, 1)');
      await visit.styled('html', 'backgroundColor', 'rgb(1, 1, 1)');
      await until(() => visit.sockets.length > 0, 'socket');
      assert.deepEqual([...new Set(visit.sockets)], [`localhost:${appPort}${base}`]);
      assert.deepEqual(
        [...visit.hosts].filter((host) => host !== ''),
        [`localhost:${appPort}`],
      );
      assert.deepEqual(visit.complaints, []);
    });

    test('imported CSS, linked CSS and accepted JavaScript update without a reload, and React keeps its state', async () => {
      await visit.mark();
      await edit(place, 'src/main.css', 'rgb(1, 1, 1)', 'rgb(2, 2, 2)');
      await visit.styled('body', 'color', 'rgb(2, 2, 2)');
      await edit(place, 'src/linked.css', 'rgb(1, 1, 1)', 'rgb(3, 3, 3)');
      await visit.styled('html', 'backgroundColor', 'rgb(3, 3, 3)');
      await edit(place, 'src/text.js', 'one', 'two');
      await visit.shows('#text', 'two');
      await visit.page.click('#counter');
      await visit.shows('#counter', 'one 1');
      await edit(place, 'src/Counter.jsx', '>one {', '>two {');
      await visit.shows('#counter', 'two 1');
      assert.ok(await visit.isMarked(), 'the page was reloaded');
      assert.deepEqual(visit.complaints, []);
    });

    test('an edit without an HMR handler reloads the page, and a syntax error shows the overlay until it is fixed', async () => {
      await visit.mark();
      await edit(place, 'src/plain.js', 'one', 'two');
      await visit.reloaded();
      await visit.page.waitForFunction(() => Reflect.get(globalThis, 'plain') === 'two');
      await visit.shows('#worker', 'worker');
      await edit(place, 'src/text.js', "= 'two'", "= 'two");
      await visit.page.waitForSelector('vite-error-overlay', { state: 'attached', timeout: 15_000 });
      await edit(place, 'src/text.js', "= 'two", "= 'three'");
      await visit.page.waitForSelector('vite-error-overlay', { state: 'detached', timeout: 15_000 });
      await visit.shows('#text', 'three');
    });

    test('the page reloads by itself after Vite restarts', async () => {
      await visit.mark();
      await stop(vite);
      await sleep(1500);
      vite = await startVite(major, place, vitePort);
      await visit.reloaded();
      await visit.shows('#lazy', 'lazy');
    });

    test('a page opened while Vite is down reloads when Vite starts', async () => {
      await stop(vite);
      await visit.close();
      await open();
      await visit.page.evaluate(() => void Object.assign(globalThis, { mark: true }));
      vite = await startVite(major, place, vitePort);
      await visit.reloaded();
      await visit.shows('#lazy', 'lazy');
    });

    test('the page reloads by itself after the application restarts', async () => {
      await visit.shows('#worker', 'worker');
      await visit.mark();
      await stop(app);
      await sleep(500);
      app = await startApp(place, appPort);
      await visit.reloaded();
      await visit.shows('#lazy', 'lazy');
    });

    test('Vite logs no warning of a change in later majors', () => {
      const warnings = logOfVite().match(/\[vite future\].*/g) ?? [];
      assert.deepEqual(
        warnings.filter((text) => !text.includes('"vite:react-babel"')),
        [],
      );
    });
  });
}

describe('a cold start without a build and without a running Vite', () => {
  test('the page shows the command to run, and loads when Vite starts', async () => {
    const place = fromRoot('tests/vite/8/builds/dev-cold');
    await project('/', place);
    const [vitePort, appPort] = [await freePort(), await freePort()];
    const app = await startApp(place, appPort);
    const page = await browser.newPage();
    await page.goto(`http://localhost:${appPort}/`);
    await page.waitForSelector('#vite-bridge-notice');
    assert.match(String(await page.textContent('#vite-bridge-notice')), /Start it with `npm run dev`/);
    const vite = await startVite(8, place, vitePort);
    await page.waitForFunction(() => document.querySelector('#lazy')?.textContent === 'lazy', null, {
      timeout: 20_000,
    });
    assert.equal(await page.locator('#vite-bridge-notice').count(), 0);
    await page.close();
    await stop(vite);
    await stop(app);
  });

  // Vite 5 pings over HTTP, and Vite 8 through its socket.
  for (const major of [5, 8])
    test(`open pages follow Vite ${major} to another port`, async () => {
      const place = fromRoot(`tests/vite/${major}/builds/dev-moves`);
      await project('/', place);
      const ports = [await freePort(), await freePort(), await freePort()];
      let vite = await startVite(major, place, ports[0]);
      const app = await startApp(place, ports[2]);
      const page = await browser.newPage();
      await page.goto(`http://localhost:${ports[2]}/`);
      await page.waitForFunction(() => document.querySelector('#lazy')?.textContent === 'lazy');
      await page.evaluate(() => void Object.assign(globalThis, { mark: true }));
      let pings = 0;
      page.on('request', (request) => {
        if (request.headers().accept === 'text/x-vite-ping') pings += 1;
      });
      await stop(vite);
      await until(() => pings >= 2, 'two pings while no server runs');
      vite = await startVite(major, place, ports[1]);
      await page.waitForFunction(() => !('mark' in globalThis), null, { timeout: 20_000 });
      await page.waitForFunction(() => document.querySelector('#lazy')?.textContent === 'lazy');
      await page.close();
      await stop(vite);
      await stop(app);
    });
});

test('with forwardConsole the console of the page appears in the terminal of Vite', async () => {
  const place = fromRoot('tests/vite/8/builds/dev-console');
  await project('/', place, '', ENTRIES, "server: { forwardConsole: { logLevels: ['log'] } },");
  const [vitePort, appPort] = [await freePort(), await freePort()];
  const vite = await startVite(8, place, vitePort);
  const app = await startApp(place, appPort);
  const visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  await until(() => visit.connected.size > 0, 'connected socket');
  await visit.page.evaluate(() => console.log('a line of the page'));
  await until(() => logOfVite().includes('a line of the page'), 'line in the terminal');
  await visit.close();
  await stop(vite);
  await stop(app);
});
