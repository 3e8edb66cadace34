// The plugin with each major of Vite. Each project has a copy of the plugin, because a linked
// plugin would resolve the workspace's Vite.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { socket } from './socket.js';
import { built, fromRoot, MAJORS } from './support.js';

const FILES = {
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
const running = new Set();
after(() => running.forEach((child) => child.kill('SIGKILL')));

/**
 * Creates a project with the plugin. Returns its folder.
 *
 * @param {number} major
 * @param {string} name
 * @param {string} options of the plugin, as source
 * @param {string} config further configuration, as source
 */
async function project(major, name, options = '', config = '') {
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
 * @param {string[]} args
 */
function build(major, place, ...args) {
  const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
  return promisify(execFile)(process.execPath, [vite, 'build', ...args], { cwd: place });
}

/**
 * Starts a dev server and waits for its dev file.
 *
 * @param {number} major
 * @param {string} place
 */
async function dev(major, place) {
  const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
  const child = spawn(process.execPath, [vite, '--port', '0'], {
    cwd: place,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
  await until(() => devFile(place), 'dev file');
  return child;
}

/** The output of the last dev server. */
let log = '';

/** @param {string} place */
async function devFile(place) {
  const text = await readFile(join(place, '.vite-bridge/dev.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * @template T
 * @param {() => Promise<T>} look
 * @param {string} what
 */
async function until(look, what) {
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
async function end(child, signal) {
  const exit = once(child, 'exit');
  child.kill(signal);
  running.delete(child);
  return (await exit)[1];
}

/** @param {string} folder */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}

for (const major of MAJORS) {
  describe(`the plugin on Vite ${major}`, () => {
    test('build info matches the build and is the last file written', async () => {
      const place = await project(
        major,
        'info',
        '',
        "base: '/static/', build: { rollupOptions: { input: 'src/main.js' } }",
      );
      await build(major, place);
      const dist = join(place, 'dist');
      const info = JSON.parse(await readFile(join(dist, '.vite/bridge.json'), 'utf8'));
      const manifest = await readFile(join(dist, '.vite/manifest.json'));
      const files = await filesBelow(dist);
      const built = files.filter((file) => file.startsWith('assets/'));
      assert.equal(info.version, 1);
      assert.equal(info.buildId, createHash('sha256').update(manifest).digest('hex').slice(0, 16));
      assert.equal(info.base, '/static/');
      assert.equal(info.react, false);
      assert.ok(info.vite.startsWith(`${major}.`), info.vite);
      assert.deepEqual(info.hashed, built);
      assert.deepEqual(info.public, ['deep/robots.txt', 'favicon.svg']);
      assert.deepEqual(Object.keys(info.integrity), built);
      for (const [file, value] of Object.entries(info.integrity)) {
        const digest = createHash('sha384')
          .update(await readFile(join(dist, file)))
          .digest('base64');
        assert.equal(value, `sha384-${digest}`, file);
      }
      const last = (await stat(join(dist, '.vite/bridge.json'))).mtimeMs;
      for (const file of files) assert.ok((await stat(join(dist, file))).mtimeMs <= last, `${file} is newer`);
    });

    test('the crate takes the base and the integrity from build info', async () => {
      const place = await project(
        major,
        'read',
        '',
        "base: '/static/', build: { rollupOptions: { input: 'src/main.js' } }",
      );
      await build(major, place);
      const { stdout } = await promisify(execFile)(built('vite-bridge'), [
        'tags',
        '--dist',
        join(place, 'dist'),
        'src/main.js',
      ]);
      assert.match(
        stdout,
        /<script type="module" src="\/static\/assets\/main-[^"]+" integrity="sha384-[^"]+"><\/script>/,
      );
      assert.match(
        stdout,
        /<link rel="stylesheet" href="\/static\/assets\/main-[^"]+" integrity="sha384-[^"]+">/,
      );
    });

    test('build info lists only files with a hash in their names as hashed', async () => {
      const output =
        "entryFileNames: '[name].js', chunkFileNames: 'c/[name].[hash].js', assetFileNames: 'a/[name][extname]'";
      const place = await project(
        major,
        'names',
        '',
        `build: { rollupOptions: { input: 'src/main.js', output: { ${output} } } }`,
      );
      await build(major, place);
      const { hashed } = JSON.parse(await readFile(join(place, 'dist/.vite/bridge.json'), 'utf8'));
      assert.equal(hashed.length, 2, hashed.join());
      assert.match(hashed[0], /^assets\/worker-/, "workers have Vite's default name");
      assert.match(hashed[1], /^c\/lazy\./);
    });

    test('the manifest lists files of the option assets by their sources, even below the inline limit', async () => {
      const place = await project(major, 'assets', "{ assets: 'src/icons/*' }");
      await build(major, place);
      const manifest = JSON.parse(await readFile(join(place, 'dist/.vite/manifest.json'), 'utf8'));
      const { file } = manifest['src/icons/tiny.svg'];
      assert.match(file, /^assets\/tiny-[^/]+\.svg$/);
      assert.equal(await readFile(join(place, 'dist', file), 'utf8'), FILES['src/icons/tiny.svg']);
    });

    test('build info uses a manifest with a custom name', async () => {
      const place = await project(
        major,
        'wins',
        '',
        "build: { manifest: 'm.json', rollupOptions: { input: 'src/main.js' } }",
      );
      await build(major, place);
      const info = JSON.parse(await readFile(join(place, 'dist/.vite/bridge.json'), 'utf8'));
      const manifest = await readFile(join(place, 'dist/m.json'));
      assert.equal(info.buildId, createHash('sha256').update(manifest).digest('hex').slice(0, 16));
    });

    test('the dev file describes the server, is restored when it is deleted, and survives a build', async () => {
      const place = await project(major, 'dev');
      const child = await dev(major, place);
      const file = await devFile(place);
      assert.equal(file.version, 1);
      assert.match(file.url, /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+\/$/);
      assert.equal((await fetch(`${file.url}@vite/client`)).status, 200);
      assert.equal(await (await fetch(`${file.url}@vite-bridge/nonce`)).text(), file.nonce);
      assert.deepEqual([file.base, file.root, file.outDir], ['/', place, join(place, 'dist')]);
      assert.deepEqual([file.inputs, file.pid, file.react], [['src/main.js'], child.pid, false]);
      assert.ok(file.vite.startsWith(`${major}.`));
      assert.equal(await readFile(join(place, '.vite-bridge/.gitignore'), 'utf8'), '*\n');

      // Retries, because the plugin may write the file again before the folder is removed.
      await rm(join(place, '.vite-bridge'), { recursive: true, maxRetries: 5 });
      assert.deepEqual(await until(() => devFile(place), 'new dev file'), file);
      await build(major, place);
      assert.deepEqual(await devFile(place), file);

      await end(child, 'SIGTERM');
      assert.equal(await devFile(place), undefined);
    });

    test('the dev file is removed on SIGINT, remains after SIGKILL, and is kept when another server owns it', async () => {
      const place = await project(major, 'signals');
      const interrupted = await dev(major, place);
      assert.equal(
        await end(interrupted, 'SIGINT'),
        'SIGINT',
        'the process ends by the signal, as without the plugin',
      );
      assert.equal(await devFile(place), undefined);

      await end(await dev(major, place), 'SIGKILL');
      const stale = await devFile(place);
      const next = await dev(major, place);
      const taken = await until(async () => {
        const file = await devFile(place);
        return file.nonce !== stale.nonce && file;
      }, 'dev file of the next server');
      await writeFile(
        join(place, '.vite-bridge/dev.json'),
        JSON.stringify({ ...taken, nonce: 'another server' }),
      );
      await end(next, 'SIGTERM');
      assert.equal((await devFile(place)).nonce, 'another server');
    });

    test('the dev file lists the public files, and follows them', async () => {
      const place = await project(major, 'public-files');
      const write = async (/** @type {string} */ name) => {
        await mkdir(dirname(join(place, 'public', name)), { recursive: true });
        await writeFile(join(place, 'public', name), '');
      };
      await write('img/a b.svg');
      const child = await dev(major, place);
      const listed = ['deep/robots.txt', 'favicon.svg', 'img/a b.svg'];
      assert.deepEqual((await devFile(place)).public, listed);
      // The watcher reports nothing before its first pass, so the file is written until it does.
      let number = 0;
      const added = await until(async () => {
        await write(`new-${++number}.txt`);
        return (await devFile(place)).public.find((/** @type {string} */ name) => name.startsWith('new-'));
      }, 'new public file');
      await rm(join(place, 'public', added));
      await until(async () => !(await devFile(place)).public.includes(added), 'removed public file');
      await end(child, 'SIGTERM');
    });

    test('the nonce is below the base, and without a writable folder there is one warning', async () => {
      const config = "base: '/a b/', build: { rollupOptions: { input: 'src/main.js' } }";
      const place = await project(major, 'nonce', '', config);
      const child = await dev(major, place);
      const { url, nonce } = await devFile(place);
      assert.equal(await (await fetch(`${url}@vite-bridge/nonce`)).text(), nonce);
      await end(child, 'SIGTERM');

      await rm(join(place, '.vite-bridge'), { recursive: true });
      await writeFile(join(place, '.vite-bridge'), 'a file');
      const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
      const other = spawn(process.execPath, [vite, '--port', '0'], { cwd: place });
      running.add(other);
      let log = '';
      for (const stream of [other.stdout, other.stderr]) stream.on('data', (text) => (log += text));
      await until(async () => log.includes('Local:'), 'banner');
      await sleep(2500);
      assert.equal(
        log.match(/cannot write .*dev\.json, so the application does not find Vite/g)?.length,
        1,
        log,
      );
      await end(other, 'SIGTERM');
    });

    test('an unknown name in a template is in the overlay and in the terminal until it is fixed', async () => {
      const place = await project(major, 'names');
      await mkdir(join(place, 'templates'));
      const template = join(place, 'templates/home.html');
      await writeFile(template, '<head>\n  {{ vite.tags("src/mian.js")? }}\n</head>');
      const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
      const child = spawn(process.execPath, [vite, '--port', '0'], {
        cwd: place,
        env: { ...process.env, FORCE_COLOR: '1' },
      });
      running.add(child);
      let log = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
      await until(() => devFile(place), 'dev file');
      const messages = await socket((await devFile(place)).url);
      await until(async () => messages().includes('"type":"error"'), 'error');
      const text = messages().slice(messages().indexOf('{"type":"error"'));
      const [payload] = text.match(/\{"type":"error".*?"plugin":"vite-bridge"\}\}/s) ?? [];
      const { err } = JSON.parse(payload ?? '{}');
      assert.equal(
        err.message,
        `missing entry "src/mian.js" in ${place}\nhelp: use "src/main.js", or create the file`,
      );
      assert.deepEqual(err.loc, { file: template, line: 2, column: 16 });
      assert.equal(err.frame, '2 |   {{ vite.tags("src/mian.js")? }}\n  |                ^');
      const escape = String.fromCharCode(27);
      assert.ok(log.includes(`${escape}[31m[vite-bridge] templates/home.html:2:16: missing entry`), log);
      // The watcher must find the folder before it can report an edit.
      await sleep(1500);
      const cleared = () => messages().split('"type":"update"').length - 1;
      const errors = () => messages().split('"type":"error"').length - 1;
      await writeFile(template, '{{ vite.tags("src/main.js")? }}');
      await until(async () => cleared() === 1, 'end of the overlay');
      await rm(join(place, 'src/main.js'));
      await until(async () => errors() === 2, 'error of a removed file');
      await writeFile(join(place, 'src/main.js'), '');
      await until(async () => cleared() >= 2, 'end of the overlay');
      await end(child, 'SIGTERM');
    });

    test('compile errors are read beside the package.json that started Vite', async () => {
      const place = await project(major, 'starter');
      const starter = join(place, 'starter');
      await mkdir(join(starter, '.vite-bridge'), { recursive: true });
      const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
      const env = { ...process.env, VITE_BRIDGE_PACKAGE: starter };
      const child = spawn(process.execPath, [vite, '--port', '0'], { cwd: place, env, stdio: 'ignore' });
      running.add(child);
      await until(() => devFile(place), 'dev file');
      const messages = await socket((await devFile(place)).url);
      await until(async () => messages().includes('"connected"'), 'connected socket');
      const content = { version: 1, root: place, message: 'mismatched types' };
      await writeFile(join(starter, '.vite-bridge/compile-error.json'), JSON.stringify(content));
      await until(async () => messages().includes('"message":"mismatched types"'), 'compile error');
      await end(child, 'SIGTERM');
    });

    test("the terminal shows the application's URL once, below Vite's own URLs", async () => {
      const place = await project(major, 'app-url');
      const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
      const child = spawn(process.execPath, [vite, '--port', '0'], {
        cwd: place,
        env: { ...process.env, FORCE_COLOR: '1' },
      });
      running.add(child);
      let log = '';
      child.stdout.on('data', (text) => (log += text));
      await until(async () => log.includes('Local'), 'banner');
      const write = (/** @type {number} */ port) =>
        writeFile(join(place, '.vite-bridge/app.json'), `{ "url": "http://localhost:${port}/" }`);
      const bold = `${String.fromCharCode(27)}[1mApplication: `;
      await write(4711);
      await until(async () => log.includes('http://localhost:4711/'), 'URL');
      await write(4711);
      await write(4712);
      await until(async () => log.includes('http://localhost:4712/'), 'new URL');
      assert.ok(log.indexOf('Local') < log.indexOf(bold), log);
      assert.equal(log.split(bold).length - 1, 2, log);
      await end(child, 'SIGTERM');
    });

    test("the page on Vite's own port links to the application", async () => {
      const place = await project(major, 'port-page', "{ app: 'http://localhost:3000/' }");
      const child = await dev(major, place);
      const { url } = await devFile(place);
      const own = await get(url, {});
      assert.equal(own.status, 404);
      assert.match(own.body, /The application is at <a href="http:\/\/localhost:3000\/">/);
      for (const [name, value] of [
        ['host', 'localhost:3000'],
        ['x-vite-bridge', '1'],
        ['accept', '*/*'],
      ]) {
        const other = await get(url, { [name]: value });
        assert.ok(!other.body.includes("Vite's own port"), name);
      }
      await end(child, 'SIGTERM');
    });

    test("the page on Vite's own port uses the URL that the application reported", async () => {
      const place = await project(major, 'port-page-url');
      const child = await dev(major, place);
      const { url } = await devFile(place);
      assert.match((await get(url, {})).body, /Start the application and open its address/);
      await writeFile(join(place, '.vite-bridge/app.json'), '{ "url": "http://localhost:4711/?a&b" }');
      assert.match((await get(url, {})).body, /<a href="http:\/\/localhost:4711\/\?a&amp;b">/);
      await end(child, 'SIGTERM');
    });

    test('a template edit sends nothing by default, a reload with "now", or the custom event', async () => {
      for (const [refresh, expected] of /** @type {const} */ ([
        ["'restart'", undefined],
        ["'now'", { type: 'full-reload', path: '*' }],
        ["{ event: 'template' }", { type: 'custom', event: 'template' }],
      ])) {
        const place = await project(
          major,
          'refresh',
          `{ refresh: ${refresh}, templates: 'pages' }`,
          major > 6 ? "future: 'warn'" : 'future: { removeServerHot: "warn" }',
        );
        const template = join(place, 'pages/home.jinja');
        await mkdir(dirname(template));
        await writeFile(template, 'one');
        const child = await dev(major, place);
        const messages = await socket((await devFile(place)).url);
        await until(async () => messages().includes('"connected"'), 'connected socket');
        // The watcher must find the folder before it can report an edit.
        await sleep(500);
        await mkdir(join(place, 'pages-other'));
        await writeFile(join(place, 'pages-other/notes.txt'), 'not a template');
        await sleep(200);
        assert.doesNotMatch(messages(), /full-reload|custom/);
        await writeFile(template, 'two');
        if (expected) {
          const named = Object.entries(expected).map(([name, value]) => `"${name}":"${value}"`);
          await until(async () => named.every((part) => messages().includes(part)), `${refresh}: ${named}`);
        } else {
          await sleep(500);
          assert.doesNotMatch(messages(), /full-reload|custom/);
        }
        assert.doesNotMatch(log, /\[vite future\]/);
        await end(child, 'SIGTERM');
      }
    });

    test('with linkStyles the dev file lists imported stylesheets in order and follows edits', async () => {
      const place = await project(
        major,
        'styles',
        '{ linkStyles: true }',
        "build: { rollupOptions: { input: ['src/page.js', 'src/main.css'] } }",
      );
      const files = {
        'src/page.js':
          "import './part.js'\nimport './page.css'\nimport './part.css'\nimport text from './main.css?inline'\nimport('./later.js')\nconsole.log(text)",
        'src/part.js': "import './part.css'\nimport './page.js'",
        'src/later.js': "import './later.css'",
        'src/page.css': '',
        'src/part.css': '',
        'src/later.css': '',
      };
      for (const [file, text] of Object.entries(files)) await writeFile(join(place, file), text);
      const child = await dev(major, place);
      const urls = async () => {
        const { styles } = await devFile(place);
        return styles?.['src/page.js']?.map((/** @type {{ url: string }} */ { url }) => url);
      };
      if (major < 7) {
        await sleep(500);
        assert.equal(await urls(), undefined, 'the client of Vite 6 and earlier would add the styles twice');
      } else {
        assert.deepEqual(await until(urls, 'styles'), ['/src/part.css', '/src/page.css']);
        const { styles } = await devFile(place);
        assert.deepEqual(
          Object.keys(styles),
          ['src/page.js'],
          'an input that is a stylesheet needs no entry',
        );
        assert.equal(styles['src/page.js'][0].id, join(place, 'src/part.css'));
        await writeFile(join(place, 'src/part.js'), "import './later.css'");
        const now = ['/src/later.css', '/src/page.css', '/src/part.css'];
        await until(async () => (await urls())?.join() === now.join(), now.join());
        // Vite adds a query to the URLs of edited modules. Links must not have it.
        await writeFile(join(place, 'src/page.css'), 'body { color: teal }');
        await sleep(300);
        await writeFile(join(place, 'src/page.js'), "import './part.js'\nimport './page.css'");
        const fewer = ['/src/later.css', '/src/page.css'];
        await until(async () => (await urls())?.join() === fewer.join(), fewer.join());
      }
      await end(child, 'SIGTERM');
    });

    if (major >= 6) {
      test('only the environment of browsers gets the inputs and the manifest', async () => {
        const ssr =
          "ssr: { build: { outDir: 'dist-ssr', copyPublicDir: false, rollupOptions: { input: 'src/lazy.js' } } }";
        const place = await project(
          major,
          'environments',
          '',
          `builder: {}, environments: { client: {}, ${ssr} }`,
        );
        await mkdir(join(place, 'templates'));
        await writeFile(join(place, 'templates/home.html'), '{{ vite.tags("src/main.js")? }}');
        await build(major, place, '--app');
        const manifest = JSON.parse(await readFile(join(place, 'dist/.vite/manifest.json'), 'utf8'));
        assert.equal(manifest['src/main.js'].isEntry, true);
        assert.ok((await filesBelow(join(place, 'dist'))).includes('.vite/bridge.json'));
        assert.deepEqual(await filesBelow(join(place, 'dist-ssr')), ['lazy.js']);
      });
    }

    if (major >= 8) {
      test('with bundledDev the dev file lists the URL of each entry and asset, and new entries restart Vite', async () => {
        const place = await project(
          major,
          'bundled',
          '',
          "experimental: { bundledDev: true }, build: { rollupOptions: { input: ['src/main.js', 'src/main.css'] } }",
        );
        const template = join(place, 'templates/home.html');
        await mkdir(join(place, 'templates'));
        await mkdir(join(place, 'src/admin'));
        await writeFile(join(place, 'src/admin/main.js'), "console.log('admin')");
        await writeFile(template, '{{ vite.tags("src/main.js")? }}{{ vite.asset("src/icons/tiny.svg")? }}');
        const child = await dev(major, place);
        const { entries, react, preamble, url } = await until(async () => {
          const file = await devFile(place);
          return file?.entries['src/icons/tiny.svg'] && file;
        }, 'asset in the dev file');
        assert.match(entries['src/icons/tiny.svg'], /^\/assets\/tiny-[\w-]+\.svg$/);
        delete entries['src/icons/tiny.svg'];
        assert.deepEqual(entries, {
          'src/main.js': '/assets/src/main.js.js',
          'src/main.css': '/assets/src/main.css.js',
        });
        assert.deepEqual([react, preamble], [false, undefined]);
        const load = async (/** @type {string} */ path) => (await fetch(new URL(path, url))).text();
        for (const path of Object.values(entries)) assert.match(await load(path), /__rolldown_runtime__/);

        // The next page gets the edit, without a page in between that received an update.
        await writeFile(join(place, 'src/main.js'), "console.log('edited')");
        await until(async () => (await load(entries['src/main.js'])).includes('edited'), 'edit');
        await writeFile(template, '{{ vite.tags(["src/main.js", "src/admin/main.js"])? }}');
        const added = await until(
          async () => (await devFile(place))?.entries['src/admin/main.js'],
          'new entry in the dev file',
        );
        assert.match(await load(added), /admin/);
        await end(child, 'SIGTERM');
      });
    }

    test("the user's configuration wins", async () => {
      const place = await project(
        major,
        'users',
        '',
        "appType: 'mpa', server: { fs: { deny: ['**/own'] } }, build: { manifest: false, rollupOptions: { input: 'src/main.js' } }",
      );
      await build(major, place);
      const files = await filesBelow(join(place, 'dist'));
      assert.ok(!files.some((file) => file.startsWith('.vite/')), files.join());
      const child = await dev(major, place);
      const { url } = await devFile(place);
      await mkdir(join(place, 'target'));
      for (const file of ['own', 'target/secret', 'Rocket.toml']) await writeFile(join(place, file), file);
      const statuses = await Promise.all(
        ['own', 'target/secret', 'Rocket.toml'].map(async (file) => (await get(`${url}${file}`, {})).status),
      );
      assert.deepEqual(statuses, [403, 200, 200]);
      await writeFile(join(place, 'page.html'), '<h1>A page</h1>');
      assert.equal((await get(`${url}page.html`, {})).status, 200, 'appType is mpa');
      await end(child, 'SIGTERM');
    });

    test('the dev file is next to package.json, even if the root is another folder', async () => {
      const config = "root: 'src', build: { outDir: '../dist', rollupOptions: { input: 'src/main.js' } }";
      const place = await project(major, 'root', '', config);
      const child = await dev(major, place);
      const { root, outDir, inputs } = await devFile(place);
      assert.deepEqual([root, outDir, inputs], [join(place, 'src'), join(place, 'dist'), ['src/main.js']]);
      await end(child, 'SIGTERM');
    });

    test('in middleware mode there is no dev file, because another server owns the port', async () => {
      const place = await project(major, 'middleware');
      const vite = fromRoot(`tests/vite/${major}/node_modules/vite/dist/node/index.js`);
      const script = `import { createServer } from ${JSON.stringify(vite)}
const server = await createServer({ server: { middlewareMode: true } })
await server.close()
process.exit()`;
      await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: place });
      assert.equal(await devFile(place), undefined);
    });

    test('in watch mode the build info describes the latest build', async () => {
      const place = await project(major, 'watched');
      const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
      const child = spawn(process.execPath, [vite, 'build', '--watch'], { cwd: place, stdio: 'ignore' });
      running.add(child);
      const info = () =>
        readFile(join(place, 'dist/.vite/bridge.json'), 'utf8').then(JSON.parse, () => undefined);
      const first = await until(info, 'build info');
      const styles = (/** @type {{ hashed: string[] }} */ { hashed }) =>
        hashed.filter((file) => file.endsWith('.css'));
      await sleep(500);
      await writeFile(join(place, 'src/main.css'), 'body { color: navy }');
      const second = await until(async () => {
        const now = await info();
        return now && now.buildId !== first.buildId && now;
      }, 'build info of the next build');
      assert.equal(styles(second).length, 1);
      assert.notDeepEqual(styles(second), styles(first));
      await end(child, 'SIGTERM');
    });

    test('secrets of Rust projects and the output of cargo are not served', async () => {
      const place = await project(major, 'secrets');
      await mkdir(join(place, 'target'));
      for (const file of ['.env', 'target/secret', 'Rocket.toml']) await writeFile(join(place, file), file);
      const child = await dev(major, place);
      const { url } = await devFile(place);
      for (const file of ['.env', 'target/secret', 'Rocket.toml']) {
        assert.equal((await get(`${url}${file}`, {})).status, 403, file);
      }
      await writeFile(join(place, 'page.html'), '<h1>A page</h1>');
      assert.equal((await get(`${url}page.html`, {})).status, 404, 'the application serves the pages');
      await end(child, 'SIGTERM');
    });
  });
}

/**
 * Sends a GET request with any Host header, which `fetch` does not allow.
 *
 * @param {string} url
 * @param {Record<string, string>} headers
 * @returns {Promise<{ status: number | undefined, body: string }>}
 */
function get(url, headers) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { accept: 'text/html', ...headers } }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    sent.on('error', reject).end();
  });
}
