import assert from 'node:assert/strict';
import { test } from 'node:test';

import { resolveOptions } from './src/options.js';

test('nothing said is the default', () => {
  assert.deepEqual(resolveOptions(), {
    app: undefined,
    assets: [],
    linkStyles: false,
    receivers: [],
    templates: undefined,
    refresh: 'restart',
  });
});

test('one name or several', () => {
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
  assert.throws(() => resolveOptions(wrong), {
    message:
      '[vite-bridge] unknown option "asset"; did you mean "assets"? The options are app, assets, linkStyles, receivers, refresh, templates.',
  });
  assert.throws(
    () => resolveOptions(/** @type {any} */ ({ zzz: 1 })),
    /unknown option "zzz" The options are/,
  );
});

test('a value of the wrong kind is an error that says what is right', () => {
  const cases = /** @type {[any, RegExp][]} */ ([
    [{ app: 'localhost:3000x y' }, /"app" is the application's URL/],
    [{ assets: [1] }, /"assets" is a string or a list of strings, not \[1\]/],
    [{ linkStyles: 'yes' }, /"linkStyles" is true or false, not "yes"/],
    [{ refresh: 'later' }, /"refresh" is "restart", "now" or \{ event: "name" \}/],
    [{ refresh: { event: 1 } }, /"refresh" is/],
  ]);
  for (const [options, message] of cases) assert.throws(() => resolveOptions(options), message);
});
