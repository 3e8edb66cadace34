// Finds Chromium for the browser tests, and installs it if it is missing.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

// Without these flags, a browser contacts its vendor's servers at every start.
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** Returns the path of Chromium on this machine, or `undefined`. */
export function findChromium() {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const places = [process.env.CHROMIUM_PATH, ...onPath, chromium.executablePath()];
  return places.find((place) => place && isProgram(place));
}

/** Returns the path of Chromium. Installs it if it is missing, and throws if that fails. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  console.log('Chromium is missing; installing it');
  for (const [program, ...args] of installers()) {
    spawnSync(program, args, { stdio: 'inherit' });
    if (findChromium()) break;
  }
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    'cannot install Chromium, which the browser tests need\nhelp: install Debian\'s package "chromium", run ' +
      '`npx playwright-core install chromium`, or set CHROMIUM_PATH',
  );
}

/**
 * Debian's package includes the libraries that Chromium needs, but apt needs root. Playwright's
 * installer does not.
 */
function installers() {
  const playwright = ['npx', 'playwright-core', 'install', 'chromium'];
  if (process.getuid?.() !== 0) return [playwright];
  return [['apt-get', 'update'], ['apt-get', 'install', '-y', 'chromium'], playwright];
}

/** Starts the browser with additional flags. */
export function launch(args = /** @type {string[]} */ ([])) {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium is missing\nhelp: run `npm test`, which installs it');
  // Chromium does not start with its sandbox as root, for example in a container.
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
