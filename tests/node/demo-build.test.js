// The committed build of the demo equals a new build of its sources.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { fromRoot } from './support.js';

test('a new build equals the committed build byte for byte', async () => {
  const place = await mkdtemp(join(tmpdir(), 'vite-bridge-demo-'));
  try {
    const vite = fromRoot('node_modules/vite/bin/vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', place, '--emptyOutDir'], {
      cwd: fromRoot(''),
    });
    const committed = fromRoot('examples/demo/dist');
    const [built, known] = await Promise.all([files(place), files(committed)]);
    assert.deepEqual(built, known, 'run `npm run build` and commit examples/demo/dist');
    assert.ok(known.length > 10, `${known.length} files`);
    for (const file of known) {
      const [ours, theirs] = await Promise.all([
        readFile(join(place, file)),
        readFile(join(committed, file)),
      ]);
      assert.ok(ours.equals(theirs), `${file} differs: run \`npm run build\` and commit examples/demo/dist`);
    }
  } finally {
    await rm(place, { recursive: true });
  }
});

/** @param {string} folder */
async function files(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}
