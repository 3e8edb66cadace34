// A Chromium for the browser tests: one on this machine, else one installed as the machine allows.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

// Without these a browser looks for its maker's servers at every start.
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** The path of a Chromium on this machine, or nothing. */
export function findChromium() {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const places = [process.env.CHROMIUM_PATH, ...onPath, chromium.executablePath()];
  return places.find((place) => place && isProgram(place));
}

/** Installs a Chromium where there is none; throws where that cannot be done. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  console.log('no Chromium on this machine: installing one');
  for (const [program, ...args] of installers()) {
    spawnSync(program, args, { stdio: 'inherit' });
    if (findChromium()) break;
  }
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    'no Chromium, and none could be installed: browser tests need one. Install Debian\'s package "chromium", or run ' +
      '`npx playwright-core install chromium`, or name one in CHROMIUM_PATH.',
  );
}

/** Debian's package brings the libraries that a browser needs, but takes root; Playwright's installer takes a network. */
function installers() {
  const playwright = ['npx', 'playwright-core', 'install', 'chromium'];
  if (process.getuid?.() !== 0) return [playwright];
  return [['apt-get', 'update'], ['apt-get', 'install', '-y', 'chromium'], playwright];
}

/** Starts the browser, with further flags. */
export function launch(args = /** @type {string[]} */ ([])) {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium: `npm test` installs one');
  // Chromium refuses its sandbox to root, as in a container.
  return chromium.launch({
    executablePath,
    args: [...QUIET, ...args],
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
