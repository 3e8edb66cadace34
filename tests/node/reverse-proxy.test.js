// Development behind HTTPS, HTTP/2 and reverse proxies: modules, the socket and hot updates, in a
// browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch } from './chromium.js';
import {
  edit,
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
import { startNginx } from './nginx.js';
import { fromRoot } from './support.js';

const MAJOR = 8;
const HOST = 'myapp.test';
const PEM = fromRoot('tests/fixtures/localhost.pem');

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {string} */ let place;
/** @type {import('node:child_process').ChildProcess} */ let vite;
let color = 1;

before(async () => {
  browser = await launch([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`, '--ignore-certificate-errors']);
  place = fromRoot(`tests/vite/${MAJOR}/builds/dev-reverse-proxy`);
  await project('/', place);
  await edit(place, 'vite.config.js', 'plugins:', 'server: { forwardConsole: true }, plugins:');
  vite = await startVite(MAJOR, place, await freePort());
});
after(async () => {
  await browser?.close();
  await stop(vite);
  stopAll();
});

// nginx does not inherit `proxy_set_header` into a block that has the directive itself.
const HEADERS = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;';

test('over HTTP/2 with TLS, modules load and the socket opens with an extended CONNECT', async () => {
  const port = await freePort();
  const app = await startApp(place, port, { TLS: PEM });
  const visit = await Visit.open(browser, `https://localhost:${port}/`);
  await checkAndEdit([visit]);
  const protocols = await visit.page.evaluate(() => {
    const entries = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource'));
    return [...new Set(entries.map((entry) => entry.nextHopProtocol).filter(Boolean))];
  });
  assert.deepEqual(protocols, ['h2']);
  assert.equal(await socketStatus(visit.page), 200, 'HTTP/1.1 would answer 101');
  await visit.page.evaluate(() => console.error('seen in the terminal'));
  await until(() => logOfVite().includes('seen in the terminal'), 'message of the page in the terminal');
  await visit.close();
  await stop(app);
});

test('behind nginx, the socket works with each usual setting of Host', async () => {
  const [port, ...ports] = await Promise.all(Array.from({ length: 5 }, freePort));
  const [withoutPort, address, upstream, tls] = ports;
  const app = await startApp(place, port, { VITE_BRIDGE_ALLOW_HOSTS: `${HOST},app` });
  const stopNginx = await startNginx(
    `upstream app { server 127.0.0.1:${port}; }
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection $connection_upgrade;
server { listen 127.0.0.1:${withoutPort}; location / {
  proxy_pass http://127.0.0.1:${port}; ${HEADERS} proxy_set_header Host $host; } }
server { listen 127.0.0.1:${address}; location / { proxy_pass http://127.0.0.1:${port}; } }
server { listen 127.0.0.1:${upstream}; location / { proxy_pass http://app; } }
server { listen 127.0.0.1:${tls} ssl http2; ssl_certificate ${PEM}; ssl_certificate_key ${PEM}; location / {
  proxy_pass http://127.0.0.1:${port}; ${HEADERS} proxy_set_header Host $host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } }`,
    ports,
  );
  const visits = [];
  for (const url of [
    `http://localhost:${withoutPort}/`,
    // Without a line for Host, nginx sends the name in `proxy_pass`.
    `http://${HOST}:${address}/`,
    `http://${HOST}:${upstream}/`,
    `https://localhost:${tls}/`,
  ]) {
    visits.push(await Visit.open(browser, url));
  }
  await checkAndEdit(visits);
  await Promise.all(visits.map((visit) => visit.close()));
  await stopNginx();
  await stop(app);
});

/**
 * Opens a socket to Vite. Returns the status of the handshake.
 *
 * @param {import('playwright-core').Page} page
 */
async function socketStatus(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const handshake = new Promise((resolve) =>
    session.on('Network.webSocketHandshakeResponseReceived', resolve),
  );
  await page.evaluate(() => void new WebSocket(`wss://${location.host}/`, 'vite-ping'));
  return (await handshake).response.status;
}

/**
 * Checks that the pages load and get one hot update.
 *
 * @param {Visit[]} visits
 */
async function checkAndEdit(visits) {
  for (const visit of visits) {
    for (const id of ['lazy', 'worker']) await visit.shows(`#${id}`, id);
    await visit.shows('#counter', 'one 0');
    await visit.mark();
  }
  const now = Number(color) + 1;
  await edit(place, 'src/main.css', `rgb(${color}, 1, 1)`, `rgb(${now}, 1, 1)`);
  color = now;
  for (const visit of visits) {
    await visit.styled('body', 'color', `rgb(${now}, 1, 1)`);
    assert.ok(await visit.isMarked(), 'the page was reloaded');
    assert.deepEqual(visit.complaints, []);
  }
}
