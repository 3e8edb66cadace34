// A binary with an embedded front end, started in an empty folder, in a real browser: loading,
// caching, other origins.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch } from './chromium.js';
import { built, firstOutput, fromRoot } from './support.js';

/** @type {import('playwright-core').Browser} */ let browser;
/** @type {import('node:child_process').ChildProcess} */ let app;
/** @type {string} */ let place;
/** @type {string} */ let address;

before(async () => {
  browser = await launch();
  place = await mkdtemp(join(tmpdir(), 'vite-bridge-embedded-'));
  app = spawn(built('examples/embedded'), [], {
    cwd: place,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  address = await firstOutput(app);
});
after(async () => {
  await browser?.close();
  app?.kill();
  await rm(place, { recursive: true, force: true });
});

/** Returns the path of each loaded resource, and whether it came over the network. */
const loaded = (/** @type {import('playwright-core').Page} */ page) =>
  page.evaluate(() =>
    performance.getEntriesByType('resource').map((entry) => {
      const { name, transferSize } = /** @type {PerformanceResourceTiming} */ (entry);
      return { path: new URL(name).pathname, isFetched: transferSize > 0 };
    }),
  );

test('a page loads every file once and does not fetch immutable files again', async () => {
  const page = await (await browser.newContext()).newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const visit = async () => {
    await page.goto(address);
    await page.click('#load-graph');
    await page.waitForSelector('#graph > *');
    await page.evaluate(() => document.fonts.ready);
    return loaded(page);
  };
  const first = await visit();
  const scripts = first.map(({ path }) => path).filter((path) => path.endsWith('.js'));
  assert.ok(scripts.length >= 3, scripts.join());
  assert.equal(new Set(scripts).size, scripts.length, `a module with two URLs runs twice: ${scripts}`);
  assert.ok(first.some(({ path }) => path.endsWith('.css')));
  const again = (await visit()).filter(({ path, isFetched }) => isFetched && path.startsWith('/assets/'));
  assert.deepEqual(again, []);
  assert.deepEqual(complaints, []);
});

test('hashed files are immutable, and modules load from another origin', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(address);
  const script = await page.getAttribute('script[type=module][src]', 'src');
  const answer = await fetch(new URL(String(script), address), {
    headers: { origin: 'https://elsewhere.test' },
  });
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  // A browser treats another name of this machine as another origin.
  const other = new URL(address);
  other.hostname = 'localhost';
  await page.goto(other.href);
  const names = await page.evaluate(
    async (url) => Object.keys(await import(url)),
    new URL(String(script), address).href,
  );
  assert.ok(Array.isArray(names));
});

test('a font loads from another origin, unless --no-cors is set', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(address);
  await page.evaluate(() => document.fonts.ready);
  const font = (await loaded(page)).map(({ path }) => path).find((path) => path.endsWith('.woff2'));
  const other = new URL(address);
  other.hostname = 'localhost';
  await page.goto(other.href);
  const load = (/** @type {string} */ url) =>
    page.evaluate(async (url) => {
      const face = new FontFace('Probe', `url(${url})`);
      await face.load().catch(() => undefined);
      return face.status;
    }, url);
  assert.equal(await load(new URL(String(font), address).href), 'loaded');
  const args = ['serve', '--addr', '127.0.0.1:0', '--no-cors', '--dist', fromRoot('examples/demo/dist')];
  const closed = spawn(built('vite-bridge'), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  assert.equal(await load(new URL(String(font), await firstOutput(closed)).href), 'error');
  closed.kill();
});
