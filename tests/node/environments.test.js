// The plugin in a project with several environments, and with a bundling dev server.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { build, dev, devFile, end, filesBelow, project, stopAll, until } from './plugin-project.js';
import { MAJORS } from './support.js';

after(stopAll);

for (const major of MAJORS.filter((major) => major >= 6)) {
  test(`Vite ${major}: only the environment of browsers gets the inputs and the manifest`, async () => {
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

test('with bundledDev the dev file lists the URL of each entry and asset, and new entries restart Vite', async () => {
  const place = await project(
    8,
    'bundled',
    '',
    "experimental: { bundledDev: true }, build: { rollupOptions: { input: ['src/main.js', 'src/main.css'] } }",
  );
  const template = join(place, 'templates/home.html');
  await mkdir(join(place, 'templates'));
  await mkdir(join(place, 'src/admin'));
  await writeFile(join(place, 'src/admin/main.js'), "console.log('admin')");
  await writeFile(template, '{{ vite.tags("src/main.js")? }}{{ vite.asset("src/icons/tiny.svg")? }}');
  const child = await dev(8, place);
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
