// Templates name their assets: on real Vites, what a template names is built, and nothing else has to say so.
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
 * @param {Record<string, string>} files beside or in place of the usual ones
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
    test('what templates name is built, with no input named anywhere (A1, A2)', async () => {
      const place = await project(major, 'whole');
      await build(major, place);
      const chunks = await manifest(place);
      const scanned = await scan(place);
      const names = (/** @type {{ name: string }[]} */ list) => list.map(({ name }) => name).sort();
      // The same tree gives the same list from both scanners, in a real build.
      const entries = Object.keys(chunks).filter((key) => chunks[key].isEntry || isStyle(key));
      const groups = entries.filter((key) => key.startsWith('.vite-bridge/'));
      assert.deepEqual(
        entries.filter((key) => !groups.includes(key) && key !== 'src/tiny.svg').sort(),
        names(scanned.entries),
      );
      assert.equal(groups.length, scanned.groups.length);
      assert.deepEqual(names(scanned.assets), ['favicon.svg', 'src/tiny.svg']);
      assert.ok(chunks['src/tiny.svg'], 'below the limit of inlining, and in the manifest');
      const { stdout } = await run(PROGRAM, ['check'], { cwd: place });
      assert.match(stdout, /^dist is whole: \d+ chunks checked\n$/);
    });

    test('a group is one entry of its parts in their order, with source maps that lead to them (A27)', async () => {
      const place = await project(major, 'groups');
      await build(major, place);
      const chunks = await manifest(place);
      const { groups } = await scan(place);
      assert.equal(groups.length, 3, 'the same list in two templates is one');
      const keys = Object.keys(chunks).filter((key) => key.startsWith('.vite-bridge/'));
      assert.equal(keys.length, 3);
      // What runs, and what is printed, of each.
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
        assert.equal(stdout.trim(), names.join(' '), `the parts of ${key} run in their order`);
        assert.equal((chunks[String(key)].css ?? []).length > 0, parts.some(isStyle), key);
      }
      const found = await sources(join(place, 'dist'));
      for (const part of ['one.js', 'two.js']) {
        assert.ok(found.includes(`../../src/${part}`), `a source map leads to ${part}: ${found}`);
      }
    });

    test('a missing part, entry or asset is an error that names the template', async () => {
      const place = await project(major, 'missing', {
        'templates/bad.html':
          '<p>\n{{ vite.group(["src/one.js", "src/tow.js"])? }}{{ vite.tags("src/mian.js")? }}{{ vite.asset("src/none.svg")? }}',
      });
      const failed = await build(major, place).then(
        () => '',
        (error) => error.stderr + error.stdout,
      );
      assert.match(failed, /templates\/bad\.html:2:9: the part of a group "src\/tow\.js" is not there/);
      assert.match(
        failed,
        /templates\/bad\.html:2:\d+: the entry "src\/mian\.js" is not there.*did you mean "src\/main\.js"\?/,
      );
      assert.match(failed, /templates\/bad\.html:2:\d+: the asset "src\/none\.svg" is not there/);
      await write(place, { 'templates/bad.html': '{{ vite.tags("src/main.js") ' });
      await assert.rejects(build(major, place), /templates\/bad\.html:1:1: unclosed tag/);
    });

    test('inputs of every shape are kept beside those of templates', async () => {
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

    test('an edited leaf changes the names of its importers and of no other entry (A3)', async () => {
      const place = await project(major, 'versions');
      await build(major, place);
      const before = await manifest(place);
      await write(place, { 'src/leaf.js': "export const leaf = 'another leaf'" });
      await build(major, place);
      const now = await manifest(place);
      const changed = Object.keys(now).filter((key) => now[key].file !== before[key]?.file);
      assert.deepEqual(changed, ['src/about.js']);
    });

    test('a template added, changed and removed changes the known entries without a restart', async () => {
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
      // The optimizer found it through the entry, without a browser.
      // Vite 5 to 7 wait with the folder's final name for the first page.
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
      await until(async () => /templates\/new\.html:1:44: the entry "src\/none\.js" is not there/.test(log));
      await rm(join(place, 'templates/new.html'));
      await until(async () => !(await inputs()).includes('src/one.js'));
      assert.deepEqual((await inputs()).sort(), usual);
      child.kill();
    });
  });
}

test('a hundred groups on a page are no problem', async () => {
  const parts = Array.from({ length: 101 }, (_, at) => `src/part-${at}.js`);
  const groups = parts.slice(1).map((part, at) => `{{ vite.group(["${parts[at]}", "${part}"])? }}`);
  const place = await project(8, 'hundred', {
    ...Object.fromEntries(parts.map((part, at) => [part, `console.log(${at})`])),
    'templates/hundred.html': groups.join('\n'),
  });
  await build(8, place);
  const { stdout } = await run(PROGRAM, ['check'], { cwd: place });
  assert.match(stdout, /is whole/);
  const keys = Object.keys(await manifest(place)).filter((key) => key.startsWith('.vite-bridge/'));
  assert.equal(keys.length, 103);
});

/**
 * What the source maps of a build name.
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
  throw new Error(`it never held: ${holds}`);
}
