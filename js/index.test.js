import assert from 'node:assert/strict';
import { test } from 'node:test';

import bridge from './index.js';

test('a build writes its manifest', () => {
  assert.deepEqual(bridge().config({}), { build: { manifest: true } });
  assert.deepEqual(bridge().config({ build: {} }), { build: { manifest: true } });
});

test("a user's own setting wins", () => {
  assert.deepEqual(bridge().config({ build: { manifest: 'assets.json' } }), {
    build: { manifest: 'assets.json' },
  });
  assert.deepEqual(bridge().config({ build: { manifest: false } }), { build: { manifest: false } });
});
