// `vite-bridge compress` on a real build: the encoded files decode to the originals, and the server
// sends them.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { built, firstOutput, fromRoot } from './support.js';

const PROGRAM = built('vite-bridge');

/** @type {string} */ let dist;
before(async () => {
  dist = join(await mkdtemp(join(tmpdir(), 'vite-bridge-compress-')), 'dist');
  await cp(fromRoot('examples/demo/dist'), dist, { recursive: true });
});
after(() => rm(join(dist, '..'), { recursive: true, force: true }));

test('every encoded file decodes to its original and is sent to clients that accept it', async () => {
  const { stdout } = await promisify(execFile)(PROGRAM, ['compress', dist]);
  assert.match(stdout, /^\d+ \.br +.* to .*\n\d+ \.gz +.* to .*\n\d+ written, 0 unchanged, 0 removed\n$/);
  const names = await readdir(join(dist, 'assets'));
  const encoded = names.filter((name) => /\.(br|gz)$/.test(name));
  assert.ok(encoded.length > 10, names.join());
  const server = spawn(PROGRAM, ['serve', '--addr', '127.0.0.1:0', '--dist', dist], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await firstOutput(server);
  for (const name of encoded) {
    const plain = await readFile(join(dist, 'assets', name.replace(/\.(br|gz)$/, '')));
    const bytes = await readFile(join(dist, 'assets', name));
    const encoding = name.endsWith('.br') ? 'br' : 'gzip';
    assert.deepEqual(encoding === 'br' ? brotliDecompressSync(bytes) : gunzipSync(bytes), plain, name);
    const url = `${address}assets/${name.replace(/\.(br|gz)$/, '')}`;
    const answer = await fetch(url, { headers: { 'accept-encoding': encoding } });
    assert.equal(answer.headers.get('content-encoding'), encoding, name);
    assert.equal(answer.headers.get('content-length'), String(bytes.length));
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), plain, name);
  }
  assert.ok(!names.some((name) => /\.woff2\.(br|gz)$/.test(name)), 'fonts are compressed already');
  server.kill();
});
