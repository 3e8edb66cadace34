// Development features that do not depend on Vite's version, tested with one major unless a test
// says otherwise.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { launch } from './chromium.js';
import {
  edit,
  ENTRIES,
  freePort,
  project,
  startApp,
  startVite,
  stop,
  stopAll,
  until,
  Visit,
} from './development.js';
import { built, fromRoot, TARGET, WORKSPACE } from './support.js';

const run = promisify(execFile);
const MAJOR = 8;
const HOST = 'myapp.test';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {string} */ let place;
/** @type {Visit} */ let visit;
/** @type {import('node:child_process').ChildProcess} */ let vite;
/** @type {import('node:child_process').ChildProcess} */ let app;

before(async () => {
  browser = await launch([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`]);
});
after(async () => {
  await browser?.close();
  stopAll();
});

/**
 * Creates a project. Returns ports for Vite and the application.
 *
 * @param {string} name
 * @param {string} options of the plugin, as source
 * @param {string} base
 */
async function fresh(name, options = '', base = '/') {
  place = fromRoot(`tests/vite/${MAJOR}/builds/dev-${name}`);
  await project(base, place, options);
  return [await freePort(), await freePort()];
}

const devFile = (file = '.vite-bridge/dev.json') => readFile(join(place, file), 'utf8');

async function end() {
  await visit?.close();
  await stop(vite);
  await stop(app);
}

test('with a custom host name the page, the socket and hot updates work', async () => {
  const [vitePort, appPort] = await fresh('host');
  vite = await startVite(MAJOR, place, vitePort);
  app = await startApp(place, appPort, { HOST_NAME: HOST });
  visit = await Visit.open(browser, `http://${HOST}:${appPort}/`);
  for (const id of ['lazy', 'worker']) await visit.shows(`#${id}`, id);
  await visit.shows('#counter', 'one 0');
  await visit.mark();
  await edit(place, 'src/main.css', 'rgb(1, 1, 1)', 'rgb(2, 2, 2)');
  await visit.styled('body', 'color', 'rgb(2, 2, 2)');
  assert.ok(await visit.isMarked(), 'the page was reloaded');
  assert.deepEqual([...new Set(visit.sockets)], [`${HOST}:${appPort}/`]);
  assert.deepEqual(visit.complaints, []);
  await end();
});

for (const [name, policy] of [
  [
    'with a nonce',
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src data:; base-uri 'none'",
  ],
  ['without a nonce', "default-src 'self'; img-src 'self' data:; object-src 'none'"],
]) {
  test(`a strict policy ${name} has no violations while pages load, update and show errors`, async () => {
    const [vitePort, appPort] = await fresh('csp');
    vite = await startVite(MAJOR, place, vitePort);
    app = await startApp(place, appPort, { POLICY: policy });
    visit = await Visit.open(browser, `http://localhost:${appPort}/`);
    for (const id of ['lazy', 'worker']) await visit.shows(`#${id}`, id);
    await visit.shows('#counter', 'one 0');
    await visit.shows('#image', '7');
    await visit.styled('body', 'color', 'rgb(1, 1, 1)');
    await visit.mark();
    await edit(place, 'src/main.css', 'rgb(1, 1, 1)', 'rgb(2, 2, 2)');
    await visit.styled('body', 'color', 'rgb(2, 2, 2)');
    await edit(place, 'src/linked.css', 'rgb(1, 1, 1)', 'rgb(3, 3, 3)');
    await visit.styled('html', 'backgroundColor', 'rgb(3, 3, 3)');
    await edit(place, 'src/Counter.jsx', '>one {', '>two {');
    await visit.shows('#counter', 'two 0');
    assert.ok(await visit.isMarked(), 'the page was reloaded');
    assert.deepEqual(visit.complaints, []);
    await edit(place, 'src/text.js', "= 'one'", "= 'one");
    await visit.page.waitForSelector('vite-error-overlay', { state: 'attached', timeout: 15_000 });
    await edit(place, 'src/text.js', "= 'one", "= 'two'");
    await visit.page.waitForSelector('vite-error-overlay', { state: 'detached', timeout: 15_000 });
    await visit.mark();
    // Vite's client polls its server from a worker with a blob URL.
    await stop(vite);
    await sleep(1500);
    vite = await startVite(MAJOR, place, vitePort);
    await visit.reloaded();
    await visit.shows('#lazy', 'lazy');
    /** @type {string[]} */
    const violations = visit.complaints.filter((text) => /Content Security Policy|violates/.test(text));
    assert.deepEqual(violations, []);
    await end();
  });
}

test('after a template edit and a rebuild, the page reloads with the new template', async () => {
  const [vitePort, appPort] = await fresh('rebuild');
  const copy = join(place, 'crate');
  for (const name of WORKSPACE) {
    await cp(fromRoot(name), join(copy, name), { recursive: true });
  }
  // A new name keeps the program of the other tests. The shared target folder has the compiled
  // libraries.
  await edit(copy, 'Cargo.toml', 'name = "page"', 'name = "rebuilt"\npath = "examples/page/main.rs"');
  const build = () =>
    run('cargo', ['build', '--all-features', '--offline', '--example', 'rebuilt'], {
      cwd: copy,
      env: { ...process.env, CARGO_TARGET_DIR: TARGET },
    });
  const program = built('examples/rebuilt');
  await build();
  vite = await startVite(MAJOR, place, vitePort);
  app = await startApp(place, appPort, {}, program);
  visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  await visit.shows('h1', 'A page');
  await visit.shows('#lazy', 'lazy');
  await visit.mark();
  await edit(copy, 'examples/page/templates/page.html', 'A page', 'Another page');
  await build();
  assert.ok(await visit.isMarked(), 'reloaded before the new application answers');
  await stop(app);
  app = await startApp(place, appPort, {}, program);
  await visit.shows('h1', 'Another page');
  await visit.shows('#lazy', 'lazy');
  await end();
});

test('an entry added to a template works in development, and in production after a build', async () => {
  place = fromRoot(`tests/vite/${MAJOR}/builds/dev-typed`);
  await rm(place, { recursive: true, force: true });
  for (const name of [...WORKSPACE, 'package.json', 'vite.config.js']) {
    await cp(fromRoot(name), join(place, name), { recursive: true });
  }
  await edit(place, 'Cargo.toml', 'name = "demo"', 'name = "typed"\npath = "examples/demo/main.rs"');
  const program = built('examples/typed');
  const [vitePort, appPort] = [await freePort(), await freePort()];
  const file = '.vite-bridge/dev-examples-demo-dist.json';
  vite = await startVite(MAJOR, place, vitePort, join(place, file));
  // Nothing else lists the script: the file exists, and one template references it.
  await writeFile(
    join(place, 'examples/demo/src/typed.ts'),
    "document.documentElement.dataset.typed = 'yes';\n",
  );
  const tags = '{{ vite.tags("src/main.ts")? }}';
  await edit(place, 'examples/demo/templates/home.html', tags, `${tags}{{ vite.tags("src/typed.ts")? }}`);
  await until(async () => (await devFile(file)).includes('"src/typed.ts"'), 'entry in the dev file');
  await run('cargo', ['build', '--all-features', '--offline', '--example', 'typed'], {
    cwd: place,
    env: { ...process.env, CARGO_TARGET_DIR: TARGET },
  });
  const typed = () => visit.page.evaluate(() => document.documentElement.dataset.typed);
  app = await startApp(place, appPort, {}, program, []);
  visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  await until(async () => (await typed()) === 'yes', 'script of the new entry');
  assert.equal(
    await visit.page.locator('script[src="/src/typed.ts"]').count(),
    1,
    'the tag loads the module from Vite',
  );
  await end();

  const bin = fromRoot(`tests/vite/${MAJOR}/node_modules/vite/bin/vite.js`);
  await run(process.execPath, [bin, 'build'], { cwd: place });
  app = await startApp(place, appPort, {}, program, []);
  visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  await until(async () => (await typed()) === 'yes', 'script of the new entry');
  assert.equal(
    await visit.page.locator('script[src^="/assets/typed-"]').count(),
    1,
    'the tag loads the built file',
  );
  await end();
});

describe('linkStyles: CSS that scripts import', () => {
  for (const [major, base] of /** @type {const} */ ([
    [7, '/static/'],
    [8, '/'],
  ])) {
    test(`Vite ${major}, base ${base}: styles apply without scripts and without duplicates, and update`, async () => {
      place = fromRoot(`tests/vite/${major}/builds/dev-linked`);
      await project(base, place, '{ linkStyles: true }');
      const [vitePort, appPort] = [await freePort(), await freePort()];
      vite = await startVite(major, place, vitePort);
      await until(async () => (await devFile()).includes('"styles"'), 'styles in the dev file');
      app = await startApp(place, appPort);
      const url = `http://localhost:${appPort}/`;
      const unscripted = await browser.newContext({ javaScriptEnabled: false });
      const plain = await unscripted.newPage();
      await plain.goto(url);
      assert.equal(await plain.evaluate(() => getComputedStyle(document.body).color), 'rgb(1, 1, 1)');
      await unscripted.close();

      visit = await Visit.open(browser, url);
      await visit.shows('#lazy', 'lazy');
      assert.equal(await visit.page.locator('style[data-vite-dev-id]').count(), 0);
      await visit.mark();
      await edit(place, 'src/main.css', 'rgb(1, 1, 1)', 'rgb(2, 2, 2)');
      await visit.styled('body', 'color', 'rgb(2, 2, 2)');
      assert.ok(await visit.isMarked(), 'the page was reloaded');
      assert.equal(await visit.page.locator('style[data-vite-dev-id]').count(), 0);
      assert.deepEqual(visit.complaints, []);
      // A new import is linked in the next page.
      await writeFile(join(place, 'src/more.css'), 'html { opacity: 0.5 }');
      await edit(place, 'src/main.js', "import './main.css'", "import './main.css'\nimport './more.css'");
      await until(
        async () => (await (await fetch(url)).text()).includes('src/more.css'),
        'link of the new stylesheet',
      );
      await end();
    });
  }
});

test('one command starts Vite and the application, and Ctrl-C leaves no process', async () => {
  const [vitePort, appPort] = await fresh('command');
  const vites = fromRoot(`tests/vite/${MAJOR}/node_modules/vite/bin/vite.js`);
  const dev = `node ${vites} --port ${vitePort} --strictPort --host 127.0.0.1`;
  await writeFile(join(place, 'package.json'), JSON.stringify({ type: 'module', scripts: { dev } }));
  const command = [built('examples/page'), join(place, 'dist'), ...ENTRIES];
  const both = spawn(built('vite-bridge'), ['dev', '--project', place, '--', ...command], {
    cwd: place,
    env: { ...process.env, PORT: String(appPort) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  both.stdout.on('data', (chunk) => (output += chunk));
  await until(
    () => /vite \| .*ready in/.test(output) && / app \| http:/.test(output),
    'output of both programs',
  );
  visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  await visit.shows('#lazy', 'lazy');
  await visit.mark();
  await edit(place, 'src/text.js', 'one', 'two');
  await visit.shows('#text', 'two');
  assert.ok(await visit.isMarked(), 'the page was reloaded');
  await visit.close();
  const started = await below(/** @type {number} */ (both.pid));
  assert.ok(started.length >= 4, `expected npm, node, the application and their guards: ${started}`);
  const exit = once(both, 'exit');
  both.kill('SIGINT');
  assert.deepEqual(await exit, [130, null]);
  const left = await Promise.all(
    started.map((pid) =>
      access(`/proc/${pid}/fd`).then(
        () => pid,
        () => undefined,
      ),
    ),
  );
  const names = await Promise.all(
    left.filter((pid) => pid !== undefined).map((pid) => readlink(`/proc/${pid}/exe`).catch(() => undefined)),
  );
  assert.deepEqual(
    names.filter((name) => name !== undefined),
    [],
  );
  await assert.rejects(access(join(place, '.vite-bridge/dev.json')), 'Vite removed its dev file');
});

/**
 * Returns the descendants of a process.
 *
 * @param {number} pid
 * @returns {Promise<number[]>}
 */
async function below(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(below))).flat()];
}

test('a new build replaces the old one at once while the application runs', async () => {
  place = fromRoot(`tests/vite/${MAJOR}/builds/dev-watched`);
  await rm(place, { recursive: true, force: true });
  await project('/static/', place);
  const bin = fromRoot(`tests/vite/${MAJOR}/node_modules/vite/bin/vite.js`);
  const build = () => run(process.execPath, [bin, 'build'], { cwd: place });
  await build();
  const appPort = await freePort();
  app = await startApp(place, appPort, { VITE_BRIDGE_MODE: 'production' });
  const look = async () => {
    const text = await (await fetch(`http://localhost:${appPort}/`)).text();
    return [...text.matchAll(/(?:src|href)="\/static\/(assets\/[^"]+)"/g)].map((match) => match[1]);
  };
  const before = await look();
  assert.ok(before.length >= 3, before.join());
  await edit(place, 'src/main.css', 'rgb(1, 1, 1)', 'rgb(7, 7, 7)');
  await edit(place, 'src/text.js', 'one', 'seven');
  const seen = new Set([before.join()]);
  const building = build();
  let isBuilt = false;
  building.then(() => (isBuilt = true));
  while (!isBuilt) {
    seen.add((await look()).join());
    await sleep(2);
  }
  const written = Date.now();
  await until(async () => (await look()).join() !== before.join(), 'new build');
  console.log(`the new build appeared within ${Date.now() - written} ms`);
  const now = await look();
  seen.add(now.join());
  assert.equal(seen.size, 2, `only the old and the new build: ${[...seen].join(' | ')}`);
  for (const file of now) await access(join(place, 'dist', file));
  await stop(app);
});

test('entries in TypeScript, CSS, Sass and Less work in development and production', async () => {
  const files = {
    'src/kind.ts': "const text: string = 'typed'\ndocument.documentElement.dataset.kind = text\n",
    'src/kind.css': 'html { border-top: 1px solid }\n',
    'src/kind.scss': '$width: 2px;\nhtml { &:root { border-right: $width solid } }\n',
    'src/kind.less': '@width: 3px;\nhtml { &:root { border-bottom: @width solid } }\n',
  };
  const entries = Object.keys(files);
  place = fromRoot(`tests/vite/${MAJOR}/builds/dev-kinds`);
  await project('/', place, '', entries);
  for (const [file, text] of Object.entries(files)) await writeFile(join(place, file), text);
  const [vitePort, appPort] = [await freePort(), await freePort()];
  const rendersCorrectly = async () => {
    await visit.page.waitForFunction(() => document.documentElement.dataset.kind === 'typed');
    const widths = await visit.page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      return [style.borderTopWidth, style.borderRightWidth, style.borderBottomWidth];
    });
    assert.deepEqual(widths, ['1px', '2px', '3px']);
    assert.equal(await visit.page.locator('link[rel=stylesheet]').count(), 3);
    assert.deepEqual(visit.complaints, []);
  };

  vite = await startVite(MAJOR, place, vitePort);
  app = await startApp(place, appPort, {}, undefined, entries);
  visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  await rendersCorrectly();
  await end();

  const bin = fromRoot(`tests/vite/${MAJOR}/node_modules/vite/bin/vite.js`);
  await run(process.execPath, [bin, 'build'], { cwd: place });
  app = await startApp(place, appPort, { VITE_BRIDGE_MODE: 'production' }, undefined, entries);
  visit = await Visit.open(browser, `http://localhost:${appPort}/`);
  await rendersCorrectly();
  assert.equal(await visit.page.locator('script').count(), 1, 'stylesheets get no script tag');
  await end();
});
