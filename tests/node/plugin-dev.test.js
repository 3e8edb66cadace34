// The plugin's dev server with each major of Vite: the dev file, messages to pages and to the
// terminal, and what is served.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify, stripVTControlCharacters } from 'node:util';

import {
  build,
  dev,
  devFile,
  end,
  stopAll,
  get,
  logOfLast,
  project,
  running,
  until,
} from './plugin-project.js';
import { socket } from './socket.js';
import { fromRoot, MAJORS } from './support.js';

after(stopAll);

for (const major of MAJORS) {
  describe(`the plugin's dev server on Vite ${major}`, () => {
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
      await until(async () => stripVTControlCharacters(log).includes('Local:'), 'banner');
      // A scan writes the dev file before it reports errors.
      await mkdir(join(place, 'templates'));
      await writeFile(join(place, 'templates/home.html'), '{{ vite.tags("src/mian.js")? }}');
      await until(async () => log.includes('missing entry'), 'error of a scan');
      await rm(join(place, '.vite-bridge'));
      await until(() => devFile(place), 'dev file');
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
      const cleared = () => messages().split('"type":"update"').length - 1;
      const errors = () => messages().split('"type":"error"').length - 1;
      // The watcher reports nothing before its first pass, so the file is written until it does.
      await until(async () => {
        await writeFile(template, '{{ vite.tags("src/main.js")? }}');
        return cleared() >= 1;
      }, 'end of the overlay');
      const before = { cleared: cleared(), errors: errors() };
      await rm(join(place, 'src/main.js'));
      await until(async () => errors() > before.errors, 'error of a removed file');
      await writeFile(join(place, 'src/main.js'), '');
      await until(async () => cleared() > before.cleared, 'end of the overlay');
      await end(child, 'SIGTERM');
    });

    test('compile errors are read beside the package.json that started Vite', async () => {
      const place = await project(major, 'starter');
      const starter = join(place, 'starter');
      const folder = join(starter, '.vite-bridge');
      const write = async (/** @type {string} */ message) => {
        await mkdir(folder, { recursive: true });
        await writeFile(
          join(folder, 'compile-error.json'),
          JSON.stringify({ version: 1, root: place, message }),
        );
      };
      const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
      const env = { ...process.env, VITE_BRIDGE_PACKAGE: starter };
      const child = spawn(process.execPath, [vite, '--port', '0'], { cwd: place, env, stdio: 'ignore' });
      running.add(child);
      await until(() => devFile(place), 'dev file');
      const messages = await socket((await devFile(place)).url);
      await until(async () => messages().includes('"connected"'), 'connected socket');
      await write('mismatched types');
      await until(async () => messages().includes('"message":"mismatched types"'), 'compile error');
      await rm(folder, { recursive: true, maxRetries: 5 });
      await write('unknown method');
      await until(async () => messages().includes('"message":"unknown method"'), 'error in a new folder');
      assert.equal(await readFile(join(folder, '.gitignore'), 'utf8'), '*\n');
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
      const { url } = await devFile(place);
      const write = (/** @type {number} */ port) =>
        writeFile(join(place, '.vite-bridge/app.json'), `{ "url": "http://localhost:${port}/" }`);
      const bold = `${String.fromCharCode(27)}[1mApplication: `;
      await write(4711);
      await until(async () => log.includes('http://localhost:4711/'), 'URL');
      await write(4711);
      await write(4712);
      await until(async () => log.includes('http://localhost:4712/'), 'new URL');
      await write(4711);
      // The plugin must see the known URL before the next one replaces it.
      await until(async () => (await get(url, {})).body.includes('http://localhost:4711/'), 'known URL');
      await write(4713);
      await until(async () => log.includes('http://localhost:4713/'), 'third URL');
      assert.ok(log.indexOf('Local') < log.indexOf(bold), log);
      assert.equal(log.split(bold).length - 1, 3, log);
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
        assert.doesNotMatch(logOfLast(), /\[vite future\]/);
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
