// Vite's socket without a browser.
import { request } from 'node:http';

/**
 * Opens Vite's socket. The returned function returns all received text. The frames are unmasked, so
 * they need no decoding.
 *
 * @param {string} url
 * @returns {Promise<() => string>}
 */
export function socket(url) {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'vite-hmr',
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers });
    sent.on('upgrade', (_response, connection, head) => {
      let text = String(head);
      connection.on('data', (chunk) => (text += chunk)).on('error', () => {});
      resolve(() => text);
    });
    sent.on('error', reject).end();
  });
}
