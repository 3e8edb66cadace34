// The URL at which other processes on this machine reach a listening server.

import { mountOf } from './project.js';

const WILDCARDS = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
]);

/**
 * Replaces a wildcard address by the loopback address, puts IPv6 addresses in brackets, and uses
 * Vite's base as the path.
 *
 * @param {{ address: string, port: number }} listening the result of `server.address()`
 * @param {boolean} isHttps
 * @param {string} base Vite's resolved base
 * @returns {string}
 */
export function serverUrl({ address, port }, isHttps, base) {
  const host = WILDCARDS.get(address) ?? (address.includes(':') ? `[${address}]` : address);
  return `${isHttps ? 'https' : 'http'}://${host}:${port}${mountOf(base)}`;
}
