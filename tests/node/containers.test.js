// The example with two containers: the commands and the environment of its compose file, in two
// network namespaces. A third one has the gateway, from which the browser's requests come.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { parse } from 'yaml';

import { edit, until } from './development.js';
import { built, firstOutput, fromRoot } from './support.js';

const EXAMPLE = fromRoot('examples/containers');
const place = fromRoot('tests/vite/8/builds/containers');
const { services, networks } = parse(await readFile(join(EXAMPLE, 'compose.yaml'), 'utf8'));
const [{ subnet }] = networks.default.ipam.config;
const port = Number(services.app.ports[0].split(':').at(-1));
/** @type {(last: number) => string} */
const address = (last) => subnet.replace(/\d+\/\d+$/, String(last));

/** The first addresses of the network, as Docker assigns them. */
const NAMESPACES = { gateway: address(1), vite: address(2), app: address(3) };
/** @type {(name: string) => string} */
const namespace = (name) => `vite-bridge-${process.pid}-${name}`;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

before(async () => {
  for (const name of Object.keys(NAMESPACES)) {
    try {
      ip('netns', 'add', namespace(name));
    } catch (error) {
      throw new Error(
        'cannot create a network namespace, which this test needs\nhelp: run the tests as root on Linux, with the package "iproute2"',
        { cause: error },
      );
    }
  }
  ip('-n', namespace('gateway'), 'link', 'add', 'bridge', 'type', 'bridge');
  for (const [name, own] of Object.entries(NAMESPACES)) {
    const device = name === 'gateway' ? 'bridge' : 'eth0';
    if (name !== 'gateway') {
      const peer = ['peer', 'name', name, 'netns', namespace('gateway')];
      ip('-n', namespace(name), 'link', 'add', device, 'type', 'veth', ...peer);
      ip('-n', namespace('gateway'), 'link', 'set', name, 'master', 'bridge', 'up');
    }
    ip('-n', namespace(name), 'address', 'add', `${own}/24`, 'dev', device);
    for (const link of ['lo', device]) ip('-n', namespace(name), 'link', 'set', link, 'up');
    // `ip netns exec` mounts this file as /etc/hosts.
    await mkdir(`/etc/netns/${namespace(name)}`, { recursive: true });
    const hosts = Object.entries(NAMESPACES).map(([other, at]) => `${at} ${other}`);
    await writeFile(`/etc/netns/${namespace(name)}/hosts`, `127.0.0.1 localhost\n${hosts.join('\n')}\n`);
  }
  await rm(place, { recursive: true, force: true });
  await cp(EXAMPLE, place, { recursive: true });
  start('vite', services.vite.command, place);
  await until(async () => (await ask('vite', 5173, '/src/main.js')).status === 200, 'response of Vite');
});

after(async () => {
  for (const child of running) await stop(child);
  for (const name of Object.keys(NAMESPACES)) {
    try {
      ip('netns', 'delete', namespace(name));
    } catch {
      // The namespace was not created.
    }
    await rm(`/etc/netns/${namespace(name)}`, { recursive: true, force: true });
  }
});

test('page, module and socket work from the gateway with the variables of the compose file', async () => {
  const app = await startApp({});
  for (const host of [`localhost:${port}`, `${services.app.environment.VITE_BRIDGE_ALLOW_HOSTS}:${port}`]) {
    const page = await ask('app', port, '/', host);
    assert.match(page.body, /<script type="module" src="\/src\/main.js">/);
    const { status, body } = await ask('app', port, '/src/main.js', host);
    assert.equal(status, 200, body);
    assert.match(body, /hello from Vite/i);
    const socket = openSocket(host, await token(host));
    await until(() => socket.text().includes('"connected"'), `connected socket of ${host}`);
    await edit(place, 'src/main.js', 'Hello', 'Hello, hello');
    await until(() => socket.text().includes('"update"'), `update for ${host}`);
    await stop(socket.child);
  }
  await stop(app);
});

test('without each variable, the module is refused and the response names the variable', async () => {
  const { VITE_BRIDGE_ALLOW_HOSTS: name } = services.app.environment;
  for (const [variable, host, text] of [
    ['VITE_BRIDGE_ALLOW_PEERS', 'localhost', `VITE_BRIDGE_ALLOW_PEERS=${NAMESPACES.gateway}`],
    ['VITE_BRIDGE_ALLOW_HOSTS', name, `VITE_BRIDGE_ALLOW_HOSTS=${name}`],
  ]) {
    const app = await startApp({ [variable]: '' });
    const { status, body } = await ask('app', port, '/@vite/client', `${host}:${port}`);
    assert.equal(status, 403, body);
    assert.ok(body.includes(text), body);
    await stop(app);
  }
  const app = await startApp({ VITE_BRIDGE_DEV_SERVER: '' });
  assert.notEqual((await ask('app', port, '/src/main.js')).status, 200);
  await stop(app);
});

/** @param {string[]} args */
function ip(...args) {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/**
 * Starts a command in a namespace, as the leader of a process group.
 *
 * @param {string} name
 * @param {string} command
 * @param {string} cwd
 * @param {Record<string, string>} env
 */
function start(name, command, cwd, env = {}) {
  const args = ['netns', 'exec', namespace(name), ...command.split(' ')];
  const child = spawn('ip', args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  running.add(child);
  return child;
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  process.kill(-Number(child.pid), 'SIGTERM');
  await exit;
}

/**
 * Starts the application with the environment of the compose file and these changes.
 *
 * @param {Record<string, string>} changes
 */
async function startApp(changes) {
  const { command, environment } = services.app;
  // The tests have built the example already.
  const program = command.replace(
    /^cargo run --example (\S+)/,
    (/** @type {string} */ _, /** @type {string} */ name) => built(`examples/${name}`),
  );
  const child = start('app', program, fromRoot(''), { ...environment, ...changes });
  await firstOutput(child);
  return child;
}

/**
 * Sends a GET request from the namespace of the gateway.
 *
 * @param {string} to
 * @param {number} port
 * @param {string} path
 * @param {string} host
 * @returns {Promise<{ status: number, body: string }>}
 */
async function ask(to, port, path, host = `${to}:${port}`) {
  const script = `require('node:http').get({ host: '${to}', port: ${port}, path: '${path}', headers: { host: '${host}' } }, (answer) => {
    let body = '';
    answer.on('data', (part) => (body += part)).on('end', () => console.log(JSON.stringify({ status: answer.statusCode, body })));
  }).on('error', () => console.log('{ "status": 0, "body": "" }'));`;
  const child = spawn('ip', ['netns', 'exec', namespace('gateway'), process.execPath, '-e', script]);
  let output = '';
  child.stdout.on('data', (part) => (output += part));
  await once(child, 'close');
  return JSON.parse(output);
}

/**
 * Returns the token of Vite's socket.
 *
 * @param {string} host
 */
async function token(host) {
  const { body } = await ask('app', port, '/@vite/client', host);
  return String(body.match(/wsToken = "([^"]+)"/)?.[1]);
}

/**
 * Opens Vite's socket from the namespace of the gateway.
 *
 * @param {string} host
 * @param {string} token
 */
function openSocket(host, token) {
  const script = `require('node:http').get({ host: 'app', port: ${port}, path: '/?token=${token}', headers: {
    host: '${host}', origin: 'http://${host}', connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol': 'vite-hmr',
  } }).on('upgrade', (_, socket, head) => { process.stdout.write(head); socket.pipe(process.stdout); })
    .on('response', (answer) => answer.pipe(process.stdout));`;
  const child = spawn('ip', ['netns', 'exec', namespace('gateway'), process.execPath, '-e', script], {
    detached: true,
  });
  running.add(child);
  let text = '';
  child.stdout.on('data', (part) => (text += part));
  return { child, text: () => text };
}
