// Shared by the tests of development: a project, a dev server, an application, and a page in a
// browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { built, firstOutput, fromRoot } from './support.js';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

export const FILES = {
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

export const ENTRIES = ['src/main.js', 'src/linked.css', 'src/counter.jsx'];

/** @type {Set<ChildProcess>} */
const running = new Set();

/** Kills the processes that a failed test left running. */
export function stopAll() {
  running.forEach((child) => child.kill('SIGKILL'));
}

/**
 * Creates a project with the plugin.
 *
 * @param {string} base
 * @param {string} place
 * @param {string} options of the plugin, as source
 * @param {string[]} entries
 * @param {string} more configuration of Vite, as source
 */
export async function project(base, place, options = '', entries = ENTRIES, more = '') {
  await rm(place, { recursive: true, force: true });
  await cp(fromRoot('js'), join(place, 'plugin'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  const config = `import react from '@vitejs/plugin-react'
import bridge from './plugin/index.js'
import { version as VERSION } from 'vite'
export default {
  base: '${base}',
  // Logs warnings of changes in later majors. Vite 5 and 6 have no such setting.
  future: +VERSION.split('.')[0] > 6 ? 'warn' : {},
  plugins: [react(), bridge(${options})],
  build: { rollupOptions: { input: ${JSON.stringify(entries)} } },
  ${more}
}`;
  for (const [file, text] of Object.entries({ ...FILES, 'vite.config.js': config })) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
}

let viteLog = '';

/** Returns the output of all dev servers. */
export const logOfVite = () => viteLog;

/**
 * Starts a dev server and waits for its dev file.
 *
 * @param {number} major
 * @param {string} place
 * @param {number} port
 * @param {string} file the dev file
 */
export async function startVite(major, place, port, file = join(place, '.vite-bridge/dev.json')) {
  const bin = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
  const args = [bin, '--port', String(port), '--strictPort'];
  const child = spawn(process.execPath, args, { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (viteLog += text));
  await until(
    () =>
      readFile(file).then(
        () => true,
        () => false,
      ),
    'dev file',
  );
  return child;
}

/**
 * @param {string} place
 * @param {number} port
 * @param {Record<string, string>} env
 * @param {string} program
 * @param {string[]} entries
 * @param {string} dist
 */
export async function startApp(
  place,
  port,
  env = {},
  program = built('examples/page'),
  entries = ENTRIES,
  dist = join(place, 'dist'),
) {
  const child = spawn(program, [dist, ...entries], {
    env: { ...process.env, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  await firstOutput(child);
  return child;
}

/** @param {ChildProcess | undefined} child */
export async function stop(child) {
  if (!child || !running.delete(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** @returns {Promise<number>} */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Waits until `look` returns true. Fails after 15 seconds.
 *
 * @param {() => boolean | Promise<boolean>} look
 * @param {string} what
 */
export async function until(look, what) {
  for (let tries = 0; tries < 300; tries++) {
    if (await look()) return;
    await sleep(50);
  }
  assert.fail(`no ${what} in 15 seconds`);
}

/** A page in a browser, with its errors, its requests and its sockets. */
export class Visit {
  /** @type {string[]} */ complaints = [];
  /** @type {Set<string>} */ hosts = new Set();
  /** @type {string[]} */ sockets = [];
  /** @type {Set<import('playwright-core').WebSocket>} */ connected = new Set();

  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    page.on('console', (message) => message.type() === 'error' && this.complaints.push(message.text()));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => this.hosts.add(new URL(request.url()).host));
    page.on('websocket', (socket) => {
      this.sockets.push(new URL(socket.url()).host + new URL(socket.url()).pathname);
      socket.on(
        'framereceived',
        ({ payload }) => String(payload).includes('"connected"') && this.connected.add(socket),
      );
      socket.on('close', () => this.connected.delete(socket));
    });
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} url
   */
  static async open(browser, url) {
    const visit = new Visit(await (await browser.newContext()).newPage());
    await visit.page.goto(url);
    return visit;
  }

  close() {
    return this.page.context().close();
  }

  /** Waits for Vite's socket, and then sets a mark that a reload removes. */
  async mark() {
    await until(() => this.connected.size > 0, 'connected socket');
    await this.page.evaluate(() => void Object.assign(globalThis, { mark: true }));
  }

  isMarked() {
    return this.page.evaluate(() => 'mark' in globalThis);
  }

  reloaded() {
    return this.page.waitForFunction(() => !('mark' in globalThis), null, { timeout: 20_000 });
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  shows(selector, text) {
    return this.page.waitForFunction(
      ([selector, text]) => document.querySelector(selector)?.textContent === text,
      [selector, text],
      { timeout: 15_000 },
    );
  }

  /**
   * @param {'html' | 'body'} tag
   * @param {'color' | 'backgroundColor'} property
   * @param {string} value
   */
  styled(tag, property, value) {
    return this.page.waitForFunction(
      ([tag, property, value]) =>
        getComputedStyle(/** @type {Element} */ (document.querySelector(tag)))[
          /** @type {'color'} */ (property)
        ] === value,
      [tag, property, value],
      { timeout: 15_000 },
    );
  }
}

/**
 * Replaces text in a file.
 *
 * @param {string} place
 * @param {string} file
 * @param {string} from
 * @param {string} to
 */
export async function edit(place, file, from, to) {
  // Watchers merge two writes within a few milliseconds into one change.
  await sleep(200);
  const text = await readFile(join(place, file), 'utf8');
  assert.ok(text.includes(from), `${file} does not contain ${from}`);
  await writeFile(join(place, file), text.replace(from, to));
}
