// The plugin's configuration and build info, with each major of Vite.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import {
  FILES,
  build,
  dev,
  devFile,
  end,
  filesBelow,
  get,
  project,
  running,
  stopAll,
  until,
} from './plugin-project.js';
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
