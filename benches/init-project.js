// The project that `vite-bridge init` writes, for the benchmarks that edit it.
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { built, fromRoot } from '../tests/node/support.js';

export const BRIDGE = built('vite-bridge');

/**
 * Writes the project of `vite-bridge init`, with a text from Rust. It finds Vite and the plugin in
 * the folders above it.
 *
 * @param {string} name
 * @param {number} vitePort
 */
export async function project(name, vitePort) {
  const place = fromRoot(`tests/vite/8/builds/${name}`);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  execFileSync(BRIDGE, ['init', '--from', fromRoot('.')], { cwd: place, stdio: 'ignore' });
  // The same versions as the repository, so that cargo has them already.
  await cp(fromRoot('Cargo.lock'), join(place, 'Cargo.lock'));
  const vite = fromRoot('tests/vite/8/node_modules/vite/bin/vite.js');
  const changes = [
    ['package.json', '"vite"', `"node ${vite} --port ${vitePort} --strictPort"`],
    ['templates/home.html', '<h1>Hello</h1>', '<h1>template one</h1><p id="rust">{{ text }}</p>'],
    ['src/pages.rs', "vite: &'a Page,", "vite: &'a Page,\n    text: &'static str,"],
    ['src/pages.rs', 'Home { vite: &vite }', 'Home { vite: &vite, text: "rust one" }'],
  ];
  for (const [file, from, to] of changes) {
    const text = await readFile(join(place, file), 'utf8');
    await writeFile(join(place, file), text.replace(from, to));
  }
  return place;
}
