// The URL at which another process of this machine reaches a server that listens.

const WILDCARDS = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
]);

/**
 * A wildcard becomes loopback, an IPv6 address gets brackets, and Vite's base is the path.
 *
 * @param {{ address: string, port: number }} listening as `server.address()` gives it
 * @param {boolean} isHttps
 * @param {string} base Vite's, as resolved; a relative one is `/` in development
 * @returns {string}
 */
export function serverUrl({ address, port }, isHttps, base) {
  const host = WILDCARDS.get(address) ?? (address.includes(':') ? `[${address}]` : address);
  const path = base.startsWith('/') ? base : '/';
  return `${isHttps ? 'https' : 'http'}://${host}:${port}${path}`;
}
