// The errors that the plugin shows in Vite's overlay, from several sources.

import { channelOf } from './channel.js';

/** @typedef {import('vite').ErrorPayload} ErrorPayload */
/** @typedef {() => ErrorPayload | undefined} Source returns the current error */

/**
 * Returns the overlay of a server. The first source with an error wins, because Vite shows one error
 * at a time.
 *
 * @param {import('vite').ViteDevServer} server
 */
export function overlayOf(server) {
  const channel = channelOf(server);
  /** @type {Source[]} */
  const sources = [];
  let isShown = false;
  const current = () => sources.map((source) => source()).find((error) => error !== undefined);
  // Pages that are opened or reloaded while the error lasts.
  channel.on('connection', (socket) => {
    const error = current();
    if (error) socket.send(JSON.stringify(error));
    isShown ||= error !== undefined;
  });
  return {
    /** @param {Source} source */
    add: (source) => void sources.push(source),
    /**
     * Shows the current error, or removes the overlay.
     *
     * @param {{ reloads?: boolean }} [pages] whether the pages reload and lose the overlay
     */
    update({ reloads = false } = {}) {
      const error = current();
      // Without clients, Vite would keep the error for the next one, even after it was fixed.
      if (channel.clients.size === 0) return;
      if (error) channel.send(error);
      // Vite's client removes its overlay at the next update, even if the update is empty.
      else if (isShown && !reloads) channel.send({ type: 'update', updates: [] });
      isShown = error !== undefined;
    },
  };
}

/** @typedef {ReturnType<typeof overlayOf>} Overlay */
