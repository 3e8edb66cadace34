// What the development proxy costs: requests a second through it, as shares of asking the upstream directly, beside others.
//
// node benches/throughput.js [--rounds 7] [--seconds 2] [--also NAME=PROGRAM]...
//
// Needs wrk and nginx. A PROGRAM is called with its port and the upstream's; `{build}` in it becomes release, debug, deps-optimised.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    also: { type: 'string', multiple: true, default: [] },
  },
});
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAMS = join(ROOT, 'target/throughput');
const FILES = { '1k.js': 1024, '1m.js': 1024 * 1024 };
const CONNECTIONS = '16';

// axum-vite proxies in debug builds only, so that its own crate keeps its assertions in a release build.
const BUILDS = {
  release: ['--release', '--config', 'profile.release.package.axum-vite.debug-assertions=true'],
  debug: [],
  // Here the crate is a member of the workspace; for a user it is one of the dependencies.
  'deps-optimised': [
    '--config',
    'profile.dev.package."*".opt-level=2',
    '--config',
    'profile.dev.package.vite-bridge.opt-level=2',
  ],
};

const place = mkdtempSync(join(tmpdir(), 'vite-bridge-throughput-'));
/** @type {import('node:child_process').ChildProcess[]} */
const running = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
process.on('exit', () => {
  running.forEach((child) => child.kill('SIGKILL'));
  rmSync(place, { recursive: true, force: true });
});

build();
const nginx = await upstreamOfNginx();
const vite = await upstreamOfVite();
await report('nginx', [
  { name: 'direct', port: nginx },
  { name: 'nginx as proxy', port: await proxyOfNginx(nginx) },
  ...(await contenders(nginx, Object.keys(BUILDS))),
]);
await report('Vite 8', [{ name: 'direct', port: vite }, ...(await contenders(vite, Object.keys(BUILDS)))]);
process.exit();

/** One program for each build. */
function build() {
  mkdirSync(PROGRAMS, { recursive: true });
  for (const [name, args] of Object.entries(BUILDS)) {
    const command = ['build', '-q', '-p', 'vite-bridge-benches', '--bin', 'forward', ...args];
    execFileSync('cargo', command, { cwd: ROOT, stdio: 'inherit' });
    const profile = args.includes('--release') ? 'release' : 'debug';
    copyFileSync(join(ROOT, `target/${profile}/forward`), join(PROGRAMS, `forward-${name}`));
  }
}

/**
 * @param {number} upstream
 * @param {string[]} builds
 */
async function contenders(upstream, builds) {
  const list = [];
  for (const build of builds) {
    for (const name of ['vite-bridge', 'reqwest', 'axum-vite']) {
      const port = await freePort();
      start(join(PROGRAMS, `forward-${build}`), [name, String(port), String(upstream)]);
      list.push({ name: `${name}, ${build}`, port });
    }
    for (const [name, program] of values.also.map((also) => also.split('='))) {
      const port = await freePort();
      start(program.replace('{build}', build), [String(port), String(upstream)]);
      list.push({ name: `${name}, ${build}`, port });
    }
  }
  return list;
}

/**
 * In turns, so that a noisy neighbour hits all of them.
 *
 * @param {string} upstream
 * @param {{ name: string, port: number }[]} list
 */
async function report(upstream, list) {
  /** @type {Map<string, number[]>} */
  const rates = new Map();
  for (const { name, port } of list) for (const file of Object.keys(FILES)) await answers(name, port, file);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const file of Object.keys(FILES)) {
      for (const { name, port } of list) {
        const key = `${file} ${name}`;
        rates.set(key, [...(rates.get(key) ?? []), measure(port, file)]);
      }
    }
  }
  console.log(
    `\nupstream ${upstream}, wrk -t1 -c${CONNECTIONS}, ${values.rounds} rounds of ${values.seconds} s in turns, ${cpus().length} cores`,
  );
  console.log('| | 1 KB, requests/s | of direct | 1 MB, requests/s | of direct |\n|---|---|---|---|---|');
  for (const { name } of list) {
    const cells = Object.keys(FILES).flatMap((file) => {
      const all = /** @type {number[]} */ (rates.get(`${file} ${name}`));
      const direct = median(/** @type {number[]} */ (rates.get(`${file} direct`)));
      const [low, high] = [Math.min(...all), Math.max(...all)].map((rate) => Math.round(rate));
      return [`${Math.round(median(all))} (${low}-${high})`, (median(all) / direct).toFixed(2)];
    });
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
}

/**
 * @param {number} port
 * @param {string} file
 */
function measure(port, file) {
  const url = `http://127.0.0.1:${port}/${file}`;
  const output = execFileSync('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${values.seconds}s`, url], {
    encoding: 'utf8',
  });
  if (/Non-2xx/.test(output)) throw new Error(`${url}: ${output}`);
  return Number(output.match(/Requests\/sec:\s+([\d.]+)/)?.[1]);
}

/** @param {number[]} numbers */
function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** A server that is up and gives the whole file. */
async function answers(/** @type {string} */ name, /** @type {number} */ port, /** @type {string} */ file) {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/${file}`).catch(() => undefined);
    const size = answer && (await answer.arrayBuffer()).byteLength;
    if (answer?.ok && size === FILES[/** @type {keyof typeof FILES} */ (file)]) return;
    await sleep(100);
  }
  throw new Error(`${name} does not answer on port ${port} with ${file}`);
}

async function upstreamOfNginx() {
  const port = await freePort();
  files(join(place, 'www'));
  startNginx('upstream', `server { listen 127.0.0.1:${port}; root ${place}/www; open_file_cache max=10; }`);
  return port;
}

/** @param {number} upstream */
async function proxyOfNginx(upstream) {
  const port = await freePort();
  startNginx(
    'proxy',
    `upstream it { server 127.0.0.1:${upstream}; keepalive 64; }
     server { listen 127.0.0.1:${port}; location / {
       proxy_pass http://it; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0; } }`,
  );
  return port;
}

/** Files of `public/`, from the dev server itself. */
async function upstreamOfVite() {
  const port = await freePort();
  files(join(place, 'vite/public'));
  const bin = join(ROOT, 'node_modules/vite/bin/vite.js');
  start(process.execPath, [
    bin,
    join(place, 'vite'),
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--strictPort',
  ]);
  return port;
}

/** @param {string} folder */
function files(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, size] of Object.entries(FILES)) writeFileSync(join(folder, name), 'x'.repeat(size));
}

/**
 * @param {string} name
 * @param {string} servers
 */
function startNginx(name, servers) {
  const folder = join(place, name);
  mkdirSync(folder);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/errors;
     events { worker_connections 1024; }
     http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; types { text/javascript js; }
       ${paths.join(' ')} ${servers} }`,
  );
  start('nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'master_process off;']);
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function start(program, args) {
  running.push(spawn(program, args, { stdio: 'ignore' }));
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
