// Shared by the throughput benchmarks: starting and stopping programs, nginx, wrk, and alternating
// rounds.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const CONNECTIONS = 16;

/** A folder that is removed when the process ends. */
export const place = mkdtempSync(join(tmpdir(), 'vite-bridge-bench-'));

/** @type {import('node:child_process').ChildProcess[]} */
const running = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
process.on('exit', () => {
  running.forEach((child) => child.kill('SIGTERM'));
  rmSync(place, { recursive: true, force: true });
});

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} [cwd]
 */
export function start(program, args, cwd) {
  const child = spawn(program, args, { stdio: 'ignore', cwd });
  running.push(child);
  return Number(child.pid);
}

/**
 * Returns the CPU time of a process and its children in seconds. It varies less than request rates
 * on a shared machine.
 *
 * @param {number} pid
 * @returns {number}
 */
export function cpu(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return (Number(stat[11]) + Number(stat[12])) / 100 + children.reduce((sum, id) => sum + cpu(Number(id)), 0);
}

/**
 * Starts nginx with the server blocks.
 *
 * @param {string} name
 * @param {string} servers
 * @param {number} workers
 */
export function startNginx(name, servers, workers = 1) {
  const folder = join(place, name);
  mkdirSync(folder);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `user root; worker_processes ${workers}; daemon off; pid ${folder}/pid; error_log ${folder}/errors;
     events { worker_connections 1024; }
     http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; types { text/javascript js; }
       ${paths.join(' ')} ${servers} }`,
  );
  return start('nginx', [
    '-c',
    join(folder, 'nginx.conf'),
    ...(workers === 1 ? ['-g', 'master_process off;'] : []),
  ]);
}

/**
 * Measures requests per second with wrk.
 *
 * @param {string} url
 * @param {string} seconds
 * @param {Record<string, string>} headers
 * @param {RegExp} [complaint] an error in wrk's output
 */
export function wrk(url, seconds, headers = {}, complaint = /Non-2xx/) {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, ...given, url];
  const output = execFileSync('wrk', args, { encoding: 'utf8' });
  if (complaint.test(output)) throw new Error(`${url}: ${output}`);
  return Number(output.match(/Requests\/sec:\s+([\d.]+)/)?.[1]);
}

/** @param {number[]} numbers */
export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/**
 * Measures every name in every case in alternating rounds, so that other load on the machine
 * affects all of them. Returns a function that looks up the rates.
 *
 * @param {number} count of rounds
 * @param {string[]} cases
 * @param {string[]} names
 * @param {(what: string, name: string) => number} measure
 */
export function rounds(count, cases, names, measure) {
  /** @type {Map<string, number[]>} */
  const rates = new Map();
  for (let round = 0; round < count; round++) {
    for (const what of cases) {
      for (const name of names) {
        const key = `${what} ${name}`;
        rates.set(key, [...(rates.get(key) ?? []), measure(what, name)]);
      }
    }
  }
  return (/** @type {string} */ what, /** @type {string} */ name) => rates.get(`${what} ${name}`) ?? [];
}

/**
 * Formats rates as `1234 (1200-1300)`, and their share of a baseline. The share is the median of
 * the shares of each round, because other load slows both in the same round.
 *
 * @param {number[]} all
 * @param {number[]} baseline
 */
export function cells(all, baseline) {
  const [low, high] = [Math.min(...all), Math.max(...all)].map((rate) => Math.round(rate));
  const shares = all.map((rate, round) => rate / baseline[round]);
  return [`${Math.round(median(all))} (${low}-${high})`, median(shares).toFixed(2)];
}

export function machine() {
  return `wrk -t1 -c${CONNECTIONS}, ${cpus().length} cores`;
}

/**
 * Waits until a server gives the correct response.
 *
 * @param {string} name
 * @param {string} url
 * @param {(answer: Response, size: number) => boolean} isCorrect
 * @param {Record<string, string>} headers
 */
export async function answers(name, url, isCorrect, headers = {}) {
  let last = 'nothing';
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(url, { headers }).catch(() => undefined);
    const size = answer && (await answer.arrayBuffer()).byteLength;
    if (answer && isCorrect(answer, Number(size))) return answer;
    last = answer ? `${answer.status}, ${size} bytes` : last;
    await sleep(100);
  }
  throw new Error(`${name} gave no correct response at ${url}; the last one: ${last}`);
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** The milliseconds since 1970, with the same clock as in a browser on this machine. */
export const now = () => performance.timeOrigin + performance.now();

/**
 * Reports the state of a page at each frame in which it differs from the last one. Returns a
 * function that waits for a state that includes a text, and returns the time of its frame.
 *
 * @param {import('playwright-core').Page} page
 * @param {() => string} look runs in the page
 */
export async function reportFrames(page, look) {
  /** @type {{ state: string, time: number }} */
  let last = { state: '', time: 0 };
  let report = () => {};
  await page.exposeFunction('reportFrame', (/** @type {string} */ state, /** @type {number} */ time) => {
    last = { state, time };
    report();
  });
  await page.addInitScript(`{
    const look = ${look};
    let last;
    const frame = () => {
      const state = look();
      if (state !== last) reportFrame(state, performance.timeOrigin + performance.now());
      last = state;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }`);
  return async (/** @type {string} */ text) => {
    while (!last.state.includes(text)) await new Promise((resolve) => (report = () => resolve(undefined)));
    return last.time;
  };
}
