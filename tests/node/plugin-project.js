// Shared by the tests of the plugin: projects with a copy of it, because a linked plugin would resolve
// the workspace's Vite.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { fromRoot } from './support.js';

export const FILES = {
  'package.json': '{ "type": "module" }',
  'src/main.js':
    "import './main.css'; import('./lazy.js'); export default new Worker(new URL('./worker.js', import.meta.url))",
  'src/main.css': 'body { color: teal }',
  'src/lazy.js': "console.log('lazy')",
  'src/worker.js': "self.postMessage('worker')",
  'src/icons/tiny.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'public/favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'public/deep/robots.txt': 'User-agent: *',
};

/** @type {Set<import('node:child_process').ChildProcess>} */
export const running = new Set();

/** Kills the processes that a failed test left running. */
export function stopAll() {
  running.forEach((child) => child.kill('SIGKILL'));
}

/**
 * Creates a project with the plugin. Returns its folder.
 *
 * @param {number} major
 * @param {string} name
 * @param {string} options of the plugin, as source
 * @param {string} config further configuration, as source
 */
export async function project(major, name, options = '', config = '') {
  const place = fromRoot(`tests/vite/${major}/builds/plugin-${name}`);
  await rm(place, { recursive: true, force: true });
  await cp(fromRoot('js'), join(place, 'plugin'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  const vite = `import bridge from './plugin/index.js'
export default { plugins: [bridge(${options})], ${config || "build: { rollupOptions: { input: 'src/main.js' } }"} }`;
  for (const [file, text] of Object.entries({ ...FILES, 'vite.config.js': vite })) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
  return place;
}

/**
 * @param {number} major
 * @param {string} place
 */
export function build(major, place) {
  const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
  return promisify(execFile)(process.execPath, [vite, 'build'], { cwd: place });
}

/**
 * Starts a dev server and waits for its dev file.
 *
 * @param {number} major
 * @param {string} place
 */
export async function dev(major, place) {
  const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
  const child = spawn(process.execPath, [vite, '--port', '0'], { cwd: place, stdio: 'ignore' });
  running.add(child);
  await until(() => devFile(place), 'dev file');
  return child;
}

/** @param {string} place */
export async function devFile(place) {
  const text = await readFile(join(place, '.vite-bridge/dev.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * @template T
 * @param {() => Promise<T>} look
 * @param {string} what
 */
export async function until(look, what) {
  for (let tries = 0; tries < 200; tries++) {
    const found = await look();
    if (found) return found;
    await sleep(50);
  }
  assert.fail(`no ${what} in ten seconds`);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export async function end(child, signal) {
  const exit = once(child, 'exit');
  child.kill(signal);
  running.delete(child);
  return (await exit)[1];
}

/** @param {string} folder */
export async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}

/**
 * Opens Vite's socket. The returned function returns all received text. The frames are short and
 * unmasked, so they need no decoding.
 *
 * @param {string} url
 * @returns {Promise<() => string>}
 */
export function socket(url) {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'vite-hmr',
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers });
    sent.on('upgrade', (_response, connection, head) => {
      let text = String(head);
      connection.on('data', (chunk) => (text += chunk)).on('error', () => {});
      resolve(() => text);
    });
    sent.on('error', reject).end();
  });
}

/**
 * Sends a GET request with any Host header, which `fetch` does not allow.
 *
 * @param {string} url
 * @param {Record<string, string>} headers
 * @returns {Promise<{ status: number | undefined, body: string }>}
 */
export function get(url, headers) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { accept: 'text/html', ...headers } }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    sent.on('error', reject).end();
  });
}
