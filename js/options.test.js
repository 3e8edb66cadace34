import assert from 'node:assert/strict';
import { test } from 'node:test';

import { resolveOptions } from './src/options.js';

test('without options, the defaults apply', () => {
  assert.deepEqual(resolveOptions(), {
    app: undefined,
    assets: [],
    linkStyles: false,
    receivers: [],
    templates: undefined,
    refresh: 'restart',
  });
});

test('a list option takes a string or an array', () => {
  const options = resolveOptions({
    assets: 'src/icons/*',
    templates: ['a', 'b'],
    refresh: { event: 'template' },
  });
  assert.deepEqual(options.assets, ['src/icons/*']);
  assert.deepEqual(options.templates, ['a', 'b']);
  assert.deepEqual(options.refresh, { event: 'template' });
});

test('an unknown option is an error with a suggestion', () => {
  const wrong = /** @type {any} */ ({ asset: [] });
  const all = 'app, assets, linkStyles, receivers, refresh, templates';
  assert.throws(() => resolveOptions(wrong), {
    message: `[vite-bridge] unknown option "asset"\nhelp: use "assets" (all options: ${all})`,
  });
  assert.throws(() => resolveOptions(/** @type {any} */ ({ zzz: 1 })), {
    message: `[vite-bridge] unknown option "zzz"\nhelp: use one of ${all}`,
  });
});

test('an invalid value is an error with the valid values', () => {
  const cases = /** @type {[any, string][]} */ ([
    [{ app: 'a b' }, '"app": "a b"\nhelp: set the URL of the application, such as "http://localhost:3000/"'],
    [{ assets: [1] }, '"assets": [1]\nhelp: set a string or an array of strings'],
    [{ linkStyles: 'yes' }, '"linkStyles": "yes"\nhelp: set true or false'],
    [{ refresh: 'later' }, '"refresh": "later"\nhelp: set "restart", "now" or { event: "name" }'],
    [{ refresh: { event: 1 } }, '"refresh": {"event":1}\nhelp: set "restart", "now" or { event: "name" }'],
  ]);
  for (const [options, text] of cases) {
    assert.throws(() => resolveOptions(options), { message: `[vite-bridge] invalid option ${text}` });
  }
});
