// `vite-bridge init` in an empty folder and in an existing project: the result installs, builds,
// runs and passes its tests.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { launch } from './chromium.js';
import { edit, freePort, until, Visit } from './development.js';
import { built, fromRoot } from './support.js';
import { WATCHED_TARGET } from './watched.js';

const run = promisify(execFile);
const BRIDGE = built('vite-bridge');

/** Package managers with their lock files. npm comes with Node. */
const MANAGERS = {
  npm: { lock: 'package-lock.json', version: '' },
  pnpm: { lock: 'pnpm-lock.yaml', version: '10.34.9' },
  yarn: { lock: 'yarn.lock', version: '1.22.22' },
  bun: { lock: 'bun.lock', version: '1.4.5' },
};

const EXISTING = {
  'Cargo.toml': `# Mine.
[package]
name = "existing"
version = "0.1.0"
edition = "2024"

[dependencies]
axum = "0.8" # the web
tokio = { version = "1", features = ["full"] }
`,
  'src/main.rs': `use axum::{Router, routing::get};

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(|| async { "mine" }));
    let address = format!("127.0.0.1:{}", std::env::var("PORT").unwrap());
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
`,
  '.gitignore': 'target\n',
  'package.json': '{ "name": "existing", "private": true }\n',
};

/** @type {import('playwright-core').Browser} */ let browser;
/** @type {string} */ let tools;
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

before(async () => {
  browser = await launch();
  tools = await mkdtemp(join(tmpdir(), 'vite-bridge-managers-'));
  for (const [name, { version }] of Object.entries(MANAGERS)) {
    if (!version) continue;
    await writeFile(join(tools, name), `#!/bin/sh\nexec npx --yes ${name}@${version} "$@"\n`);
    await chmod(join(tools, name), 0o755);
  }
});
after(async () => {
  await browser?.close();
  running.forEach((child) => child.kill('SIGKILL'));
  await rm(tools, { recursive: true, force: true });
});

const env = (more = {}) => ({
  ...process.env,
  PATH: `${tools}:${process.env.PATH}`,
  CARGO_TARGET_DIR: WATCHED_TARGET,
  ...more,
});

/**
 * Creates a folder with the files. Its name contains a space.
 *
 * @param {Record<string, string>} files
 */
async function folder(files) {
  // Outside this repository, so that its package.json and Cargo.toml are not found above the
  // folder.
  const place = join(await mkdtemp(join(tmpdir(), 'vite-bridge-init-')), 'My App');
  await mkdir(place);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
  return place;
}

/**
 * @param {string} place
 * @param {string[]} args
 */
const init = (place, ...args) =>
  run(BRIDGE, ['init', '--from', fromRoot('.'), ...args], { cwd: place, env: env() });

/**
 * Returns the two commands that `init` printed.
 *
 * @param {string} stderr
 */
function printed(stderr) {
  const commands = stderr.slice(stderr.indexOf('Now run:')).match(/^ {4}\S.*$/gm) ?? [];
  assert.equal(commands.length, 2, stderr);
  return commands.map((line) => line.trim());
}

/**
 * Runs a command, waits for its page, calls `look` with the page, and stops the command.
 *
 * @param {string} place
 * @param {string} command
 * @param {number} port
 * @param {string} path
 * @param {(visit: Visit) => Promise<void>} look
 * @param {Record<string, string>} more
 */
async function visiting(place, command, port, path, look, more = {}) {
  const [program, ...args] = command.split(' ');
  const child = spawn(program === 'vite-bridge' ? BRIDGE : program, args, {
    cwd: place,
    env: env({ PORT: String(port), ...more }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const url = `http://127.0.0.1:${port}${path}`;
  for (let tries = 0; ; tries++) {
    const isReady = await fetch(url).then(
      async (answer) => (await answer.text()).includes('<h1>'),
      () => false,
    );
    if (isReady) break;
    assert.equal(child.exitCode, null, output);
    assert.ok(tries < 6000, `no page at ${url}:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const visit = await Visit.open(browser, url);
  await look(visit);
  assert.deepEqual(visit.complaints, []);
  await visit.close();
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  await exit;
  running.delete(child);
}

/**
 * Asserts that the script, the image and the styles of the page work.
 *
 * @param {Visit} visit
 */
async function works(visit) {
  await visit.shows('#count', 'clicked 0 times');
  await visit.page.click('#count');
  await visit.shows('#count', 'clicked 1 times');
  const width = () => visit.page.evaluate(() => document.querySelector('img')?.naturalWidth ?? 0);
  await until(async () => (await width()) > 0, 'image');
  const display = () =>
    visit.page.evaluate(() => getComputedStyle(document.querySelector('main') ?? document.body).display);
  await until(async () => (await display()) === 'grid', 'style');
}

/**
 * Checks the page in development, with a hot update, and then in production.
 *
 * @param {string} place
 * @param {string} stderr
 * @param {string} path
 * @param {string} manager
 */
async function lives(place, stderr, path, manager) {
  const [install, dev] = printed(stderr);
  assert.equal(install, `${manager} install`);
  await run('sh', ['-c', install], { cwd: place, env: env() });
  // Test files run in parallel, so each project gets free ports.
  const [port, vitePort] = [await freePort(), await freePort()];
  await edit(place, 'package.json', '"dev": "vite"', `"dev": "vite --port ${vitePort} --strictPort"`);
  await visiting(place, dev.replace('3000', String(port)), port, path, async (visit) => {
    await works(visit);
    await visit.mark();
    await edit(place, 'web/counter.ts', 'clicked ${count} times', 'pressed ${count} times');
    await visit.shows('#count', 'pressed 0 times');
    assert.ok(await visit.isMarked(), 'the page was reloaded');
    if (process.env.SCREENSHOT) await visit.page.screenshot({ path: process.env.SCREENSHOT });
  });
  await run('sh', ['-c', `${manager} run build`], { cwd: place, env: env() });
  const { stdout } = await run(BRIDGE, ['check'], { cwd: place, env: env() });
  assert.match(stdout, /no problems in/);
  await edit(place, 'web/counter.ts', 'pressed', 'clicked');
  await run('sh', ['-c', `${manager} run build`], { cwd: place, env: env() });
  const production = { VITE_BRIDGE_MODE: 'production' };
  const look = async (/** @type {Visit} */ visit) => {
    await works(visit);
    assert.match(
      (await visit.page.locator('script[type=module]').getAttribute('src')) ?? '',
      /^\/assets\/main-[\w-]+\.js$/,
    );
  };
  await visiting(place, 'cargo run', await freePort(), path, look, production);
}

/**
 * Without a build and without Vite, the error page of the application says what to start. It becomes
 * the page when Vite runs.
 *
 * @param {string} place
 */
async function wakes(place) {
  await rm(join(place, 'dist'), { recursive: true });
  await visiting(place, 'cargo run', await freePort(), '/', async (visit) => {
    assert.match(String(await visit.page.textContent('body')), /help: start Vite with `npm run dev`/);
    await visit.page.waitForSelector('#vite-bridge-notice');
    const vite = spawn('npm', ['run', 'dev'], { cwd: place, detached: true, stdio: 'ignore' });
    running.add(vite);
    await works(visit);
    process.kill(-Number(vite.pid), 'SIGTERM');
    running.delete(vite);
    // The status 500 of the error page.
    visit.complaints.length = 0;
  });
}

test('in an empty folder, init writes a small application whose tests pass', async () => {
  const place = await folder({});
  const { stdout, stderr } = await init(place);
  assert.equal(stdout, '', 'no diff to apply');
  await lives(place, stderr, '/', 'npm');
  await wakes(place);
  const { stdout: tested } = await run('cargo', ['test'], { cwd: place, env: env() });
  assert.match(tested, /test result: ok\. 1 passed/);
  await run(process.execPath, [join(place, 'node_modules/typescript/bin/tsc')], { cwd: place });
  // A second run changes nothing.
  const again = await readFile(join(place, 'web/main.ts'), 'utf8');
  const second = await init(place);
  assert.equal(await readFile(join(place, 'web/main.ts'), 'utf8'), again);
  assert.doesNotMatch(second.stderr, /^created .*main\.rs/m);
  await rm(dirname(place), { recursive: true });
});

describe('in a cargo project, init prints changes to existing files as a diff for `git apply`', () => {
  for (const [manager, { lock }] of Object.entries(MANAGERS)) {
    test(manager, async () => {
      const place = await folder(EXISTING);
      if (manager === 'npm') await writeFile(join(place, lock), '{ "lockfileVersion": 3, "packages": {} }\n');
      else await run('sh', ['-c', `${manager} install`], { cwd: place, env: env() });
      // Not every package manager writes a lock file for a project without packages.
      if (!(await readdir(place)).includes(lock)) await writeFile(join(place, lock), '');
      const { stdout, stderr } = await init(place);
      for (const [file, text] of Object.entries(EXISTING)) {
        assert.equal(await readFile(join(place, file), 'utf8'), text, `${file} is unchanged`);
      }
      await writeFile(join(place, 'vite.patch'), stdout);
      await run('git', ['apply', 'vite.patch'], { cwd: place });
      const applied = await Promise.all(
        Object.keys(EXISTING).map((file) => readFile(join(place, file), 'utf8')),
      );

      const forced = await folder(EXISTING);
      await writeFile(join(forced, lock), '');
      const { stdout: nothing } = await init(forced, '--force');
      assert.equal(nothing, '');
      const written = await Promise.all(
        Object.keys(EXISTING).map((file) => readFile(join(forced, file), 'utf8')),
      );
      assert.deepEqual(written, applied, 'the diff and --force have the same result');
      await rm(dirname(forced), { recursive: true });

      await lives(place, stderr, '/welcome', manager);
      await rm(dirname(place), { recursive: true });
    });
  }
});

test('init reports a workspace, an invalid package.json and an unknown main.rs', async () => {
  const cases = /** @type {[Record<string, string>, RegExp][]} */ ([
    [
      { 'Cargo.toml': '[workspace]\nmembers = []\n' },
      /error\[init_impossible\].*describes a workspace without a package/,
    ],
    [{ 'package.json': '{' }, /error\[init_impossible\].*cannot parse package\.json/],
  ]);
  for (const [files, message] of cases) {
    const place = await folder(files);
    await assert.rejects(init(place), ({ code, stderr }) => code === 1 && message.test(stderr));
    assert.deepEqual(await readdir(place), Object.keys(files), 'nothing was written');
    await rm(dirname(place), { recursive: true });
  }
  const place = await folder({
    ...EXISTING,
    'src/main.rs': 'fn main() {}\n',
    'vite.config.ts': 'export default {}\n',
  });
  const { stdout, stderr } = await init(place);
  assert.doesNotMatch(stdout, /main\.rs/);
  assert.match(stderr, /axum::serve\(listener, app\.into_make_service_with_connect_info/);
  assert.match(stderr, /vite\.config\.ts exists and was not changed/);
  assert.ok(!(await readdir(place)).includes('vite.config.js'));
  await rm(dirname(place), { recursive: true });
});
