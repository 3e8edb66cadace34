// An open page returns by itself after the application restarts, without the pings of Vite's own
// client, which come once a second.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch } from './chromium.js';
import { freePort, project, startApp, startVite, stop, stopAll, until, Visit } from './development.js';
import { fromRoot, MAJORS } from './support.js';

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  stopAll();
});

/** Makes the pings of Vite's client hang: requests in Vite 5, sockets in 6, a worker since 7.1. */
function withoutOwnPings() {
  const { fetch, WebSocket } = globalThis;
  const never = new EventTarget();
  Object.assign(globalThis, {
    SharedWorker: undefined,
    fetch: (/** @type {string} */ url, /** @type {RequestInit} */ options) =>
      options?.mode === 'no-cors' ? new Promise(() => {}) : fetch(url, options),
    WebSocket: function (/** @type {string} */ url, /** @type {string} */ protocol) {
      return protocol === 'vite-ping' ? never : new WebSocket(url, protocol);
    },
  });
}

/** @param {import('playwright-core').Request} request */
const isPing = (request) => request.headers().accept === 'text/x-vite-ping';

for (const major of MAJORS) {
  test(`Vite ${major}: the page reloads once after each restart of the application or of Vite`, async () => {
    const place = fromRoot(`tests/vite/${major}/builds/dev-return`);
    await project('/static/', place);
    const [vitePort, appPort] = [await freePort(), await freePort()];
    let vite = await startVite(major, place, vitePort);
    let app = await startApp(place, appPort);
    const visit = new Visit(await (await browser.newContext()).newPage());
    await visit.page.addInitScript(withoutOwnPings);
    let loads = 0;
    visit.page.on('framenavigated', () => (loads += 1));
    await visit.page.goto(`http://localhost:${appPort}/`);
    for (const restart of ['application', 'Vite', 'application']) {
      await visit.mark();
      const before = loads;
      // The proxy holds a ping while Vite is down. An application that is down refuses it.
      if (restart === 'Vite') {
        const held = visit.page.waitForRequest(isPing);
        await stop(vite);
        await held;
        vite = await startVite(major, place, vitePort);
      } else {
        const refused = visit.page.waitForEvent('requestfailed', isPing);
        await stop(app);
        await refused;
        app = await startApp(place, appPort);
      }
      await visit.reloaded();
      await until(() => visit.connected.size > 0, 'socket');
      await visit.shows('#lazy', 'lazy');
      assert.equal(loads, before + 1, restart);
    }
    await visit.close();
    await stop(vite);
    await stop(app);
  });
}
