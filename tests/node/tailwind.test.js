// Tailwind CSS: classes in templates and Rust files reach the page without a reload of the old page.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { promisify } from 'node:util';

import { launch } from './chromium.js';
import { edit, freePort, project, startVite, stop, stopAll, until, Visit } from './development.js';
import { socket } from './socket.js';
import { built, fromRoot, MAJORS } from './support.js';
import { WATCHED_TARGET, watchedProject } from './watched.js';

const CSS = '@import "tailwindcss/utilities" source(none); @source "../templates"; @source "../src/*.rs";\n';
const FILES = {
  'vite.config.js': `import tailwindcss from '@tailwindcss/vite'
import bridge from './plugin/index.js'
export default {
  plugins: [tailwindcss(), bridge()],
  build: { rollupOptions: { input: ['web/main.js', 'web/linked.css'] } },
}`,
  'web/main.js': `import './main.css'
import text from '../templates/text.html?raw'
console.log(text)
import.meta.hot?.accept()
`,
  'web/main.css': CSS,
  'web/linked.css': CSS,
  'web/page.html': 'not a template',
  'templates/home.html': 'w-[1px]',
  'templates/text.html': 'w-[2px]',
  'src/pages.rs': '// w-[3px]',
};

/** @type {string} */ let place;
/** @type {import('playwright-core').Browser | undefined} */ let browser;
/** @type {import('node:child_process').ChildProcess | undefined} */ let command;

after(stopAll);
afterEach(async () => {
  await browser?.close();
  browser = undefined;
  const running = command;
  command = undefined;
  if (!running || running.exitCode !== null) return;
  const exit = once(running, 'exit');
  running.kill('SIGINT');
  await exit;
});

/** @param {Record<string, string>} files */
async function write(files) {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
}

for (const major of MAJORS) {
  test(`Vite ${major}: a changed, new or deleted template and a changed Rust file update stylesheets and reload no page`, async () => {
    place = fromRoot(`tests/vite/${major}/builds/tailwind`);
    await project('/', place);
    await write(FILES);
    const port = await freePort();
    const vite = await startVite(major, place, port);
    const url = `http://localhost:${port}/`;
    const load = async (/** @type {string} */ path, accept = '*/*') =>
      (await fetch(url + path, { headers: { accept } })).text();
    // Requests the modules in the same way as a page with a script and a linked stylesheet.
    const loaded = async () =>
      (await load('web/main.css')) +
      (await load('web/linked.css', 'text/css')) +
      (await load('web/main.js')) +
      (await load('templates/text.html?import&raw'));
    await loaded();
    const messages = await socket(url);
    const sees = async (/** @type {RegExp} */ what) =>
      until(() => what.test(messages()), String(what)).catch((error) => {
        throw new Error(`${error.message}\n${messages()}`);
      });
    await sees(/"connected"/);

    /**
     * Repeats `act` until both stylesheets were updated: at first the watcher may still miss changes.
     *
     * @param {() => Promise<unknown>} act
     * @param {string} what
     */
    const updates = async (act, what) => {
      const before = messages().length;
      const isUpdated = (/** @type {string} */ name) =>
        messages().slice(before).includes(`"path":"/web/${name}.css`);
      let tries = 0;
      await until(async () => {
        if (tries++ % 20 === 0) await act();
        return isUpdated('main') && isUpdated('linked');
      }, `update of both stylesheets by ${what}`);
      return loaded();
    };
    let width = 10;
    for (const file of ['home.html', 'new.html', 'new.html', 'text.html', '../src/pages.rs']) {
      width += 1;
      const text = await updates(() => write({ [`templates/${file}`]: `// w-[${width}px]` }), file);
      assert.equal(text.match(new RegExp(`width: ${width}px`, 'g'))?.length, 2, file);
    }
    await sees(/"acceptedPath":"\/web\/main.js"|"path":"\/web\/main.js"/);
    await updates(() => rm(join(place, 'templates/new.html'), { force: true }), 'a deleted template');

    // Vite still reloads pages for its own `.html` files.
    await write({ 'web/page.html': 'still not a template' });
    await sees(/"full-reload"[^{]*"path":"\/web\/page.html"/);
    // A page ignores a reload for the path of another page, which Vite 5 sends for new and deleted
    // files.
    const reloads = messages()
      .match(/"full-reload"[^{]*/g)
      ?.filter((text) => !/"path":"\/templates/.test(text));
    assert.equal(reloads?.length, 1, messages());
    await stop(vite);
  });
}

for (const major of MAJORS.filter((major) => major >= 6)) {
  test(`Vite ${major}: below \`vite-bridge dev\` an edit of a template updates the CSS, and then reloads the page once with the new template`, async () => {
    const [vitePort, port] = [await freePort(), await freePort()];
    place = await watchedProject('tailwind-watched', vitePort, major);
    const { 'vite.config.js': config } = FILES;
    await write({ 'vite.config.js': config.replace(/build: .*/, ''), 'web/main.css': CSS });
    await edit(place, 'web/main.js', 'document', "import './main.css'\ndocument");
    await edit(place, 'templates/home.html', '<h1>', '<h1 class="w-[10px]">');
    const env = { ...process.env, PORT: String(port), CARGO_TARGET_DIR: WATCHED_TARGET };
    await promisify(execFile)('cargo', ['build', '--offline'], { cwd: place, env });
    command = spawn(built('vite-bridge'), ['dev'], {
      cwd: place,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    command.stdout?.on('data', (chunk) => (output += chunk));
    await until(() => /app \| listening/.test(output) && /vite \| .*ready in/.test(output), 'both servers');

    browser = await launch();
    const visit = await Visit.open(browser, 'about:blank');
    /** @type {string[]} */ let events = [];
    visit.page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const { type } = JSON.parse(String(payload));
        // A watcher can report one write as two changes.
        if (type === 'full-reload' || (type === 'update' && events.at(-1) !== type)) events.push(type);
      }),
    );
    visit.page.on('framenavigated', () => events.push('page'));
    await visit.page.goto(`http://127.0.0.1:${port}/`);
    const width = (/** @type {string} */ width) =>
      visit.page.waitForFunction(
        (width) => getComputedStyle(/** @type {Element} */ (document.querySelector('h1'))).width === width,
        width,
      );
    await width('10px');
    for (const [from, to] of [
      [10, 20],
      [20, 30],
    ]) {
      await until(() => visit.connected.size > 0, 'connected socket');
      events = [];
      await edit(place, 'templates/home.html', `w-[${from}px]`, `w-[${to}px]`);
      await width(`${to}px`);
      assert.deepEqual(events, ['update', 'page']);
    }
  });
}
