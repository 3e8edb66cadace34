// The demo in a real browser: its tags load every file once, without a message on the console.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';

import { launch } from './chromium.js';
import { built, firstOutput } from './support.js';

describe('the demo', () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  /** @type {string} */
  let address;

  before(async () => {
    server = spawn(built('examples/demo'), {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await firstOutput(server);
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    server?.kill();
  });

  /**
   * Opens a page and records its requests, console messages and errors.
   *
   * @param {'light' | 'dark'} colorScheme
   */
  async function open(colorScheme = 'light', path = '') {
    const page = await browser.newPage({ colorScheme });
    /** @type {string[]} */ const complaints = [];
    /** @type {string[]} */ const requests = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    page.on('response', (response) => {
      requests.push(new URL(response.url()).pathname);
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    await page.goto(address + path, { waitUntil: 'networkidle' });
    return { page, complaints, requests };
  }

  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    test(`every file loads once without a console message, ${scheme}`, async () => {
      const { page, complaints, requests } = await open(scheme);
      assert.deepEqual(complaints, []);
      assert.equal(new Set(requests).size, requests.length, requests.join('\n'));
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(background, scheme === 'light' ? 'rgb(251, 250, 255)' : 'rgb(20, 18, 31)');
      const font = await page.evaluate(() => document.fonts.check('16px Outfit'));
      assert.ok(font, 'the preloaded font is used');
    });
  }

  test('the entry runs under the policy, and a click imports the lazy chunk with its CSS', async () => {
    const { page, complaints, requests } = await open();
    assert.ok(!requests.some((path) => path.includes('graph')), 'the lazy chunk loads later');
    await page.click('#load-graph');
    await page.waitForSelector('.cable li');
    assert.equal(await page.locator('.cable li').count(), 4);
    const border = await page.evaluate(
      () => getComputedStyle(document.querySelector('.cable') ?? document.body).borderTopWidth,
    );
    assert.equal(border, '4px', 'the lazy stylesheet applies');
    assert.equal(requests.filter((path) => path.includes('graph')).length, 2, 'one script, one stylesheet');
    assert.deepEqual(complaints, []);
  });

  test('the theme button changes the page, and the second page shares the chunk', async () => {
    const { page, complaints } = await open('light', 'about');
    await page.click('#theme');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    assert.ok((await page.locator('[data-file]').count()) >= 4);
    assert.deepEqual(complaints, []);
  });

  test('each response has a policy with a new nonce, and every element carries that nonce', async () => {
    const [one, two] = await Promise.all([fetch(address), fetch(address)]);
    const policies = [one, two].map((response) => response.headers.get('content-security-policy') ?? '');
    assert.notEqual(policies[0], policies[1]);
    const nonce = policies[0].match(/'nonce-([^']+)'/)?.[1];
    const html = await one.text();
    const elements = [
      ...html.matchAll(/<(?:link rel="(?:stylesheet|modulepreload|preload)"|script type="module")[^>]*>/g),
    ];
    assert.equal(elements.length, 5);
    for (const [element] of elements) assert.ok(element.includes(`nonce="${nonce}"`), element);
  });
});
