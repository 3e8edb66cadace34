// URLs in tags equal the URLs that chunks import. If they differ, a browser loads and runs a module
// twice.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { launch } from './chromium.js';
import { build, MAJORS, tags } from './support.js';

// Names that need encoding, an entry that imports an entry, cycles, React, workers.
const ENTRIES = [
  'src/with space.ts',
  'src/ünï-日本.ts',
  "src/a+b&c'd.ts",
  'src/[id].ts',
  'src/imports-entry.ts',
  'src/cycle-a.ts',
  'src/order/order1.ts',
  'src/main.ts',
];

const TYPES = /** @type {Record<string, string>} */ ({
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
});

describe('tags of real builds in a browser', () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  for (const major of MAJORS) {
    test(`Vite ${major}: every file is requested once and found`, async () => {
      const dist = await build(major, 'browser', { VARIANT: 'default' });
      const elements = await tags(dist, ...ENTRIES);
      const server = await serve(dist, page(elements));
      const context = await browser.newContext();
      const tab = await context.newPage();
      /** @type {string[]} */ const requested = [];
      /** @type {string[]} */ const missed = [];
      tab.on('response', (response) => {
        requested.push(response.url());
        if (response.status() >= 400) missed.push(response.url());
      });
      await tab.goto(server.address, { waitUntil: 'networkidle' });
      const scripts = requested.filter((url) => url.endsWith('.js'));
      assert.deepEqual(missed, []);
      assert.equal(new Set(requested).size, requested.length, 'a file was requested twice');
      assert.ok(scripts.length >= ENTRIES.length, `${scripts.length} scripts`);
      await context.close();
      await server.close();
    });
  }
});

/**
 * Returns an HTML page with the elements.
 *
 * @param {{ kind: string, href: string }[]} elements
 */
function page(elements) {
  const lines = elements.map(({ kind, href }) => {
    const url = href.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    return kind === 'script'
      ? `<script type="module" src="${url}"></script>`
      : `<link rel="${kind}" href="${url}">`;
  });
  return `<!doctype html><link rel="icon" href="data:,">${lines.join('\n')}<div id="app"></div>`;
}

/**
 * Serves the files of a build by their decoded names, and a page at `/`.
 *
 * @param {string} dist
 * @param {string} html
 */
async function serve(dist, html) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (path === '/') return response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    const body = await readFile(dist + path).catch(() => undefined);
    response.statusCode = body ? 200 : 404;
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream').end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    address: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
