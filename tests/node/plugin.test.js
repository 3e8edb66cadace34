// The plugin with each major of Vite. Each project has a copy of the plugin, because a linked
// plugin would resolve the workspace's Vite.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import {
  build,
  dev,
  devFile,
  end,
  FILES,
  filesBelow,
  logOfLast,
  project,
  running,
  stopAll,
  until,
} from './plugin-project.js';
import { socket } from './socket.js';
import { built, fromRoot, MAJORS } from './support.js';

after(stopAll);

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
