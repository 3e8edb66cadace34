import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { serverUrl } from './src/server-url.js';
import { backendConfig, browserConfig } from './src/config.js';
import { debounced } from './src/dev/debounce.js';
import { watchPublicFiles } from './src/dev/public-files.js';
import { hashedFiles } from './src/build/naming.js';
import { filesBelow } from './src/files.js';
import { devFileOf, keyOf, versionIn } from './src/project.js';
import { closeTo } from './src/suggest.js';

const NO_REFERENCES = {
  project: '/',
  folders: [],
  templates: [],
  entries: new Map(),
  assets: new Map(),
  groups: [],
  errors: [],
  warnings: [],
};

test('the server URL is reachable from other processes', () => {
  const cases = /** @type {[string, boolean, string, string][]} */ ([
    ['127.0.0.1', false, '/', 'http://127.0.0.1:5173/'],
    ['::1', false, '/', 'http://[::1]:5173/'],
    ['0.0.0.0', false, '/static/', 'http://127.0.0.1:5173/static/'],
    ['::', true, './', 'https://[::1]:5173/'],
    ['192.168.1.2', false, '', 'http://192.168.1.2:5173/'],
  ]);
  for (const [address, https, base, url] of cases) {
    assert.equal(serverUrl({ address, port: 5173 }, https, base), url);
  }
});

test('values that the user set are kept', () => {
  const config = backendConfig({
    appType: 'spa',
    clearScreen: true,
    server: { watch: null, fs: { deny: ['mine'] } },
  });
  assert.deepEqual(config, { appType: 'spa', clearScreen: true, server: {} });
  for (const manifest of ['assets.json', false]) {
    assert.deepEqual(browserConfig({ build: { manifest } }, '/', NO_REFERENCES, 8), { build: { manifest } });
  }
});

test('the defaults for a Rust server are set', () => {
  const config = backendConfig({});
  assert.equal(config.appType, 'custom');
  assert.deepEqual(browserConfig({}, '/', NO_REFERENCES, 8), { build: { manifest: true } });
  assert.deepEqual(config.server?.watch?.ignored, ['**/target/**', '**/.vite-bridge/**']);
  for (const secret of ['.env', '**/.git/**', '**/.cargo/credentials*']) {
    assert.ok(config.server?.fs?.deny?.includes(secret), secret);
  }
});

/**
 * Creates a folder with empty files. The test removes it at its end.
 *
 * @param {import('node:test').TestContext} t
 * @param {string[]} files
 */
function folderWith(t, files) {
  const folder = mkdtempSync(join(tmpdir(), 'vite-bridge-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return folder;
}

test('each output directory has its own dev file in the project folder, as the crate expects', (t) => {
  const cases = JSON.parse(readFileSync(new URL('../tests/cases/dev-files.json', import.meta.url), 'utf8'));
  for (const { name, files, dist, devFile } of cases) {
    const root = folderWith(t, files);
    const config = /** @type {import('vite').ResolvedConfig} */ ({ root, build: { outDir: dist } });
    assert.equal(devFileOf(config), join(root, devFile), name);
  }
  assert.equal(cases.length, 12);
});

test('suggestions are close names, nearest first', () => {
  const files = ['web/home.tsx', 'web/site.css', 'src/hme.ts', 'web/theme.tsx', 'other/logo.svg'];
  assert.deepEqual(closeTo('web/hme.tsx', files), ['web/home.tsx', 'web/theme.tsx', 'src/hme.ts']);
  assert.deepEqual(closeTo('logo.svg', files), ['other/logo.svg']);
  assert.deepEqual(closeTo('unrelated', files), []);
});

test('files that git ignores or that are deleted are not suggested', (t) => {
  const files = ['.gitignore', 'web/a.ts', 'web/b.ts', 'web/gone.ts', 'made/c.ts', 'node_modules/x/d.ts'];
  const folder = folderWith(t, files);
  assert.deepEqual(filesBelow(folder).sort(), ['made/c.ts', 'web/a.ts', 'web/b.ts', 'web/gone.ts']);
  writeFileSync(join(folder, '.gitignore'), 'made\nnode_modules\n');
  const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: folder });
  git('init', '--quiet');
  git('add', 'web/a.ts', 'web/gone.ts');
  rmSync(join(folder, 'web/gone.ts'));
  assert.deepEqual(filesBelow(folder).sort(), ['.gitignore', 'web/a.ts', 'web/b.ts']);
  assert.deepEqual(filesBelow(join(folder, 'web')).sort(), ['a.ts', 'b.ts']);
});

test('hashed files are detected by the pattern of their names', () => {
  const bundle = {
    a: { type: /** @type {const} */ ('chunk'), fileName: 'assets/main-B1a2C3d4.js', isEntry: true },
    b: { type: /** @type {const} */ ('chunk'), fileName: 'js/lazy.js' },
    c: { type: /** @type {const} */ ('asset'), fileName: 'assets/logo.abcdefgh.svg' },
    d: { type: /** @type {const} */ ('asset'), fileName: '.vite/manifest.json' },
    e: { type: /** @type {const} */ ('asset'), fileName: 'assets/worker-abcdefgh.js' },
    f: { type: /** @type {const} */ ('asset'), fileName: 'plain/name.css' },
  };
  const output = {
    entryFileNames: 'assets/[name]-[hash].js',
    chunkFileNames: () => 'js/[name].js',
    assetFileNames: 'assets/[name].[hash:8][extname]',
  };
  const hashed = hashedFiles(bundle, output, ['assets/[name]-[hash].js']);
  assert.deepEqual(hashed, [
    'assets/main-B1a2C3d4.js',
    'assets/logo.abcdefgh.svg',
    'assets/worker-abcdefgh.js',
  ]);
});

test('an input becomes a key of the manifest', () => {
  const config = /** @type {any} */ ({ root: '/project' });
  assert.equal(keyOf(config, '/project/src/main.ts'), 'src/main.ts');
  assert.equal(keyOf(config, './src/main.ts'), 'src/main.ts');
  assert.equal(keyOf(config, '/other/x.ts'), '../other/x.ts');
});

test('the version of Vite+ is the version of the Vite that it bundles', () => {
  assert.equal(versionIn({ version: '8.3.8' }), '8.3.8');
  assert.equal(versionIn({ version: '1.6.0', bundledVersions: { vite: '8.3.7' } }), '8.3.7');
});

test('a cycle of symbolic links hides no public files, and too many files cause one warning', (t) => {
  const publicDir = folderWith(t, ['icon.svg']);
  /** @type {string[]} */
  const warnings = [];
  const logger = { warn: (/** @type {string} */ text) => warnings.push(text) };
  const config = /** @type {import('vite').ResolvedConfig} */ (
    /** @type {unknown} */ ({ publicDir, logger })
  );
  const watcher = { add() {}, on() {} };
  const server = /** @type {import('vite').ViteDevServer} */ (
    /** @type {unknown} */ ({ httpServer: null, watcher })
  );
  const publicFiles = watchPublicFiles(config, server, () => {});
  symlinkSync('icon.svg', join(publicDir, 'link.svg'));
  symlinkSync('cycle', join(publicDir, 'cycle'));
  assert.deepEqual(publicFiles(), ['icon.svg', 'link.svg']);

  for (let at = 0; at < 10_000; at++) writeFileSync(join(publicDir, `many-${at}.txt`), '');
  assert.equal(publicFiles().length, 10_000);
  assert.equal(publicFiles().length, 10_000);
  assert.deepEqual(warnings, [
    `[vite-bridge] ${publicDir} has 10002 files, and only the first 10000 have precedence over routes during development\nhelp: move files that the application does not serve out of this folder`,
  ]);
});

test('a burst of changes ends in one call, and in none after the server closed', async () => {
  const server = new EventEmitter();
  let calls = 0;
  const later = debounced(/** @type {import('vite').HttpServer} */ (server), () => (calls += 1), 1);
  later();
  later();
  // Timers with the same pause end in the order of their start.
  await sleep(1);
  assert.equal(calls, 1);
  later();
  server.emit('close');
  await sleep(1);
  assert.equal(calls, 1);
});

test('no module imports Vite at run time, because a linked or hoisted copy could be another major', () => {
  const folder = new URL('.', import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const modules = names.filter((name) => name === 'index.js' || /^src\/.*\.js$/.test(name));
  assert.ok(modules.length > 20);
  for (const name of modules) {
    const code = readFileSync(new URL(name, folder), 'utf8');
    assert.doesNotMatch(code, /^(?:import|export)\b.*['"]vite(?:\/|['"])/m, name);
  }
});
