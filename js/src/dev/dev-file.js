// The dev file, `.vite-bridge/dev.json`: it tells the crate where the running dev server is.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { serverUrl } from '../server-url.js';
import { hasReact, outDirOf, projectFolderOf, socketPathOf, viteVersion } from '../project.js';
import { publicFiles, watchPublicFiles } from './public-files.js';
import { watchStyles } from './styles.js';
import { writeJson } from '../write.js';

/** @typedef {import('vite').ResolvedConfig} Config */

// The time between two checks that the file still exists, in milliseconds.
const CHECK_INTERVAL = 1000;

// Node ends the process on these signals without the event `exit`. On SIGTERM, Vite closes the
// server itself.
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGHUP']);

/**
 * Writes the dev file when the server listens, and removes it when the server closes or the process
 * ends.
 *
 * @param {Config} config
 * @param {import('vite').ViteDevServer & { httpServer: import('vite').HttpServer }} vite
 * @param {{ linkStyles: boolean }} options
 * @param {() => string[]} inputs returns the current inputs as keys of the manifest
 * @param {() => import('./bundle.js').Files | undefined} bundled returns the files, if Vite bundles
 * @returns {() => void} writes the file again after the inputs changed
 */
export function maintainDevFile(config, vite, { linkStyles }, inputs, bundled) {
  const server = vite.httpServer;
  /** @type {import('./styles.js').Styles | undefined} */
  let styles;
  let write = () => {};
  const folder = join(projectFolderOf(config), '.vite-bridge');
  const path = join(folder, 'dev.json');
  const nonce = randomUUID();
  server.once('listening', () => {
    const listening = server.address();
    if (!listening || typeof listening === 'string') return;
    const content = {
      version: 1,
      url: serverUrl(listening, Boolean(config.server.https), config.base),
      base: config.base,
      socket: socketPathOf(config),
      root: config.root,
      outDir: outDirOf(config),
      pid: process.pid,
      nonce,
      // A bundle has a script instead of React's inline script.
      react: hasReact(config) && !bundled(),
      vite: viteVersion(config),
    };
    write = () => {
      writeJson(path, { ...content, inputs: inputs(), public: publicFiles(config), styles, ...bundled() });
      // Keeps the folder out of git without a change to the project's .gitignore.
      writeFileSync(join(folder, '.gitignore'), '*\n');
    };
    write();
    const checking = setInterval(() => existsSync(path) || write(), CHECK_INTERVAL).unref();
    onEnd(server, () => {
      write = () => {};
      clearInterval(checking);
      removeOwn(path, nonce);
    });
  });
  watchPublicFiles(config, vite, () => write());
  if (linkStyles) {
    watchStyles(config, vite, inputs, (found) => {
      styles = found;
      write();
    });
  }
  return () => write();
}

/**
 * Calls `end` once, when the server closes or the process ends.
 *
 * @param {import('vite').HttpServer} server
 * @param {() => void} end
 */
function onEnd(server, end) {
  const finish = () => {
    server.off('close', finish);
    process.off('exit', finish);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    end();
  };
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    finish();
    // Our listener suppressed Node's default action. Without other listeners, sending the signal
    // again restores it.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  server.once('close', finish);
  process.once('exit', finish);
  for (const signal of SIGNALS) process.once(signal, onSignal);
}

/**
 * Removes the dev file unless another server of the same project has replaced it.
 *
 * @param {string} path
 * @param {string} nonce
 */
function removeOwn(path, nonce) {
  try {
    if (JSON.parse(readFileSync(path, 'utf8')).nonce === nonce) rmSync(path);
  } catch {
    // The file is missing or has other content, so there is nothing to remove.
  }
}
