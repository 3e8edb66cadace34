// Serving under load: many files, a file larger than memory, slow clients.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { built, firstOutput } from './support.js';

const MIB = 1024 * 1024;

/** @type {(() => unknown)[]} */
const ends = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** Creates a folder that is removed after the tests. */
async function folder() {
  const place = await mkdtemp(join(tmpdir(), 'vite-bridge-load-'));
  ends.push(() => rm(place, { recursive: true, force: true }));
  return place;
}

/**
 * Starts `vite-bridge serve`. Returns its address, a function that reads its memory in bytes, and
 * its start time in milliseconds.
 *
 * @param {string} place
 */
async function serve(place) {
  const since = performance.now();
  const args = ['serve', '--addr', '127.0.0.1:0', '--log', 'off', '--dist', place];
  const server = spawn(built('vite-bridge'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => server.kill());
  const address = await firstOutput(server);
  const memory = async () => {
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    return Number(status.match(/VmRSS:\s+(\d+)/)?.[1]) * 1024;
  };
  return { address, memory, took: performance.now() - since };
}

test('10,000 files of 20 KB are in memory only once', async (t) => {
  const place = await folder();
  for (let at = 0; at < 100; at++) {
    await mkdir(join(place, `assets/${at}`), { recursive: true });
    const names = Array.from({ length: 100 }, (_, name) => `assets/${at}/${name}.js`);
    await Promise.all(names.map((name) => writeFile(join(place, name), name.padEnd(20_000, 'x'))));
  }
  const { address, memory, took } = await serve(place);
  t.diagnostic(`indexed in ${Math.round(took)} ms, ${Math.round((await memory()) / MIB)} MiB`);
  assert.ok((await memory()) < 10_000 * 20_000 * 1.3);
  const answer = await fetch(`${address}assets/99/99.js`);
  assert.equal(await answer.text(), 'assets/99/99.js'.padEnd(20_000, 'x'));
});

test('a file of 4 GB is sent without more memory', async (t) => {
  const place = await folder();
  const size = 4 * 1024 * MIB;
  const file = await open(join(place, 'large.bin'), 'w');
  await file.truncate(size);
  await file.close();
  const { address, memory } = await serve(place);
  const before = await memory();
  const since = performance.now();
  const [response] = await once(get(`${address}large.bin`), 'response');
  let [received, most] = [0, before];
  let next = 0;
  for await (const piece of response) {
    received += piece.length;
    if (received < next) continue;
    next += 64 * MIB;
    most = Math.max(most, await memory());
  }
  const rate = size / MIB / ((performance.now() - since) / 1000);
  t.diagnostic(`${Math.round(rate)} MiB/s, grew by ${((most - before) / MIB).toFixed(1)} MiB`);
  assert.equal(received, size);
  assert.ok(most - before < 8 * MIB, `${most - before}`);
});

test('5,000 slow clients need little memory besides their connections', async (t) => {
  const place = await folder();
  await writeFile(join(place, 'small.txt'), 'x');
  await writeFile(join(place, 'memory.bin'), Buffer.alloc(MIB - 1));
  const file = await open(join(place, 'disk.bin'), 'w');
  await file.truncate(64 * MIB);
  await file.close();
  /** @type {Record<string, number>} */
  const grown = {};
  for (const name of ['small.txt', 'memory.bin', 'disk.bin']) {
    const { address, memory } = await serve(place);
    const before = await memory();
    const sockets = await slow(new URL(name, address), 5000);
    grown[name] = (await memory()) - before;
    sockets.forEach((socket) => socket.destroy());
  }
  const mib = Object.entries(grown).map(([name, bytes]) => `${name} ${Math.round(bytes / MIB)} MiB`);
  t.diagnostic(`5,000 connections: ${mib.join(', ')}`);
  assert.ok(grown['memory.bin'] < grown['small.txt'] + 16 * MIB, 'a file in memory is shared');
  assert.ok(grown['disk.bin'] < grown['small.txt'] + 96 * MIB, 'a file on disk is read in small pieces');
});

/**
 * Opens connections that request a file and do not read the response. Only the buffers of the
 * system fill up.
 *
 * @param {URL} url
 * @param {number} count
 */
async function slow(url, count) {
  const sockets = [];
  for (let at = 0; at < count; at++) {
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    await once(socket, 'connect');
    socket.pause();
    socket.write(`GET ${url.pathname} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    sockets.push(socket);
  }
  await sleep(1000);
  return sockets;
}
