// The feature `build` in a real crate: compile errors, and the files that make cargo run the build
// script again.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';

import { edit } from './development.js';
import { fromRoot } from './support.js';
import { WATCHED_TARGET } from './watched.js';

const run = promisify(execFile);

const FILES = {
  'Cargo.toml': `[package]
name = "generated"
version = "0.1.0"
edition = "2024"

[dependencies]
askama = "0.16"
vite-bridge = { path = "${fromRoot('.')}", default-features = false, features = ["askama"] }

[build-dependencies]
vite-bridge = { path = "${fromRoot('.')}", default-features = false, features = ["codegen"] }

[workspace]
`,
  'build.rs': `fn main() -> Result<(), vite_bridge::Error> {
    use std::io::Write;
    // Counts the runs.
    let runs = std::fs::OpenOptions::new().create(true).append(true).open("runs");
    writeln!(runs.unwrap(), "x").unwrap();
    vite_bridge::codegen::Codegen::new("dist").optional_in_debug(std::env::var_os("OPTIONAL").is_some()).emit()
}
`,
  'src/main.rs': `use askama::Template;
use vite_bridge::Vite;

include!(concat!(env!("OUT_DIR"), "/vite_bridge.rs"));

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    vite: vite_bridge::Page,
}

fn main() {
    let page = Vite::open("dist").unwrap().page();
    println!("{}", entries::src_main_ts(&page).unwrap());
    println!("{}", Home { vite: page }.render().unwrap());
}
`,
  'templates/home.html': '{{ vite.tags(entries::SRC_MAIN_TS)? }}{{ vite.asset(assets::SRC_LOGO_SVG)? }}\n',
  'package.json': '{ "type": "module" }',
  'web.txt': 'not a source of the build\n',
  'dist/.vite/manifest.json': JSON.stringify({
    'src/main.ts': { file: 'assets/main-B1a2C3d4.js', src: 'src/main.ts', isEntry: true },
    'src/logo.svg': { file: 'assets/logo-E4d5F6g7.svg', src: 'src/logo.svg' },
  }),
  'dist/assets/main-B1a2C3d4.js': '',
  'dist/assets/logo-E4d5F6g7.svg': '<svg/>',
};

/** @type {string} */ let place;

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'vite-bridge-generate-'));
});
after(() => rm(place, { recursive: true, force: true }));
beforeEach(async () => {
  await rm(join(place, 'dist'), { recursive: true, force: true });
  for (const [file, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
  await cp(fromRoot('Cargo.lock'), join(place, 'Cargo.lock'));
});

/**
 * @param {string[]} args
 * @param {Record<string, string>} more
 */
const cargo = (args, more = {}) =>
  run('cargo', args, {
    cwd: place,
    env: { ...process.env, CARGO_TARGET_DIR: WATCHED_TARGET, CARGO_TERM_COLOR: 'never', ...more },
  });

/**
 * Returns the compiler's messages. Fails if the crate compiles.
 *
 * @param {Record<string, string>} more
 * @param {string[]} args
 */
async function complaint(more = {}, args = ['check', '-q']) {
  const { stderr } = await cargo(args, more).then(
    () => assert.fail('the crate compiles'),
    (error) => error,
  );
  return /** @type {string} */ (stderr);
}

test('entries and assets of the build are constants in Rust and in templates', async () => {
  const { stdout } = await cargo(['run', '-q']);
  const tag = '<script type="module" src="/assets/main-B1a2C3d4.js"></script>';
  assert.equal(stdout, `${tag}\n${tag}/assets/logo-E4d5F6g7.svg\n`);
});

test('a misspelt entry does not compile in Rust, or in a template as a constant or a string', async () => {
  await edit(place, 'src/main.rs', 'entries::src_main_ts', 'entries::src_man_ts');
  assert.match(await complaint(), /error\[E0425\].*src_man_ts[^]*a function with a similar name exists/);

  await edit(place, 'src/main.rs', 'entries::src_man_ts', 'entries::src_main_ts');
  await edit(place, 'templates/home.html', 'SRC_MAIN_TS', 'SRC_MAN_TS');
  assert.match(await complaint(), /error\[E0425\].*SRC_MAN_TS/);

  await edit(place, 'templates/home.html', 'entries::SRC_MAN_TS', '"src/man.ts"');
  const stderr = await complaint();
  assert.match(
    stderr,
    /^error: generated@0\.1\.0: templates\/home\.html:1:14: unknown entry "src\/man\.ts".*src\/main\.ts/m,
  );
});

test('an unknown call in a template does not compile', async () => {
  await edit(place, 'templates/home.html', 'vite.tags', 'vite.taags');
  assert.match(
    await complaint(),
    /error\[E0599\]: no method named `taags` found for struct `(vite_bridge::)?Page`/,
  );
});

test('without a build there is one error with the command to run, unless the build is optional in debug builds', async () => {
  await rm(join(place, 'dist'), { recursive: true });
  const stderr = await complaint();
  assert.equal(stderr.match(/^error: generated@/gm)?.length, 1, stderr);
  assert.match(stderr, /no Vite build in .*dist help: run `npm run build`/);
  console.log(stderr.replace(/^/gm, '# ').replaceAll(place, '.'));

  // Without constants, templates use string literals.
  const literals = '{{ vite.tags("src/main.ts")? }}{{ vite.asset("src/logo.svg")? }}\n';
  await writeFile(join(place, 'templates/home.html'), literals);
  await edit(place, 'build.rs', 'std::env::var_os("OPTIONAL").is_some()', 'true');
  await cargo(['check', '-q']);
  assert.match(await complaint({}, ['check', '-q', '--release']), /no Vite build in/);
});

test('cargo runs the build script again after changes to its inputs only', async () => {
  const runs = async () => (await readFile(join(place, 'runs'), 'utf8')).length / 2;
  const runsAgain = async (/** @type {string} */ file) => {
    const before = await runs();
    // The file must be newer than the last run.
    const later = new Date(Date.now() + 2000);
    await utimes(join(place, file), later, later);
    await cargo(['check', '-q']);
    const isAgain = (await runs()) > before;
    const now = new Date(Date.now() - 60_000);
    await utimes(join(place, file), now, now);
    await cargo(['check', '-q']);
    return isAgain;
  };
  await cargo(['check', '-q']);
  const before = await runs();
  await cargo(['check', '-q']);
  assert.equal(await runs(), before, 'no run without a change');
  for (const file of ['dist/.vite/manifest.json', 'templates/home.html', 'src/main.rs']) {
    assert.ok(await runsAgain(file), file);
  }
  for (const file of ['dist/assets/main-B1a2C3d4.js', 'web.txt', 'package.json']) {
    assert.ok(!(await runsAgain(file)), file);
  }
});
