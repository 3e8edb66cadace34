// Development in a real browser: one port, hot updates, recovery; each major of Vite, base `/` and `/static/`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { launch } from './chromium.js';
import { fromRoot, MAJORS } from './support.js';

const FILES = {
  'package.json': '{ "type": "module" }',
  'src/main.js': `import './main.css'
import { text } from './text.js'
import './plain.js'
import data from './data.json'
import raw from './raw.txt?raw'
import image from './image.svg?url'
const show = (id, text) => {
  const element = document.getElementById(id) ?? document.body.appendChild(Object.assign(document.createElement('p'), { id }))
  element.textContent = text
}
show('text', text)
show('json', data.answer)
show('raw', raw)
const img = document.body.appendChild(new Image())
img.onload = () => show('image', img.naturalWidth)
img.src = image
import('./lazy.js').then((m) => show('lazy', m.lazy))
new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }).onmessage = (event) => show('worker', event.data)
import.meta.hot?.accept('./text.js', (m) => m && show('text', m.text))
`,
  'src/text.js': "export const text = 'one'\n",
  'src/plain.js': "globalThis.plain = 'one'\n",
  'src/main.css': "body { color: rgb(1, 1, 1); background: url('./image.svg') }\n",
  'src/linked.css': 'html { background-color: rgb(1, 1, 1) }\n',
  'src/lazy.js': "export const lazy = 'lazy'\n",
  'src/worker.js': "self.postMessage('worker')\n",
  'src/data.json': '{ "answer": 42 }\n',
  'src/raw.txt': 'raw text',
  'src/image.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>\n',
  'src/counter.jsx': `import { createRoot } from 'react-dom/client'
import { Counter } from './Counter.jsx'
createRoot(document.getElementById('app')).render(<Counter />)
`,
  'src/Counter.jsx': `import { useState } from 'react'
export function Counter() {
  const [count, setCount] = useState(0)
  return <button id="counter" onClick={() => setCount(count + 1)}>one {count}</button>
}
`,
};

const ENTRIES = ['src/main.js', 'src/linked.css', 'src/counter.jsx'];

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const running = new Set();
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  running.forEach((child) => child.kill('SIGKILL'));
});

for (const major of MAJORS) {
  for (const base of ['/', '/static/']) {
    describe(`Vite ${major}, base ${base}`, () => {
      const place = fromRoot(`tests/vite/${major}/builds/dev${base.replaceAll('/', '-')}`);
      /** @type {number} */ let vitePort;
      /** @type {number} */ let appPort;
      /** @type {ChildProcess} */ let vite;
      /** @type {ChildProcess} */ let app;
      /** @type {import('playwright-core').Page} */ let page;
      /** @type {string[]} */ let complaints;
      /** @type {Set<string>} */ let hosts;
      /** @type {string[]} */ let sockets;
      /** @type {Set<import('playwright-core').WebSocket>} */ let connected;

      before(async () => {
        await project(major, base, place);
        [vitePort, appPort] = [await freePort(), await freePort()];
        vite = await startVite(major, place, vitePort);
        app = await startApp(place, appPort);
        await open();
      });
      after(async () => {
        await page?.context().close();
        await stop(vite);
        await stop(app);
      });

      async function open() {
        const context = await browser.newContext();
        page = await context.newPage();
        complaints = [];
        hosts = new Set();
        sockets = [];
        connected = new Set();
        page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(String(error)));
        page.on('request', (request) => hosts.add(new URL(request.url()).host));
        page.on('websocket', (socket) => {
          sockets.push(new URL(socket.url()).host + new URL(socket.url()).pathname);
          socket.on(
            'framereceived',
            ({ payload }) => String(payload).includes('"connected"') && connected.add(socket),
          );
          socket.on('close', () => connected.delete(socket));
        });
        await page.goto(`http://localhost:${appPort}/`);
      }

      /** Sets a mark that a reload loses, once the page can be told to reload. */
      const mark = async () => {
        await until(() => connected.size > 0, 'connected socket');
        await page.evaluate(() => void Object.assign(globalThis, { mark: true }));
      };
      const isMarked = () => page.evaluate(() => 'mark' in globalThis);
      /** @param {string} selector @param {string} text */
      const shows = (selector, text) =>
        page.waitForFunction(
          ([selector, text]) => document.querySelector(selector)?.textContent === text,
          [selector, text],
          { timeout: 15_000 },
        );
      /** @param {'html' | 'body'} tag @param {'color' | 'backgroundColor'} property @param {string} value */
      const styled = (tag, property, value) =>
        page.waitForFunction(
          ([tag, property, value]) =>
            getComputedStyle(/** @type {Element} */ (document.querySelector(tag)))[
              /** @type {'color'} */ (property)
            ] === value,
          [tag, property, value],
          { timeout: 15_000 },
        );
      const reloaded = () => page.waitForFunction(() => !('mark' in globalThis), null, { timeout: 20_000 });
      /** @param {string} file @param {string} from @param {string} to */
      const edit = async (file, from, to) => {
        // Watchers take two writes within some milliseconds for one; nobody types that fast.
        await sleep(200);
        const text = await readFile(join(place, file), 'utf8');
        assert.ok(text.includes(from), `${file} has ${from}`);
        await writeFile(join(place, file), text.replace(from, to));
      };

      test('everything loads through the application: modules, image, JSON, worker, dynamic import, CSS', async () => {
        for (const [id, text] of [
          ['text', 'one'],
          ['json', '42'],
          ['raw', 'raw text'],
          ['image', '7'],
          ['lazy', 'lazy'],
          ['worker', 'worker'],
        ]) {
          await shows(`#${id}`, text);
        }
        await shows('#counter', 'one 0');
        await styled('body', 'color', 'rgb(1, 1, 1)');
        await styled('html', 'backgroundColor', 'rgb(1, 1, 1)');
        await until(() => sockets.length > 0, 'a socket');
        assert.deepEqual([...new Set(sockets)], [`localhost:${appPort}${base}`]);
        assert.deepEqual(
          [...hosts].filter((host) => host !== ''),
          [`localhost:${appPort}`],
        );
        assert.deepEqual(complaints, []);
      });

      test('CSS, linked CSS and accepted JavaScript are applied without a reload, and React keeps its state', async () => {
        await mark();
        await edit('src/main.css', 'rgb(1, 1, 1)', 'rgb(2, 2, 2)');
        await styled('body', 'color', 'rgb(2, 2, 2)');
        await edit('src/linked.css', 'rgb(1, 1, 1)', 'rgb(3, 3, 3)');
        await styled('html', 'backgroundColor', 'rgb(3, 3, 3)');
        await edit('src/text.js', 'one', 'two');
        await shows('#text', 'two');
        await page.click('#counter');
        await shows('#counter', 'one 1');
        await edit('src/Counter.jsx', '>one {', '>two {');
        await shows('#counter', 'two 1');
        assert.ok(await isMarked(), 'the page was reloaded');
        assert.deepEqual(complaints, []);
      });

      test('an edit that nobody accepts reloads; a syntax error shows the overlay, and its cure clears it', async () => {
        await mark();
        await edit('src/plain.js', 'one', 'two');
        await reloaded();
        await page.waitForFunction(() => Reflect.get(globalThis, 'plain') === 'two');
        await shows('#worker', 'worker');
        await edit('src/text.js', "= 'two'", "= 'two");
        await page.waitForSelector('vite-error-overlay', { state: 'attached', timeout: 15_000 });
        await edit('src/text.js', "= 'two", "= 'three'");
        await page.waitForSelector('vite-error-overlay', { state: 'detached', timeout: 15_000 });
        await shows('#text', 'three');
      });

      test('Vite killed and started again: the page comes back by itself', async () => {
        await mark();
        await stop(vite);
        await sleep(1500);
        vite = await startVite(major, place, vitePort);
        await reloaded();
        await shows('#lazy', 'lazy');
      });

      test('a page opened while Vite is down comes back when it is up', async () => {
        await stop(vite);
        await page.context().close();
        await open();
        await page.evaluate(() => void Object.assign(globalThis, { mark: true }));
        vite = await startVite(major, place, vitePort);
        await reloaded();
        await shows('#lazy', 'lazy');
      });

      test('the application restarted: the page reloads itself', async () => {
        await shows('#worker', 'worker');
        await mark();
        await stop(app);
        await sleep(500);
        app = await startApp(place, appPort);
        await reloaded();
        await shows('#lazy', 'lazy');
      });
    });
  }
}

describe('a cold start: neither a build nor a running Vite', () => {
  test('the page says what to start, and comes alive when Vite starts', async () => {
    const place = fromRoot('tests/vite/8/builds/dev-cold');
    await project(8, '/', place);
    const [vitePort, appPort] = [await freePort(), await freePort()];
    const app = await startApp(place, appPort);
    const page = await browser.newPage();
    await page.goto(`http://localhost:${appPort}/`);
    await page.waitForSelector('#vite-bridge-notice');
    assert.match(String(await page.textContent('#vite-bridge-notice')), /start it with `npm run dev`/);
    const vite = await startVite(8, place, vitePort);
    await page.waitForFunction(() => document.querySelector('#lazy')?.textContent === 'lazy', null, {
      timeout: 20_000,
    });
    assert.equal(await page.locator('#vite-bridge-notice').count(), 0);
    await page.close();
    await stop(vite);
    await stop(app);
  });

  test('Vite started again on another port is followed', async () => {
    const place = fromRoot('tests/vite/8/builds/dev-moves');
    await project(8, '/', place);
    const ports = [await freePort(), await freePort(), await freePort()];
    let vite = await startVite(8, place, ports[0]);
    const app = await startApp(place, ports[2]);
    const page = await browser.newPage();
    await page.goto(`http://localhost:${ports[2]}/`);
    await page.waitForFunction(() => document.querySelector('#lazy')?.textContent === 'lazy');
    await page.evaluate(() => void Object.assign(globalThis, { mark: true }));
    await stop(vite);
    vite = await startVite(8, place, ports[1]);
    await page.waitForFunction(() => !('mark' in globalThis), null, { timeout: 20_000 });
    await page.waitForFunction(() => document.querySelector('#lazy')?.textContent === 'lazy');
    await page.close();
    await stop(vite);
    await stop(app);
  });
});

/**
 * @param {number} major
 * @param {string} base
 * @param {string} place
 */
async function project(major, base, place) {
  await rm(place, { recursive: true, force: true });
  await cp(fromRoot('js'), join(place, 'plugin'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  const config = `import react from '@vitejs/plugin-react'
import bridge from './plugin/index.js'
export default {
  base: '${base}',
  plugins: [react(), bridge()],
  build: { rollupOptions: { input: ${JSON.stringify(ENTRIES)} } },
}`;
  for (const [file, text] of Object.entries({ ...FILES, 'vite.config.js': config })) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
}

/**
 * @param {number} major
 * @param {string} place
 * @param {number} port
 */
async function startVite(major, place, port) {
  const bin = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
  const args = [bin, '--port', String(port), '--strictPort', '--host', '127.0.0.1'];
  const child = spawn(process.execPath, args, { cwd: place, stdio: 'ignore' });
  running.add(child);
  await until(
    () =>
      readFile(join(place, '.vite-bridge/dev.json')).then(
        () => true,
        () => false,
      ),
    'a dev file',
  );
  return child;
}

/**
 * @param {string} place
 * @param {number} port
 */
async function startApp(place, port) {
  const child = spawn(fromRoot('target/debug/examples/page'), [join(place, 'dist'), ...ENTRIES], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  await once(/** @type {import('node:stream').Readable} */ (child.stdout), 'data');
  return child;
}

/** @param {ChildProcess | undefined} child */
async function stop(child) {
  if (!child || !running.delete(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * @param {() => boolean | Promise<boolean>} look
 * @param {string} what
 */
async function until(look, what) {
  for (let tries = 0; tries < 300; tries++) {
    if (await look()) return;
    await sleep(50);
  }
  assert.fail(`no ${what} in 15 seconds`);
}
