// Measures how fast vite-bridge and other programs serve a build, in requests per second. The floor
// is a bare axum handler that sends the same bytes. Each rate is also shown as a share of the
// floor.
//
// node benches/serving.js [--rounds 7] [--seconds 1] [--only floor,vite-bridge,nginx]
//
// Needs wrk and nginx, and `npm ci` for Vite.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import {
  answers,
  cells,
  cpu,
  freePort,
  machine,
  median,
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
    seconds: { type: 'string', default: '1' },
    only: { type: 'string', default: 'floor,floor-headers,vite-bridge,memory-serve,vite-rs,ServeDir,nginx' },
  },
});
const CRATE = join(ROOT, 'benches/serving');
const ASSETS = join(CRATE, 'app/dist/assets');
const ENCODINGS = { 'accept-encoding': 'br,gzip' };

/** @type {Record<string, { size: string, headers: Record<string, string>, floor: string, isUnchanged?: boolean }>} */
const CASES = {
  '1 KB': { size: 'small', headers: {}, floor: '' },
  '1 KB, br,gzip': { size: 'small', headers: ENCODINGS, floor: '/br' },
  '100 KB': { size: 'large', headers: {}, floor: '' },
  '100 KB, br,gzip': { size: 'large', headers: ENCODINGS, floor: '/br' },
  'unchanged (304)': { size: 'small', headers: ENCODINGS, floor: '/304', isUnchanged: true },
};

build();
const { ports, pids } = await servers();
const names = values.only.split(',');
/** @type {Map<string, number[]>} */
const costs = new Map();
const etags = await tags();
const rates = rounds(Number(values.rounds), Object.keys(CASES), names, (what, name) => {
  const { headers, isUnchanged } = CASES[what];
  const before = cpu(pids[name]);
  // wrk does not count status 304 as an error.
  const rate = wrk(
    url(what, name),
    values.seconds,
    isUnchanged ? { ...headers, 'if-none-match': etags[name] } : headers,
  );
  const cost = ((cpu(pids[name]) - before) * 1e6) / (rate * Number(values.seconds));
  costs.set(`${what} ${name}`, [...(costs.get(`${what} ${name}`) ?? []), cost]);
  return rate;
});
console.log(
  `\n${machine()}, ${values.rounds} alternating rounds of ${values.seconds} s; requests/s, and share of the floor`,
);
console.log(`| | ${Object.keys(CASES).join(' | of floor | ')} | of floor |`);
console.log(`|---${'|---'.repeat(Object.keys(CASES).length * 2)}|`);
for (const name of names) {
  const row = Object.keys(CASES).flatMap((what) => cells(rates(what, name), rates(what, 'floor')));
  console.log(`| ${[name, ...row].join(' | ')} |`);
}
console.log(`\nmedian CPU time of the server for each request in microseconds, and share of the floor`);
console.log(`| | ${Object.keys(CASES).join(' | of floor | ')} | of floor |`);
console.log(`|---${'|---'.repeat(Object.keys(CASES).length * 2)}|`);
for (const name of names) {
  const cost = (/** @type {string} */ what, /** @type {string} */ name) =>
    median(costs.get(`${what} ${name}`) ?? []);
  const row = Object.keys(CASES).flatMap((what) => [
    cost(what, name).toFixed(1),
    (cost(what, name) / cost(what, 'floor')).toFixed(2),
  ]);
  console.log(`| ${[name, ...row].join(' | ')} |`);
}
process.exit();

/**
 * Builds the front end, the servers and the compressed files. Compression comes last, because the
 * build of vite-rs removes them.
 */
function build() {
  const vite = () =>
    execFileSync(
      process.execPath,
      [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', join(CRATE, 'app')],
      {
        stdio: 'ignore',
      },
    );
  vite();
  const cargo = (/** @type {string[]} */ ...args) =>
    execFileSync('cargo', args, { cwd: ROOT, stdio: 'inherit' });
  cargo('build', '-q', '--release', '-p', 'vite-bridge-serving');
  cargo('run', '-q', '--release', '-p', 'vite-bridge-cli', '--', 'compress', join(CRATE, 'app/dist'));
}

async function servers() {
  /** @type {Record<string, number>[]} */
  const [ports, pids] = [{}, {}];
  for (const name of ['floor', 'floor-headers', 'vite-bridge', 'memory-serve', 'vite-rs', 'ServeDir']) {
    ports[name] = await freePort();
    pids[name] = start(built('vite-bridge-serving', 'release'), [name, String(ports[name])], CRATE);
  }
  ports.nginx = await freePort();
  pids.nginx = startNginx(
    'server',
    `server { listen 127.0.0.1:${ports.nginx}; root ${CRATE}/app/dist; gzip_static on; gzip_vary on;
      open_file_cache max=100; location /assets { add_header Cache-Control "public, max-age=31536000, immutable"; } }`,
    2,
  );
  return { ports, pids };
}

/** @param {string} size */
function file(size) {
  const name = readdirSync(ASSETS).find((name) => name.includes(size) && name.endsWith('.js'));
  if (!name) throw new Error(`no ${size} script in ${ASSETS}`);
  return name;
}

/**
 * @param {string} what
 * @param {string} name
 */
function url(what, name) {
  const { size, floor } = CASES[what];
  return `http://127.0.0.1:${ports[name]}${name.startsWith('floor') ? floor : ''}/assets/${file(size)}`;
}

/**
 * Checks every server in every case before the measurement: the complete file, and 304 for the
 * server's own ETag.
 */
async function tags() {
  /** @type {Record<string, string>} */
  const etags = {};
  for (const name of names) {
    for (const [what, { size, headers, isUnchanged }] of Object.entries(CASES)) {
      const expected = statSync(join(ASSETS, file(size))).size;
      if (!isUnchanged) {
        const answer = await answers(
          name,
          url(what, name),
          (answer, size) => answer.ok && size === expected,
          // Without the header, fetch accepts encodings by default.
          { 'accept-encoding': 'identity', ...headers },
        );
        if (size === 'small') etags[name] = answer.headers.get('etag') ?? '';
        console.log(`${name}, ${what}: ${answer.headers.get('content-encoding') ?? 'identity'}`);
      } else {
        const given = { ...headers, 'if-none-match': etags[name] };
        await answers(name, url(what, name), (answer) => answer.status === 304, given);
      }
    }
  }
  return etags;
}
