// The channel between Vite and its pages.

/** @typedef {{ send(text: string): void }} Socket */

/**
 * Returns the channel of the pages. Vite 5 has no environments, and later majors deprecate
 * `server.hot`.
 *
 * @param {import('vite').ViteDevServer} server
 * @returns {Pick<import('vite').WebSocketServer, 'send' | 'clients'> & { on(event: 'connection', listener: (socket: Socket) => void): void }}
 */
export function channelOf(server) {
  return /** @type {import('vite').WebSocketServer} */ (server.environments?.client.hot ?? server.ws);
}
