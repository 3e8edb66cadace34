// Entries, assets and groups that templates reference are built with each major of Vite, without
// further configuration.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { built, fromRoot, MAJORS } from './support.js';

const run = promisify(execFile);
const PROGRAM = built('vite-bridge');

const FILES = {
  'package.json': '{ "type": "module", "sideEffects": false }',
  'Cargo.toml': '[package]\nname = "app"\n',
  'vite.config.js':
    "import bridge from './plugin/index.js'\nexport default { plugins: [bridge()], build: { sourcemap: true } }",
  'templates/layout.html': `<link rel="icon" href="{{ vite.asset("favicon.svg")? }}">
{{ vite.tags("src/main.js")? }}{{ vite.inline("src/tiny.svg")? }}`,
  'templates/shop/page.html': `{% extends "layout.html" %}{{ vite.tags(["src/shop.js", "src/shop.css"])? }}
{{ vite.group(["src/one.js", "src/two.js", "src/three.css"])? }}{{ vite.group(["src/two.js", "src/one.js"])? }}
{{ vite.group(["src/three.css", "src/shop.css"])? }}{# vite.tags("src/no.js") #}`,
  'templates/mail.txt': '{{ vite.group(["src/one.js", "src/two.js", "src/three.css"])? }}',
  'src/main.rs':
    '#[derive(Template)]\n#[template(source = "{{ vite.tags(\\"src/about.js\\")? }}", ext = "html")]\nstruct About;\n',
  'src/main.js': "import { shared } from './shared.js'; shared('main')",
  'src/shop.js': "import { shared } from './shared.js'; shared('shop')",
  'src/about.js': "import { leaf } from './leaf.js'; console.log(leaf)",
  'src/leaf.js': "export const leaf = 'a leaf'",
  'src/shared.js': 'export const shared = (name) => console.log(name)',
  'src/one.js': "globalThis.order = [...(globalThis.order ?? []), 'one']",
  'src/two.js': "globalThis.order = [...(globalThis.order ?? []), 'two']",
  'src/three.css': 'b { color: red }',
  'src/shop.css': 'i { color: blue }',
  'src/tiny.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'public/favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
};

/** @type {import('node:child_process').ChildProcess[]} */
const running = [];
after(() => running.forEach((child) => child.kill('SIGKILL')));

/**
 * @param {number} major
 * @param {string} name
 * @param {Record<string, string>} files in addition to the usual files; a file of the same name replaces the usual one
 */
async function project(major, name, files = {}) {
  const place = fromRoot(`tests/vite/${major}/builds/templates-${name}`);
  await rm(place, { recursive: true, force: true });
  const filter = (/** @type {string} */ path) => !path.includes('node_modules');
  await cp(fromRoot('js'), join(place, 'plugin'), { recursive: true, filter });
  await write(place, { ...FILES, ...files });
  return place;
}

/**
 * @param {string} place
 * @param {Record<string, string>} files
 */
async function write(place, files) {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
}

/**
 * @param {number} major
 * @param {string} place
 */
function build(major, place) {
  const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
  return run(process.execPath, [vite, 'build'], { cwd: place });
}

/** @param {string} place */
async function manifest(place) {
  return JSON.parse(await readFile(join(place, 'dist/.vite/manifest.json'), 'utf8'));
}

/** @param {string} key */
const isStyle = (key) => /^[^_].*\.css$/.test(key);

/** @param {string[]} parts */
const hashOf = (parts) => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);

/** @param {string} place */
const scan = async (place) => JSON.parse((await run(PROGRAM, ['scan', '--json'], { cwd: place })).stdout);

for (const major of MAJORS) {
  describe(`Vite ${major}`, () => {
    test('files that templates reference are built without configured inputs', async () => {
      const place = await project(major, 'all');
      await build(major, place);
      const chunks = await manifest(place);
      const scanned = await scan(place);
      const names = (/** @type {{ name: string }[]} */ list) => list.map(({ name }) => name).sort();
      // Both scanners must find the same references.
      const entries = Object.keys(chunks).filter((key) => chunks[key].isEntry || isStyle(key));
      const groups = entries.filter((key) => key.startsWith('.vite-bridge/'));
      assert.deepEqual(
        entries.filter((key) => !groups.includes(key) && key !== 'src/tiny.svg').sort(),
        names(scanned.entries),
      );
      assert.equal(groups.length, scanned.groups.length);
      assert.deepEqual(names(scanned.assets), ['favicon.svg', 'src/tiny.svg']);
      assert.ok(chunks['src/tiny.svg'], 'the manifest lists a file below the inline limit');
      const { stdout } = await run(PROGRAM, ['check'], { cwd: place });
      assert.match(stdout, /^no problems in \d+ chunks of dist and \d+ templates?\n$/);
    });

    test('a group is one entry that runs its parts in order, with source maps to the parts', async () => {
      const place = await project(major, 'groups');
      await build(major, place);
      const chunks = await manifest(place);
      const { groups } = await scan(place);
      assert.equal(groups.length, 3, 'identical lists in two templates share one group');
      const keys = Object.keys(chunks).filter((key) => key.startsWith('.vite-bridge/'));
      assert.equal(keys.length, 3);
      // Runs each group and checks the order of its scripts.
      for (const { parts } of groups) {
        const key = keys.find((key) => key.includes(hashOf(parts)));
        const { file } = chunks[String(key)];
        const { stdout } = await run(process.execPath, [
          '--input-type=module',
          '-e',
          `await import(${JSON.stringify(join(place, 'dist', file))}); console.log(globalThis.order?.join(' ') ?? '')`,
        ]);
        const scripts = parts.filter((/** @type {string} */ part) => part.endsWith('.js'));
        const names = scripts.map((/** @type {string} */ part) => part.slice(4, -3));
        assert.equal(stdout.trim(), names.join(' '), `the parts of ${key} run in order`);
        assert.equal((chunks[String(key)].css ?? []).length > 0, parts.some(isStyle), key);
      }
      const found = await sources(join(place, 'dist'));
      for (const part of ['one.js', 'two.js']) {
        assert.ok(found.includes(`../../src/${part}`), `no source map refers to ${part}: ${found}`);
      }
    });

    test('a missing part, entry or asset is an error with its place in the template', async () => {
      const place = await project(major, 'missing', {
        'templates/bad.html':
          '<p>\n{{ vite.group(["src/one.js", "src/tow.js"])? }}{{ vite.tags("src/mian.js")? }}{{ vite.asset("src/none.svg")? }}',
      });
      const failed = await build(major, place).then(
        () => '',
        (error) => error.stderr + error.stdout,
      );
      assert.match(failed, /templates\/bad\.html:2:9: missing part of a group "src\/tow\.js" in /);
      assert.match(
        failed,
        /templates\/bad\.html:2:\d+: missing entry "src\/mian\.js" in .*\n\s*help: use "src\/main\.js"/,
      );
      assert.match(failed, /templates\/bad\.html:2:\d+: missing asset "src\/none\.svg" in /);
      await write(place, { 'templates/bad.html': '{{ vite.tags("src/main.js") ' });
      await assert.rejects(build(major, place), /templates\/bad\.html:1:1: unclosed tag/);
    });

    test('configured inputs of every shape are kept', async () => {
      for (const [name, input] of Object.entries({
        string: "'src/leaf.js'",
        list: "['src/leaf.js', 'src/main.js']",
        object: "{ leaf: 'src/leaf.js', main: 'src/main.js', about: 'src/shared.js' }",
      })) {
        const place = await project(major, `input-${name}`, {
          'vite.config.js': `import bridge from './plugin/index.js'
export default { plugins: [bridge()], build: { rollupOptions: { input: ${input} } } }`,
        });
        await build(major, place);
        const chunks = await manifest(place);
        for (const key of ['src/leaf.js', 'src/main.js', 'src/shop.js', 'src/about.js']) {
          assert.ok(chunks[key]?.isEntry, `${name}: ${key}`);
        }
      }
    });

    test('an edit changes the file names of the entries that import the file, and no others', async () => {
      const place = await project(major, 'versions');
      await build(major, place);
      const before = await manifest(place);
      await write(place, { 'src/leaf.js': "export const leaf = 'another leaf'" });
      await build(major, place);
      const now = await manifest(place);
      const changed = Object.keys(now).filter((key) => now[key].file !== before[key]?.file);
      assert.deepEqual(changed, ['src/about.js']);
    });

    test('adding, changing or removing a template updates the inputs without a restart', async () => {
      const place = await project(major, 'dev', {
        'src/main.js': "import dependency from 'dependency'; console.log(dependency)",
        'node_modules/dependency/package.json': '{ "name": "dependency", "main": "index.cjs" }',
        'node_modules/dependency/index.cjs': "module.exports = 'a dependency'",
      });
      const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
      const child = spawn(process.execPath, [vite, '--port', '0'], {
        cwd: place,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running.push(child);
      let log = '';
      child.stderr.on('data', (text) => (log += text));
      child.stdout.on('data', (text) => (log += text));
      const inputs = async () => {
        const text = await readFile(join(place, '.vite-bridge/dev.json'), 'utf8').catch(() => '{}');
        return JSON.parse(text).inputs ?? [];
      };
      const usual = ['src/about.js', 'src/main.js', 'src/shop.css', 'src/shop.js'];
      await until(async () => (await inputs()).length > 0);
      assert.deepEqual((await inputs()).sort(), usual);
      // The optimizer finds the dependency through the entry, before a browser opens a page. Vite 5
      // to 7 give the folder its final name at the first page, so this looks for any name.
      const caches = join(place, 'node_modules/.vite');
      const optimized = async () => (await readdir(caches, { recursive: true }).catch(() => [])).join(' ');
      await until(async () => /deps\S*dependency\.js/.test(await optimized()));
      await write(place, { 'templates/new.html': '{{ vite.tags("src/leaf.js")? }}' });
      await until(async () => (await inputs()).includes('src/leaf.js'));
      await write(place, {
        'templates/new.html': '{{ vite.tags("src/one.js")? }}{{ vite.tags("src/none.js")? }}',
      });
      await until(
        async () => (await inputs()).includes('src/one.js') && !(await inputs()).includes('src/leaf.js'),
      );
      await until(async () => /templates\/new\.html:1:44: missing entry "src\/none\.js"/.test(log));
      await rm(join(place, 'templates/new.html'));
      await until(async () => !(await inputs()).includes('src/one.js'));
      assert.deepEqual((await inputs()).sort(), usual);
      child.kill();
    });
  });
}

test('a page with a hundred groups builds', async () => {
  const parts = Array.from({ length: 101 }, (_, at) => `src/part-${at}.js`);
  const groups = parts.slice(1).map((part, at) => `{{ vite.group(["${parts[at]}", "${part}"])? }}`);
  const place = await project(8, 'hundred', {
    ...Object.fromEntries(parts.map((part, at) => [part, `console.log(${at})`])),
    'templates/hundred.html': groups.join('\n'),
  });
  await build(8, place);
  const { stdout } = await run(PROGRAM, ['check'], { cwd: place });
  assert.match(stdout, /no problems in/);
  const keys = Object.keys(await manifest(place)).filter((key) => key.startsWith('.vite-bridge/'));
  assert.equal(keys.length, 103);
});

/**
 * Returns the sources of all source maps of a build.
 *
 * @param {string} dist
 */
async function sources(dist) {
  const names = await readdir(join(dist, 'assets'));
  const maps = names.filter((name) => name.endsWith('.js.map'));
  const texts = await Promise.all(maps.map((name) => readFile(join(dist, 'assets', name), 'utf8')));
  return texts.flatMap((text) => JSON.parse(text).sources);
}

/** @param {() => Promise<boolean>} holds */
async function until(holds) {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error(`the condition did not become true: ${holds}`);
}
