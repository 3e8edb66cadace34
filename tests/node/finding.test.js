// The application finds Vite in the usual layouts of a repository, in a browser. One program opens
// the output directory that its argument names.
import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch } from './chromium.js';
import { edit, freePort, project, startApp, startVite, stop, stopAll, Visit } from './development.js';
import { built, fromRoot } from './support.js';

const MAJOR = 8;
const ENTRY = 'src/main.js';

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  stopAll();
});

/**
 * Creates a repository with the application's Cargo.toml at its root.
 *
 * @param {string} name
 */
async function repository(name) {
  const place = fromRoot(`tests/vite/${MAJOR}/builds/find-${name}`);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'Cargo.toml'), '');
  return place;
}

/**
 * Creates a front end that builds into `outDir`.
 *
 * @param {string} folder
 * @param {string} outDir
 */
async function frontend(folder, outDir) {
  await project('/', folder, '{ templates: [] }', [ENTRY]);
  await edit(folder, 'vite.config.js', 'build: {', `build: { outDir: '${outDir}',`);
}

/**
 * Starts the application and then Vite. The page must first say that Vite does not run, and then
 * load from Vite.
 *
 * @param {string} folder in which Vite starts
 * @param {string} dist
 * @param {string} devFile
 * @param {string} text that the page shows
 */
async function comesAlive(folder, dist, devFile, text = 'one') {
  const [vitePort, appPort] = [await freePort(), await freePort()];
  const app = await startApp(folder, appPort, {}, built('examples/page'), [ENTRY], dist);
  const visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  await visit.page.waitForSelector('#vite-bridge-notice');
  assert.deepEqual([...visit.hosts], [`localhost:${appPort}`], 'the page contacts no other server');
  const vite = await startVite(MAJOR, folder, vitePort, devFile);
  await visit.shows('#text', text);
  await visit.shows('#lazy', 'lazy');
  return async () => {
    await visit.close();
    await stop(vite);
    await stop(app);
  };
}

for (const [name, folder, outDir, devFile] of [
  ['a front end that builds into the root', 'frontend', '../dist', '.vite-bridge/dev.json'],
  ['a front end that builds into its own folder', 'frontend', 'dist', 'frontend/.vite-bridge/dev.json'],
]) {
  test(name, async () => {
    const place = await repository(outDir === 'dist' ? 'own' : 'root');
    await frontend(join(place, folder), outDir);
    const end = await comesAlive(join(place, folder), join(place, folder, outDir), join(place, devFile));
    await end();
  });
}

test('a workspace member with package.json at the root of the workspace', async () => {
  const place = await repository('member');
  await project('/', place, '{ templates: [] }', [ENTRY]);
  await mkdir(join(place, 'crates/web'), { recursive: true });
  await writeFile(join(place, 'crates/web/Cargo.toml'), '');
  await edit(place, 'vite.config.js', "base: '/',", "base: '/', root: 'crates/web',");
  await rename(join(place, 'src'), join(place, 'crates/web/src'));
  const devFile = join(place, 'crates/web/.vite-bridge/dev.json');
  const end = await comesAlive(place, join(place, 'crates/web/dist'), devFile);
  await end();
});

test('two front ends of a repository, at the same time', async () => {
  const place = await repository('two');
  const ends = [];
  for (const name of ['a', 'b']) {
    await frontend(join(place, name), `../dist/${name}`);
    await edit(join(place, name), 'src/text.js', 'one', name);
    const devFile = join(place, `.vite-bridge/dev-dist-${name}.json`);
    ends.push(await comesAlive(join(place, name), join(place, 'dist', name), devFile, name));
  }
  for (const end of ends) await end();
});

test('an unknown name in a template is on the page, in the overlay, until it is fixed', async () => {
  const place = await repository('names');
  await project('/', place, '', [ENTRY]);
  await mkdir(join(place, 'templates'));
  await writeFile(join(place, 'templates/home.html'), '{{ vite.asset("src/imgae.svg")? }}');
  const [vitePort, appPort] = [await freePort(), await freePort()];
  const vite = await startVite(MAJOR, place, vitePort);
  const app = await startApp(place, appPort, {}, built('examples/page'), [ENTRY]);
  const visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  const overlay = visit.page.locator('vite-error-overlay');
  await overlay.locator('.message-body').waitFor();
  assert.match(
    String(await overlay.locator('.message-body').textContent()),
    /missing asset "src\/imgae\.svg" in .*\nhelp: use "src\/image\.svg"/,
  );
  assert.match(String(await overlay.locator('.file').textContent()), /templates\/home\.html:1:15/);
  await edit(place, 'templates/home.html', 'imgae', 'image');
  await overlay.waitFor({ state: 'detached' });
  await visit.close();
  await stop(vite);
  await stop(app);
});
