// The plugin's types in a vite.config.ts, with each major of Vite.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { fromRoot, MAJORS } from './support.js';

const CONFIG = `import { defineConfig, type Plugin } from 'vite';
import bridge, { type BridgeOptions, type Refresh } from './plugin/index.js';

const refresh: Refresh = { event: 'template' };
const options: BridgeOptions = { app: 'http://localhost:3000/', assets: ['icons/*'], linkStyles: true, refresh };
const plugin: Plugin = bridge(options);

// A plugin of type \`any\` would be assignable to a number.
// @ts-expect-error
const number: number = bridge();

export default defineConfig({
  // @ts-expect-error: unknown option
  plugins: [plugin, bridge(), bridge({ templates: 'pages', receivers: [] }), bridge({ asset: '' })],
});
`;

const TSCONFIG = {
  compilerOptions: { strict: true, noEmit: true, module: 'nodenext', target: 'es2023', types: ['node'] },
  files: ['vite.config.ts'],
};

for (const major of MAJORS) {
  test(`a vite.config.ts that uses the plugin type-checks with Vite ${major}`, async () => {
    const place = fromRoot(`tests/vite/${major}/builds/types`);
    await rm(place, { recursive: true, force: true });
    await mkdir(join(place, 'plugin'), { recursive: true });
    for (const file of ['index.d.ts', 'package.json']) {
      await cp(fromRoot(`js/${file}`), join(place, 'plugin', file));
    }
    await writeFile(join(place, 'package.json'), '{ "type": "module" }');
    await writeFile(join(place, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    await writeFile(join(place, 'vite.config.ts'), CONFIG);
    assert.deepEqual(await errors(place), []);
    if (major !== MAJORS[0]) return;

    // Proves that the check finds a name that Vite does not export.
    const broken = "import type { Missing } from 'vite';\nexport default function bridge(): Missing;\n";
    await writeFile(join(place, 'plugin/index.d.ts'), broken);
    assert.ok((await errors(place)).some((line) => line.startsWith('plugin/index.d.ts')));
  });
}

/**
 * Returns the type errors in the configuration and in the plugin. Ignores errors in Vite's own
 * declarations.
 *
 * @param {string} place
 */
async function errors(place) {
  const tsc = fromRoot('node_modules/typescript/bin/tsc');
  const output = await promisify(execFile)(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: place,
  }).then(
    ({ stdout }) => stdout,
    ({ stdout }) => /** @type {string} */ (stdout),
  );
  return output.split('\n').filter((line) => /^(?:plugin|vite\.config\.ts)\b/.test(line));
}
