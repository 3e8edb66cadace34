// Finds nginx for the tests with reverse proxies, installs it if it is missing, and starts it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// Debian has nginx in a folder that may be missing in the PATH of a user.
const PATH = `${process.env.PATH}:/usr/sbin`;

const isInstalled = () => spawnSync('nginx', ['-v'], { env: { PATH } }).status === 0;

/** Installs nginx if it is missing, and throws if that fails. */
export function ensureNginx() {
  if (isInstalled()) return;
  console.log('nginx is missing; installing it');
  if (process.getuid?.() === 0) {
    spawnSync('apt-get', ['update'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'nginx-light'], { stdio: 'inherit' });
  }
  if (isInstalled()) return;
  throw new Error(
    'cannot install nginx, which the tests of reverse proxies need\nhelp: install Debian\'s package "nginx-light"',
  );
}

/**
 * Starts nginx and waits until it listens. Returns a function that stops it.
 *
 * @param {string} servers the content of the `http` block
 * @param {number[]} ports
 */
export async function startNginx(servers, ports) {
  const folder = await mkdtemp(join(tmpdir(), 'vite-bridge-nginx-'));
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  const config = `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events { worker_connections 256; }
http { access_log off; ${paths}
${servers}
}`;
  await writeFile(join(folder, 'nginx.conf'), config);
  const args = ['-e', 'stderr', '-c', join(folder, 'nginx.conf')];
  const child = spawn('nginx', args, { env: { PATH }, stdio: ['ignore', 'ignore', 'inherit'] });
  const end = once(child, 'exit');
  await Promise.race([
    Promise.all(ports.map(listens)),
    end.then(([status]) => {
      throw new Error(`nginx ended with status ${status}`);
    }),
  ]);
  return async () => {
    child.kill('SIGTERM');
    await end;
    await rm(folder, { recursive: true });
  };
}

/**
 * Waits until a port accepts a connection.
 *
 * @param {number} port
 */
async function listens(port) {
  for (let tries = 0; tries < 300; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise((resolve) =>
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port} after 15 seconds`);
}
