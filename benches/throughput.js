// Measures the throughput of the development proxy and of other proxies: requests per second, also
// as a share of the rate of direct requests to the upstream, and the CPU time of a proxy for one
// request.
//
// node benches/throughput.js [--rounds 7] [--seconds 2] [--builds release,debug] [--also NAME=PROGRAM]...
//
// Needs wrk and nginx. PROGRAM receives two arguments: its port and the port of the upstream.
// `{build}` in it is replaced by release, debug or deps-optimised.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import {
  answers,
  cells,
  cpu,
  freePort,
  machine,
  median,
  place,
  ROOT,
  rounds,
  start,
  startNginx,
  wrk,
} from './measure.js';
import { built } from '../tests/node/support.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    also: { type: 'string', multiple: true, default: [] },
    builds: { type: 'string', default: 'release,debug,deps-optimised' },
  },
});
const builds = values.builds.split(',');
const PROGRAMS = join(ROOT, 'target/throughput');
const FILES = { '1k.js': 1024, '1m.js': 1024 * 1024 };

// axum-vite proxies only with debug assertions, so the release build keeps them for that crate.
const BUILDS = {
  release: ['--release', '--config', 'profile.release.package.axum-vite.debug-assertions=true'],
  debug: [],
  // `package."*"` covers dependencies only. Here vite-bridge is a workspace member; for a user it
  // is a dependency.
  'deps-optimised': [
    '--config',
    'profile.dev.package."*".opt-level=2',
    '--config',
    'profile.dev.package.vite-bridge.opt-level=2',
  ],
};

build();
const nginx = await upstreamOfNginx();
const vite = await upstreamOfVite();
await report('nginx', [
  { name: 'direct', port: nginx },
  { name: 'nginx as proxy', port: await proxyOfNginx(nginx) },
  ...(await contenders(nginx, builds)),
]);
await report('Vite 8', [{ name: 'direct', port: vite }, ...(await contenders(vite, builds))]);
process.exit();

/** Builds one program for each build profile. */
function build() {
  mkdirSync(PROGRAMS, { recursive: true });
  for (const [name, args] of Object.entries(BUILDS).filter(([name]) => builds.includes(name))) {
    const command = ['build', '-q', '-p', 'vite-bridge-benches', '--bin', 'forward', ...args];
    execFileSync('cargo', command, { cwd: ROOT, stdio: 'inherit' });
    const profile = args.includes('--release') ? 'release' : 'debug';
    copyFileSync(built('forward', profile), join(PROGRAMS, `forward-${name}`));
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
      const pid = start(join(PROGRAMS, `forward-${build}`), [name, String(port), String(upstream)]);
      list.push({ name: `${name}, ${build}`, port, pid });
    }
    for (const [name, program] of values.also.map((also) => also.split('='))) {
      const port = await freePort();
      const pid = start(program.replace('{build}', build), [String(port), String(upstream)]);
      list.push({ name: `${name}, ${build}`, port, pid });
    }
  }
  return list;
}

/**
 * @param {string} upstream
 * @param {{ name: string, port: number, pid?: number }[]} list
 */
async function report(upstream, list) {
  const ports = new Map(list.map(({ name, port }) => [name, port]));
  const url = (/** @type {string} */ file, /** @type {string} */ name) =>
    `http://127.0.0.1:${ports.get(name)}/${file}`;
  for (const name of ports.keys()) {
    for (const [file, length] of Object.entries(FILES)) {
      await answers(name, url(file, name), (answer, size) => answer.ok && size === length);
    }
  }
  const names = [...ports.keys()];
  const pids = new Map(list.map(({ name, pid }) => [name, pid]));
  /** @type {Map<string, number[]>} microseconds for each request */
  const costs = new Map();
  const rates = rounds(Number(values.rounds), Object.keys(FILES), names, (file, name) => {
    const pid = pids.get(name);
    const before = pid ? cpu(pid) : 0;
    const rate = wrk(url(file, name), values.seconds);
    const cost = pid ? ((cpu(pid) - before) * 1e6) / (rate * Number(values.seconds)) : 0;
    costs.set(`${file} ${name}`, [...(costs.get(`${file} ${name}`) ?? []), cost]);
    return rate;
  });
  console.log(
    `\nupstream ${upstream}, ${machine()}, ${values.rounds} alternating rounds of ${values.seconds} s`,
  );
  console.log('| | 1 KB, requests/s | of direct | CPU µs | 1 MB, requests/s | of direct | CPU µs |');
  console.log('|---|---|---|---|---|---|---|');
  for (const name of names) {
    const row = Object.keys(FILES).flatMap((file) => [
      ...cells(rates(file, name), rates(file, 'direct')),
      pids.get(name) ? median(costs.get(`${file} ${name}`) ?? []).toFixed(1) : '',
    ]);
    console.log(`| ${[name, ...row].join(' | ')} |`);
  }
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

/** Starts a dev server with the files in `public/`. */
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
