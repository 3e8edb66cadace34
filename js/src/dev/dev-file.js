// `.vite-bridge/dev.json`: where the dev server is, for as long as it runs.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { serverUrl } from '../address.js';
import { hasReact, homeOf, outDirOf, viteVersion } from '../project.js';
import { followStyles } from './styles.js';
import { writeJson } from '../write.js';

/** @typedef {import('../../index.js').ResolvedBridgeConfig} Config */

// How often it is looked whether the file is still there, in milliseconds.
const LOOK = 1000;

// Vite ends by itself on SIGTERM; these two end a process before `exit` is heard.
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGHUP']);

/**
 * Writes the file when the server listens; removes it when the server closes or the process ends.
 *
 * @param {Config} config
 * @param {import('../../index.js').BridgeServer & { httpServer: import('node:http').Server }} vite
 * @param {{ linkStyles: boolean }} options
 * @param {() => string[]} inputs those at hand, as keys of the manifest
 * @returns {() => void} writes it again, since the inputs are others
 */
export function keepDevFile(config, vite, { linkStyles }, inputs) {
  const server = vite.httpServer;
  /** @type {import('./styles.js').Styles | undefined} */
  let styles;
  let write = () => {};
  const home = join(homeOf(config), '.vite-bridge');
  const path = join(home, 'dev.json');
  const nonce = randomUUID();
  server.once('listening', () => {
    const listening = server.address();
    if (!listening || typeof listening === 'string') return;
    const content = {
      version: 1,
      url: serverUrl(listening, Boolean(config.server.https), config.base),
      base: config.base,
      root: config.root,
      outDir: outDirOf(config),
      pid: process.pid,
      nonce,
      react: hasReact(config),
      vite: viteVersion(config),
    };
    write = () => {
      writeJson(path, { ...content, inputs: inputs(), styles });
      // The folder ignores itself in git.
      writeFileSync(join(home, '.gitignore'), '*\n');
    };
    write();
    const looking = setInterval(() => existsSync(path) || write(), LOOK).unref();
    onEnd(server, () => {
      write = () => {};
      clearInterval(looking);
      removeOwn(path, nonce);
    });
  });
  if (linkStyles) {
    followStyles(config, vite, inputs, (found) => {
      styles = found;
      write();
    });
  }
  return () => write();
}

/**
 * Calls once, at the first end of server or process.
 *
 * @param {import('node:http').Server} server
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
    // Whoever else listens decides how the process ends; if nobody does, it ends as if nobody ever had.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  server.once('close', finish);
  process.once('exit', finish);
  for (const signal of SIGNALS) process.once(signal, onSignal);
}

/**
 * Another server of the same project may have taken the file over.
 *
 * @param {string} path
 * @param {string} nonce
 */
function removeOwn(path, nonce) {
  try {
    if (JSON.parse(readFileSync(path, 'utf8')).nonce === nonce) rmSync(path);
  } catch {
    // It is gone, or it is nobody's: either way not ours to remove.
  }
}
