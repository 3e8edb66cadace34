// `vite-bridge doctor`: no findings on a healthy project, and a code for each common problem.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { freePort, startApp, startVite, stop, stopAll } from './development.js';
import { built, fromRoot } from './support.js';

const run = promisify(execFile);
const MAJOR = 8;
const place = fromRoot(`tests/vite/${MAJOR}/builds/doctor`);
const vite = fromRoot(`tests/vite/${MAJOR}/node_modules/vite/bin/vite.js`);

after(stopAll);

/** A folder for fake programs, which tests put on the PATH. */
const tools = join(tmpdir(), `vite-bridge-doctor-${process.pid}`);
after(() => rm(tools, { recursive: true, force: true }));

/**
 * @param {Record<string, string>} files
 * @param {string} where
 */
async function write(files, where = place) {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(where, file)), { recursive: true });
    await writeFile(join(where, file), text);
  }
}

/**
 * Returns the source of a vite.config.js.
 *
 * @param {string} options of the configuration, as source
 */
const config = (options = '', plugin = 'bridge()') =>
  `import bridge from './plugin/index.js'\nexport default { plugins: [${plugin}], build: { rollupOptions: { input: 'src/main.js' } }, server: { port: ${port}, hmr: { path: '/hmr' } }, ${options} }\n`;

let port = 0;

/** Creates a project without problems, and builds it. */
async function healthy() {
  port = await freePort();
  await rm(place, { recursive: true, force: true });
  await cp(fromRoot('js'), join(place, 'plugin'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  await write({
    'package.json': '{ "type": "module", "scripts": { "dev": "vite" } }',
    'package-lock.json': '{}',
    'src/main.js': "import './main.css'\nconsole.log('here')\n",
    'src/main.css': 'body { color: red }\n',
    'vite.config.js': config(),
  });
  await run(process.execPath, [vite, 'build'], { cwd: place });
}

/**
 * Runs the doctor, once for JSON and once for text.
 *
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number, findings: { status: string, check: string, code?: string, message: string, help?: string }[], text: string }>}
 */
async function doctor(args = [], env = {}) {
  const options = { cwd: place, env: { ...process.env, ...env } };
  const bin = built('vite-bridge');
  const [json, text] = await Promise.all(
    [['--json'], []].map((more) =>
      run(bin, ['doctor', ...args, ...more], options).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }) => ({ code, stdout }),
      ),
    ),
  );
  assert.equal(json.code, text.code);
  return { code: json.code, findings: JSON.parse(json.stdout), text: text.stdout };
}

/**
 * Asserts that the doctor reports the code, with help, as JSON and as text.
 *
 * @param {string} code
 * @param {{ args?: string[], env?: NodeJS.ProcessEnv, isWarning?: boolean }} [how]
 */
async function finds(code, { args, env, isWarning = false } = {}) {
  const found = await doctor(args, env);
  const finding = found.findings.find((finding) => finding.code === code);
  assert.ok(finding, `${code} is not in:\n${found.text}`);
  assert.equal(finding.status, isWarning ? 'warning' : 'error');
  assert.ok(finding.help);
  const hasError = found.findings.some(({ status }) => status === 'error');
  assert.equal(found.code, hasError ? 1 : 0, found.text);
  assert.ok(found.text.includes(`vite-bridge explain ${code}`));
  const lines = found.text.split('\n');
  const at = lines.findIndex((line) => line.endsWith(`explain ${code}`)) - 2;
  console.log(`# ${lines[at]}\n#   ${lines[at + 1]?.trim()}`);
  return finding;
}

/** @type {import('node:http').Server[]} */
const servers = [];

afterEach(async () => {
  servers.splice(0).forEach((server) => server.close());
  await rm(tools, { recursive: true, force: true });
});

test('a healthy project has no findings, with and without its dev server', async () => {
  await healthy();
  const found = await doctor();
  assert.equal(found.code, 0, found.text);
  assert.deepEqual(new Set(found.findings.map(({ status }) => status)), new Set(['ok']), found.text);
  assert.deepEqual(
    found.findings.map(({ check }) => check),
    ['node', 'package', 'vite', 'config', 'plugin', 'build', 'dev server'],
  );
  const [vitePort, appPort] = [await freePort(), await freePort()];
  const server = await startVite(MAJOR, place, vitePort);
  const app = await startApp(place, appPort, {}, undefined, ['src/main.js']);
  const running = await doctor(['--url', `http://localhost:${appPort}`]);
  assert.equal(running.code, 0, running.text);
  assert.match(running.text, /ok +dev server +http:\/\//);
  assert.match(running.text, /ok +application +http:\/\/localhost:\d+ forwards requests to Vite/);
  const hiding = await listen(async (request, response) => {
    const isHidden = request.url === '/src/main.js';
    const answer = isHidden ? undefined : await fetch(`http://localhost:${appPort}${request.url}`);
    response.setHeader('content-type', answer?.headers.get('content-type') ?? 'text/html');
    response.end((await answer?.text()) ?? '<h1>A page');
  });
  await finds('route_hides_vite', { args: ['--url', `http://localhost:${hiding.port}/`], isWarning: true });
  const refused = await finds('host_not_allowed', { args: ['--url', `http://myapp.test:${appPort}/`] });
  assert.match(String(refused.help), /VITE_BRIDGE_ALLOW_HOSTS=myapp\.test$/);

  const other = await listen((_, response) => response.writeHead(404).end('nothing here'));
  await finds('not_proxied', { args: ['--url', `http://localhost:${other.port}/`] });
  other.close();
  await stop(app);
  await stop(server);
});

/** @type {Record<string, { files?: Record<string, string>, args?: string[], isWarning?: boolean, prepare?: () => Promise<void | NodeJS.ProcessEnv> }>} */
const PROBLEMS = {
  node_missing: { prepare: async () => ({ PATH: '/nowhere' }) },
  node_too_old: {
    async prepare() {
      await program('node', `[ "$1" = --version ] && echo v16.20.2 || exec "${process.execPath}" "$@"`);
      return { PATH: `${tools}:${process.env.PATH}` };
    },
  },
  package_json_missing: { args: ['--project', '/'] },
  package_manager_missing: {
    files: { 'bun.lock': '' },
    async prepare() {
      await rm(join(place, 'package-lock.json'));
      await mkdir(tools, { recursive: true });
      await symlink(process.execPath, join(tools, 'node'));
      return { PATH: tools };
    },
  },
  dev_server_not_started: { files: { 'package.json': '{ "type": "module" }' }, isWarning: true },
  two_lock_files: { files: { 'yarn.lock': '' }, isWarning: true },
  packages_missing: {
    async prepare() {
      const folder = await mkdtemp(join(tmpdir(), 'vite-bridge-bare-'));
      await write({ 'package.json': '{}' }, folder);
      this.args = ['--project', folder];
    },
  },
  vite_unsupported: { files: { 'node_modules/vite/package.json': '{ "version": "4.5.14" }' } },
  two_vites: {
    files: {
      'package.json': '{ "type": "module", "devDependencies": { "some-plugin": "1" } }',
      'node_modules/some-plugin/package.json': '{ "version": "1.0.0" }',
      'node_modules/some-plugin/node_modules/vite/package.json': '{ "version": "6.1.0" }',
    },
  },
  vite_config_invalid: { files: { 'vite.config.js': "import 'not-installed'\nexport default {}\n" } },
  vite_config_missing: { isWarning: true, prepare: () => rm(join(place, 'vite.config.js')) },
  plugin_missing: { isWarning: true, prepare: () => write({ 'vite.config.js': config('', '') }) },
  plugin_mismatch: {
    files: { 'Cargo.lock': 'version = 4\n\n[[package]]\nname = "vite-bridge"\nversion = "0.2.3"\n' },
  },
  manifest_off: { prepare: () => write({ 'vite.config.js': config('build: { manifest: false }') }) },
  hmr_elsewhere: {
    prepare: () => write({ 'vite.config.js': config('server: { hmr: { clientPort: 5173 } }') }),
  },
  server_origin_set: {
    prepare: () => write({ 'vite.config.js': config("server: { origin: 'http://localhost:5173' }") }),
  },
  app_type_not_custom: { prepare: () => write({ 'vite.config.js': config("appType: 'spa'") }) },
  dev_file_left_over: {
    prepare: async () =>
      write({ '.vite-bridge/dev.json': JSON.stringify({ version: 1, url: `http://127.0.0.1:${port}/` }) }),
  },
  dev_server_elsewhere: {
    async prepare() {
      const other = await listen((_, response) => response.end('<!doctype html>'));
      // Another output directory has another dev file.
      await write({
        'vite.config.js': config("build: { outDir: 'web/out' }"),
        '.vite-bridge/dev-web-out.json': JSON.stringify({
          version: 1,
          url: `http://127.0.0.1:${other.port}/`,
        }),
      });
    },
  },
  port_taken: {
    async prepare() {
      const other = await listen((_, response) => response.end());
      await write({ 'vite.config.js': config(`server: { port: ${other.port}, strictPort: true }`) });
    },
  },
  dist_not_in_image: {
    files: {
      Dockerfile: 'FROM rust\nCOPY . .\nRUN cargo build --release\n',
      '.dockerignore': 'target\ndist\n',
    },
  },
  manifest_not_found: { isWarning: true, prepare: () => rm(join(place, 'dist'), { recursive: true }) },
  manifest_invalid_json: { files: { 'dist/.vite/manifest.json': '' } },
  asset_file_missing: { prepare: () => rm(join(place, 'dist/assets'), { recursive: true }) },
  base_mismatch: {
    isWarning: true,
    async prepare() {
      await write({ 'vite.config.js': config("base: './'") });
      await run(process.execPath, [vite, 'build'], { cwd: place });
    },
  },
  build_outdated: {
    isWarning: true,
    async prepare() {
      const later = new Date(Date.now() + 60_000);
      await utimes(join(place, 'src/main.js'), later, later);
    },
  },
};

describe('the doctor finds each problem', () => {
  for (const [code, problem] of Object.entries(PROBLEMS)) {
    test(code, async () => {
      await healthy();
      await write(problem.files ?? {});
      const env = (await problem.prepare?.()) ?? {};
      await finds(code, { args: problem.args, env, isWarning: problem.isWarning });
    });
  }
});

test('the version of Vite+ is the version of the Vite that it bundles', async () => {
  await healthy();
  await write({
    'node_modules/vite/package.json':
      '{ "version": "1.6.0", "bundledVersions": { "vite": "8.3.7" }, "type": "module", "exports": { ".": "./index.js", "./package.json": "./package.json" } }',
    'node_modules/vite/index.js': `export * from '${fromRoot(`tests/vite/${MAJOR}/node_modules/vite/dist/node/index.js`)}'`,
  });
  const found = await doctor();
  assert.equal(found.findings.find(({ check }) => check === 'vite')?.message, '8.3.7');
  assert.equal(found.code, 0, found.text);
});

/**
 * Starts a server that stops after the test.
 *
 * @param {import('node:http').RequestListener} answer
 */
async function listen(answer) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { port, close: () => server.close() };
}

/**
 * Writes a shell script to the folder of fake programs.
 *
 * @param {string} name
 * @param {string} script
 */
async function program(name, script) {
  await write({ [name]: `#!/bin/sh\n${script}\n` }, tools);
  await chmod(join(tools, name), 0o755);
}
