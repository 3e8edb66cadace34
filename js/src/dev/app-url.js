// The application's URL: the crate writes it beside the dev file at the first visit of a page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import colors from 'picocolors';

import { bridgeFolderOf } from '../project.js';
import { watchFolder } from './watch-folder.js';

/** @typedef {import('vite').ResolvedConfig} Config */

const FILE = 'app.json';

/**
 * Returns the URL: of the option `app`, of `vite-bridge dev --listen`, or of the last visit.
 *
 * @param {Config} config
 * @param {string | undefined} option
 * @returns {string | undefined}
 */
export function appUrl(config, option) {
  const given = option ?? process.env.VITE_BRIDGE_APP;
  if (given) return given;
  try {
    return JSON.parse(readFileSync(join(bridgeFolderOf(config), FILE), 'utf8')).url;
  } catch {
    return undefined;
  }
}

/**
 * Prints the URL below the URLs of Vite, and each further URL once. Pages can be
 * open at several URLs of the same application, such as localhost and 127.0.0.1.
 *
 * @param {import('vite').ViteDevServer & { httpServer: import('vite').HttpServer }} server
 * @param {Config} config
 * @param {string | undefined} option
 */
export function printAppUrl(server, config, option) {
  /** @type {Set<string>} */
  const printed = new Set();
  let isBannerPrinted = false;
  const print = () => {
    const url = appUrl(config, option);
    if (!isBannerPrinted || !url || printed.has(url)) return;
    printed.add(url);
    config.logger.info(`  ${colors.green('➜')}  ${colors.bold(`Application: ${colors.cyan(url)}`)}`);
  };
  const printUrls = server.printUrls;
  server.printUrls = function () {
    printUrls.call(this);
    isBannerPrinted = true;
    print();
  };
  watchFolder(server.httpServer, bridgeFolderOf(config), FILE, print);
}
