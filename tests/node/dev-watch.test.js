// `vite-bridge dev` while sources change: rebuilds, restarts and compile errors.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

import { launch } from './chromium.js';
import { edit, freePort, until, Visit } from './development.js';
import { built, MAJORS } from './support.js';
import { WATCHED_TARGET, watchedProject } from './watched.js';

/** @type {string} */ let place;
/** @type {import('playwright-core').Browser} */ let browser;
/** @type {import('node:child_process').ChildProcess | undefined} */ let dev;
/** @type {Visit | undefined} */ let visit;
let output = '';

before(async () => {
  browser = await launch();
});
after(() => browser?.close());
afterEach(async () => {
  await visit?.close();
  visit = undefined;
  await end();
});

async function end() {
  const running = dev;
  dev = undefined;
  if (!running || running.exitCode !== null) return;
  const exit = once(running, 'exit');
  running.kill('SIGINT');
  assert.deepEqual(await exit, [130, null]);
}

/**
 * Creates a project and runs `vite-bridge dev` in it until both servers are ready. Returns the URL
 * of the page.
 *
 * @param {(port: number) => string[]} options
 * @param {number} major
 * @param {(main: string) => string} [broken] changes src/main.rs so that the first build fails
 */
async function start(options, major = 8, broken) {
  const [vitePort, port] = [await freePort(), await freePort()];
  place = await watchedProject('dev-watch', vitePort, major);
  const main = join(place, 'src/main.rs');
  if (broken) await writeFile(main, broken(await readFile(main, 'utf8')));
  dev = spawn(built('vite-bridge'), ['dev', ...options(port)], {
    cwd: place,
    env: { ...process.env, PORT: String(port), CARGO_TARGET_DIR: WATCHED_TARGET },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  output = '';
  for (const stream of [dev.stdout, dev.stderr]) stream?.on('data', (chunk) => (output += chunk));
  await said(broken ? /cargo \| error/ : /app \| listening, package watched/, 600);
  await said(/vite \| .*ready in/);
  return `http://127.0.0.1:${port}/`;
}

/**
 * Waits until the output of `vite-bridge dev` matches. Ignores colors, which Vite writes in CI.
 *
 * @param {RegExp} what
 * @param {number} seconds
 */
async function said(what, seconds = 60) {
  for (let tries = 0; tries < seconds * 20; tries++) {
    if (what.test(stripVTControlCharacters(output))) return;
    assert.equal(dev?.exitCode, null, output);
    await sleep(50);
  }
  assert.fail(`${what} is not in:\n${output}`);
}

const starts = () => output.match(/app \| listening/g)?.length ?? 0;
/**
 * Returns a function that returns the number of loads since this call.
 *
 * @param {Visit} visit
 */
function counted(visit) {
  let loads = 0;
  visit.page.on('framenavigated', () => (loads += 1));
  return () => loads;
}

const overlay = () => visit?.page.locator('vite-error-overlay');
/** @param {string} selector */
const shown = (selector) => visit?.page.locator(`vite-error-overlay ${selector}`).first().textContent();

test('edits of templates and Rust files restart the application, and the page reloads by itself', async () => {
  const url = await start(() => []);
  visit = await Visit.open(browser, url);
  const loads = counted(visit);
  await visit.shows('h1', 'template one');
  await visit.mark();
  await edit(place, 'templates/home.html', 'template one', 'template two');
  await visit.shows('h1', 'template two');
  await visit.mark();
  await edit(place, 'src/main.rs', 'rust one', 'rust two');
  await visit.shows('#rust', 'rust two');
  assert.equal(starts(), 3);
  assert.equal(loads(), 2);

  // Changes to unrelated files start no build. A build that yields the same program does not
  // restart it.
  await visit.mark();
  const builds = () => output.match(/cargo \| +Finished/g)?.length ?? 0;
  const before = builds();
  await writeFile(join(place, 'ignored/mod.rs'), 'fn ignored() {}\n');
  await writeFile(join(place, 'web/other.js'), '');
  await mkdir(join(place, 'ignored/folder'));
  await writeFile(join(place, 'ignored/folder/mod.rs'), '');
  await rename(join(place, 'ignored/folder'), join(place, 'made'));
  await writeFile(join(place, 'templates/.home.html.swp'), 'a draft');
  await sleep(500);
  assert.equal(builds(), before);
  await writeFile(join(place, 'templates/unused.html'), 'not included anywhere');
  await until(() => builds() > before, 'build');
  assert.equal(starts(), 3);
  assert.ok(await visit.isMarked(), 'the page was reloaded');

  // A path dependency.
  await edit(place, 'words/src/lib.rs', 'library one', 'library two');
  await visit.shows('#library', 'library two');

  // Template folders that are added to askama.toml later.
  const builtBy = async (/** @type {string} */ file, /** @type {string} */ text) => {
    const before = builds();
    await writeFile(join(place, file), text);
    await until(() => builds() > before, `build by ${file}`);
  };
  await mkdir(join(place, 'pages'));
  await builtBy('askama.toml', '[general]\ndirs = ["templates", "pages"]\n');
  await builtBy('pages/other.html', 'not included anywhere');

  // A new folder that already contains files when the watcher sees it.
  await mkdir(join(place, 'draft'));
  await writeFile(join(place, 'draft/mod.rs'), 'pub const TEXT: &str = "rust three";\n');
  await cp(join(place, 'draft'), join(place, 'src/text'), { recursive: true });
  await edit(place, 'src/main.rs', '#[derive', 'mod text;\n\n#[derive');
  await edit(place, 'src/main.rs', '"rust two"', 'text::TEXT');
  await visit.shows('#rust', 'rust three');
  await edit(place, 'src/text/mod.rs', 'three', 'four');
  await visit.shows('#rust', 'rust four');
});

for (const major of MAJORS) {
  test(`Vite ${major}: a compile error appears in the terminal, on open pages and on new pages, and disappears when it is fixed`, async () => {
    const url = await start((port) => ['--listen', `127.0.0.1:${port}`], major);
    visit = await Visit.open(browser, url);
    await visit.shows('h1', 'template one');
    await visit.mark();
    await edit(place, 'src/main.rs', 'text: "rust one"', 'text: 1');
    await overlay()?.waitFor({ state: 'attached', timeout: 60_000 });
    await said(/cargo \| error\[E0308\]/);
    assert.match((await shown('.message-body')) ?? '', /E0308: mismatched types/);
    assert.match((await shown('.file')) ?? '', /src\/main\.rs:15:\d+/);
    assert.match((await shown('.frame')) ?? '', /expected `&str`, found integer/);
    assert.ok(await visit.isMarked(), 'the page was reloaded');
    if (process.env.SCREENSHOT) await visit.page.screenshot({ path: process.env.SCREENSHOT });

    const second = await Visit.open(browser, url);
    await second.page.locator('vite-error-overlay').waitFor({ state: 'attached' });
    await second.close();

    // An error in a template points to the template.
    const loads = counted(visit);
    await edit(place, 'src/main.rs', 'text: 1', 'text: "rust two"');
    await visit.shows('#rust', 'rust two');
    await visit.mark();
    assert.equal(loads(), 1);
    await until(async () => (await overlay()?.count()) === 0, 'page without an overlay');
    await visit.mark();
    await edit(place, 'templates/home.html', '{{ text }}', '{{ text');
    await overlay()?.waitFor({ state: 'attached', timeout: 60_000 });
    assert.match((await shown('.file')) ?? '', /templates\/home\.html:2:\d+/);

    // Cargo reports an error in Cargo.toml itself.
    await edit(place, 'Cargo.toml', 'edition = "2024"', 'edition = "2024');
    await until(
      async () => /parse manifest|basic string/.test((await shown('.message-body')) ?? ''),
      "cargo's error",
    );
    await edit(place, 'Cargo.toml', 'edition = "2024', 'edition = "2024"');

    // The sources match the running program again. Nothing restarts, and the overlay disappears.
    const before = starts();
    await edit(place, 'templates/home.html', '{{ text', '{{ text }}');
    await until(async () => (await overlay()?.count()) === 0, 'page without an overlay');
    await visit.shows('#rust', 'rust two');
    assert.ok(starts() <= before + 1);
    await end();
    await assert.rejects(access(join(place, '.vite-bridge/compile-error.json')));
  });
}

test('with --listen the browser shows the reason for the wait, and then the page', async () => {
  const url = await start(
    (port) => ['--listen', `127.0.0.1:${port}`],
    8,
    (text) => text.replace('text: "rust one"', 'text: 1'),
  );
  await said(new RegExp(`vite \\| +➜ +Application: ${url}`));
  const answer = await fetch(url);
  assert.equal(answer.status, 503);
  await until(async () => /does not compile[^]*mismatched types/.test(await text(url)), 'error text');
  visit = await Visit.open(browser, url);
  assert.match((await visit.page.textContent('body')) ?? '', /does not compile/);
  await edit(place, 'src/main.rs', 'text: 1', 'text: "rust one"');
  await visit.shows('#rust', 'rust one');
  // The page reports a program that exits. The program starts again after a change.
  await edit(place, 'src/main.rs', 'let app =', 'std::process::exit(3); let app =');
  await until(async () => (await text(url)).includes('ended: exit status: 3'), 'exit status');
  await edit(place, 'src/main.rs', 'std::process::exit(3); let app =', 'let app =');
  await until(async () => (await text(url)).includes('rust one'), 'page');
});

for (const isInherited of [true, false]) {
  const what = isInherited
    ? 'with --listen no request is refused'
    : 'without --listen the port answers again after each restart';
  test(`20 restarts under load: ${what}`, async () => {
    const url = await start((port) => (isInherited ? ['--listen', `127.0.0.1:${port}`] : []));
    /** @type {Map<string, number>} */
    const answers = new Map();
    let [isRunning, longest, down] = [true, 0, 0];
    let last = performance.now();
    const load = async () => {
      while (isRunning) {
        const answer = await ask(url);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        if (answer === '200') {
          longest = Math.max(longest, performance.now() - last);
          last = performance.now();
        } else {
          down += 1;
          await sleep(2);
        }
      }
    };
    const clients = Array.from({ length: 4 }, load);
    for (let swap = 1; swap <= 20; swap++) {
      await edit(place, 'src/main.rs', swap === 1 ? 'rust one' : `rust ${swap - 1}.`, `rust ${swap}.`);
      await until(async () => (await text(url)).includes(`rust ${swap}.`), `swap ${swap}`);
    }
    isRunning = false;
    await Promise.all(clients);
    console.log(
      `# ${JSON.stringify(Object.fromEntries(answers))}, longest time without an answer ${Math.round(longest)} ms`,
    );
    assert.equal(starts(), 21);
    assert.ok((answers.get('200') ?? 0) > 100);
    const refused = [...answers.keys()].filter((answer) => answer !== '200');
    if (isInherited) assert.deepEqual(refused, []);
    else assert.ok(down > 0 && longest < 5_000, 'the gap of a restart');
  });
}

/**
 * Sends one request on a new connection. Returns the status or the error code.
 *
 * @param {string} url
 * @returns {Promise<string>}
 */
function ask(url) {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(String(answer.statusCode)));
    });
    request.on('error', (error) => resolve(/** @type {NodeJS.ErrnoException} */ (error).code ?? 'error'));
  });
}

/** @param {string} url */
const text = (url) =>
  fetch(url, { headers: { connection: 'close' } }).then(
    (answer) => answer.text(),
    () => '',
  );
