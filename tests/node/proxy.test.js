// The development proxy in a separate process: large bodies are streamed, and dev servers with
// HTTPS work.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, project, startVite, stop, stopAll } from './development.js';
import { built, firstOutput, fromRoot, MAJORS } from './support.js';

const MIB = 1024 * 1024;
const SIZE = 300 * MIB;
const CHUNK = Buffer.alloc(MIB, 'x');
const MOST_GROWTH = 32 * MIB;

after(stopAll);

describe('large bodies', () => {
  /** @type {import('node:http').Server} */ let upstream;
  /** @type {import('node:child_process').ChildProcess} */ let app;
  /** @type {string} */ let place;
  /** @type {string} */ let address;
  let received = 0;

  before(async () => {
    upstream = createServer(async (incoming, response) => {
      if (incoming.method === 'POST') {
        for await (const chunk of slowly(incoming)) received += chunk.length;
        return response.end('done');
      }
      response.writeHead(200, { 'content-type': 'text/javascript', 'content-length': SIZE });
      for (let sent = 0; sent < SIZE; sent += CHUNK.length) {
        if (!response.write(CHUNK)) await once(response, 'drain');
      }
      response.end();
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (upstream.address());
    ({ app, place, address } = await start(`http://127.0.0.1:${port}/`));
    await (await fetch(`${address}@warm`, { method: 'POST', body: 'x' })).text();
    received = 0;
  });
  after(async () => {
    app?.kill();
    upstream?.closeAllConnections();
    upstream?.close();
    await rm(place, { recursive: true });
  });

  test('a slow page downloads 300 MB without buffering in the proxy', async () => {
    const growth = watchGrowth(/** @type {number} */ (app.pid));
    const response = await new Promise((resolve, reject) =>
      request(`${address}@big`, resolve).on('error', reject).end(),
    );
    let size = 0;
    for await (const chunk of slowly(response)) size += chunk.length;
    assert.equal(size, SIZE);
    const most = await growth();
    console.log(`download: the proxy grew by ${Math.round(most / MIB)} MiB`);
    assert.ok(most < MOST_GROWTH, `${most} bytes`);
  });

  test('a slow Vite receives 300 MB without buffering in the proxy', async () => {
    const growth = watchGrowth(/** @type {number} */ (app.pid));
    const sent = request(`${address}@up`, { method: 'POST', headers: { 'content-length': SIZE } });
    const answer = once(sent, 'response');
    for (let written = 0; written < SIZE; written += CHUNK.length) {
      if (!sent.write(CHUNK)) await once(sent, 'drain');
    }
    sent.end();
    const [response] = await answer;
    assert.equal(response.statusCode, 200);
    assert.equal(received, SIZE);
    const most = await growth();
    console.log(`upload: the proxy grew by ${Math.round(most / MIB)} MiB`);
    assert.ok(most < MOST_GROWTH, `${most} bytes`);
  });
});

test('HTTP and WebSockets reach a dev server with a self-signed certificate', async (t) => {
  const pem = await readFile(fromRoot('tests/fixtures/localhost.pem'));
  const upstream = createSecureServer({ key: pem, cert: pem }, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end("'over TLS'");
  });
  upstream.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\nhello');
  });
  t.after(() => upstream.close());
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (upstream.address());
  const { app, place, address } = await start(`https://127.0.0.1:${port}/`);
  const answer = await fetch(`${address}@id/x`);
  assert.equal(await answer.text(), "'over TLS'");
  const { host } = new URL(address);
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    origin: `http://${host}`,
    'sec-websocket-protocol': 'vite-hmr',
  };
  const [, socket, head] = await once(request(address, { headers }).end(), 'upgrade');
  let text = String(head);
  for await (const chunk of socket) text += chunk;
  assert.equal(text, 'hello');
  app.kill();
  await rm(place, { recursive: true });
});

for (const [major, options] of [
  ...MAJORS.map((major) => [major, "hmr: { path: 'hmr' }"]),
  [8, "ws: { path: '/hmr' }"],
]) {
  test(`the socket of Vite ${major} is found with ${options}`, async () => {
    const place = fromRoot(`tests/vite/${major}/builds/dev-socket`);
    await project('/static/', place);
    const config = await readFile(join(place, 'vite.config.js'), 'utf8');
    await writeFile(
      join(place, 'vite.config.js'),
      config.replace('plugins:', `server: { ${options} }, plugins:`),
    );
    const vite = await startVite(Number(major), place, await freePort());
    const app = spawn(built('examples/page'), [join(place, 'dist')], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await firstOutput(app);
    const client = await (await fetch(`${address}static/@vite/client`)).text();
    // The client opens this path.
    assert.ok(client.includes('"/static/hmr"'), 'the path is not in the client');
    const token = client.match(/wsToken = "([^"]+)"/)?.[1];
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      origin: new URL(address).origin,
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'vite-hmr',
    };
    const sent = request(`${address}static/hmr?token=${token}`, { headers });
    const [, socket, head] = await once(sent.end(), 'upgrade');
    const text = head.length > 0 ? head : (await once(socket, 'data'))[0];
    assert.match(String(text), /"connected"/);
    socket.destroy();
    app.kill();
    await stop(vite);
  });
}

/**
 * Starts an application whose dev server has this URL.
 *
 * @param {string} url
 */
async function start(url) {
  const place = await mkdtemp(join(tmpdir(), 'vite-bridge-proxy-'));
  await mkdir(join(place, '.vite-bridge'));
  await writeFile(join(place, 'package.json'), '{}');
  await writeFile(join(place, '.vite-bridge/dev.json'), JSON.stringify({ version: 1, url, root: place }));
  const app = spawn(built('examples/page'), [join(place, 'dist')], {
    // The crate must ignore the proxy of the environment, because the dev server is local.
    env: { ...process.env, PORT: '0', http_proxy: 'http://127.0.0.1:1', all_proxy: 'http://127.0.0.1:1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { app, place, address: await firstOutput(app) };
}

/**
 * Pauses every 16 MiB, so that the sender has to wait.
 *
 * @param {AsyncIterable<Buffer>} stream
 */
async function* slowly(stream) {
  let since = 0;
  for await (const chunk of stream) {
    since += chunk.length;
    if (since > 16 * MIB) {
      since = 0;
      await sleep(50);
    }
    yield chunk;
  }
}

/**
 * Samples the memory of a process. The returned function stops sampling and returns the largest
 * growth in bytes.
 *
 * @param {number} pid
 */
function watchGrowth(pid) {
  let most = 0;
  /** @type {number | undefined} */ let first;
  const look = async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const now = Number(status.match(/VmRSS:\s+(\d+)/)?.[1]) * 1024;
    first ??= now;
    most = Math.max(most, now - first);
  };
  const timer = setInterval(look, 20);
  return async () => {
    clearInterval(timer);
    await look();
    return most;
  };
}
