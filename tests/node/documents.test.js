// The documents: their shell blocks run, the outputs below them are right, and the code of README is
// a working project.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { freePort } from './development.js';
import { built, firstOutput, fromRoot, TARGET } from './support.js';

const run = promisify(execFile);

/** Programs that cargo has built are found first, as if they were installed. */
const env = {
  ...process.env,
  PATH: `${dirname(built('vite-bridge'))}${delimiter}${process.env.PATH}`,
  NO_COLOR: '1',
};

/**
 * @typedef {Object} Block
 * @property {string} text
 * @property {string} [mark] the comment above the block: `not run: REASON` or `run: until "TEXT"`
 * @property {string} [output] the text block below
 */

/**
 * Returns the shell blocks of a document.
 *
 * @param {string} markdown
 * @returns {Block[]}
 */
function shellBlocks(markdown) {
  const pattern =
    /(?:<!-- (?<mark>(?:not )?run: .*) -->\n)?^ *```sh\n(?<text>[\s\S]*?)^ *```$(?:\n+```(?:text|html)\n(?<output>[\s\S]*?)```)?/gm;
  return [...markdown.matchAll(pattern)].map(({ groups }) => /** @type {Block} */ ({ ...groups }));
}

/** @param {string} name of a language */
const block = (name) => new RegExp(`^\`\`\`${name}\n([\\s\\S]*?)^\`\`\`$`, 'm');

describe('shell blocks', async () => {
  const guide = (await readdir(fromRoot('docs'))).filter((name) => name.endsWith('.md'));
  const files = ['README.md', 'cli/README.md', 'js/README.md', ...guide.map((name) => `docs/${name}`)];
  let count = 0;
  for (const file of files) {
    for (const { text, mark, output } of shellBlocks(await readFile(fromRoot(file), 'utf8'))) {
      count += 1;
      if (mark?.startsWith('not run: ')) continue;
      test(`${file}: ${text.split('\n')[0]}`, async () => {
        const until = mark?.match(/^run: until "(.*)"$/)?.[1];
        if (until) return runUntil(text, until);
        const { stdout } = await run('sh', ['-ec', text], { cwd: fromRoot('.'), env });
        if (output) assert.equal(stdout.trimEnd(), output.trimEnd());
      });
    }
  }
  test('the documents have shell blocks', () => assert.ok(count > 15, `${count} blocks`));
});

/**
 * Runs a command that does not end by itself until it prints a text.
 *
 * @param {string} command
 * @param {string} text
 */
async function runUntil(command, text) {
  const child = spawn('sh', ['-ec', `exec ${command}`], {
    cwd: fromRoot('.'),
    env: { ...env, PORT: String(await freePort()) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit');
  let output = '';
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
        if (output.includes(text)) resolve(undefined);
      });
    child.on('exit', () => reject(new Error(output)));
  });
  child.kill('SIGTERM');
  await exit;
}

describe('the project of README', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  after(() => rm(folder, { recursive: true }));
  const place = join(folder, 'my-app');
  const readme = await readFile(fromRoot('README.md'), 'utf8');

  /** @param {RegExp} pattern */
  const text = (pattern) => {
    const found = readme.match(pattern)?.[1];
    assert.ok(found, `${pattern} is not in README`);
    return found;
  };

  test('its install lines and code make a page, in development and from a build', async () => {
    // The packages are unpublished: the lines run with the folder of the crate and a packed plugin.
    const pack = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: fromRoot('js'),
    });
    const packed = pack.stdout.trim();
    const lines = shellBlocks(readme).find(({ text }) => text.includes('cargo new'))?.text ?? '';
    const commands = lines
      .replace('cargo add vite-bridge@0.1', `cargo add --path '${fromRoot('.')}'\ncargo add`)
      .replace('--save-dev vite vite-bridge', `--save-dev vite '${join(folder, packed)}'`);
    assert.notEqual(commands, lines);
    await run('sh', ['-ec', commands], { cwd: folder, env });
    const port = await freePort();
    const files = {
      'web/main.ts': "document.body.append('from Vite');\n",
      'vite.config.js': text(block('js')),
      // The port of the example may be in use on this machine.
      'src/main.rs': text(block('rust,no_run')).replace('127.0.0.1:3000', `127.0.0.1:${port}`),
    };
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(place, name)), { recursive: true });
      await writeFile(join(place, name), content);
    }
    const cargo = { ...env, CARGO_TARGET_DIR: `${TARGET}/watched` };
    await run('cargo', ['build', '-q'], { cwd: place, env: cargo });
    const page = async () => {
      const app = spawn(`${TARGET}/watched/debug/my-app`, {
        cwd: place,
        env: cargo,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await firstOutput(app);
      const answer = await (await fetch(`http://127.0.0.1:${port}/`)).text();
      const exit = once(app, 'exit');
      app.kill();
      await exit;
      return answer;
    };
    assert.match(await page(), /@vite\/client/, 'without a build the page waits for the dev server');
    await run('npm', ['run', 'build'], { cwd: place, env });
    assert.match(await page(), /<script type="module" src="\/assets\/main-[\w-]+\.js"/);
  });
});
