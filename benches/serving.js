// What serving a build costs: requests a second, as shares of a bare axum handler with the same bytes, beside others.
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
  // wrk counts 304 among what is no error.
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
  `\n${machine()}, ${values.rounds} rounds of ${values.seconds} s in turns; requests/s, and of the floor`,
);
console.log(`| | ${Object.keys(CASES).join(' | of floor | ')} | of floor |`);
console.log(`|---${'|---'.repeat(Object.keys(CASES).length * 2)}|`);
for (const name of names) {
  const row = Object.keys(CASES).flatMap((what) => cells(rates(what, name), rates(what, 'floor')));
  console.log(`| ${[name, ...row].join(' | ')} |`);
}
console.log(`\nmicroseconds of the server's CPU for one request, median, and of the floor`);
console.log(`| | ${Object.keys(CASES).join(' | of floor | ')} | of floor |`);
console.log(`|---${'|---'.repeat(Object.keys(CASES).length * 2)}|`);
for (const name of names) {
  const of = (/** @type {string} */ what, /** @type {string} */ name) =>
    median(costs.get(`${what} ${name}`) ?? []);
  const row = Object.keys(CASES).flatMap((what) => [
    of(what, name).toFixed(1),
    (of(what, name) / of(what, 'floor')).toFixed(2),
  ]);
  console.log(`| ${[name, ...row].join(' | ')} |`);
}
process.exit();

/** The build, the program with its peers, and the encodings, which vite-rs removes when it builds again. */
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
  if (!name) throw new Error(`no ${size} file in ${ASSETS}; ${place} is not it`);
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

/** Every server answers every case right before it is measured: with the whole file, and with 304 for its own tag. */
async function tags() {
  /** @type {Record<string, string>} */
  const etags = {};
  for (const name of names) {
    for (const [what, { size, headers, isUnchanged }] of Object.entries(CASES)) {
      const whole = statSync(join(ASSETS, file(size))).size;
      if (!isUnchanged) {
        const answer = await answers(
          name,
          url(what, name),
          (answer, size) => answer.ok && size === whole,
          // fetch asks for encodings of its own accord.
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
