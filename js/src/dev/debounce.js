// Waits for the end of a burst of changes.

/**
 * Returns a function that starts a pause, or starts it again. After the pause `act` runs, unless the
 * server has closed.
 *
 * @param {import('vite').HttpServer | null} server
 * @param {() => void} act
 * @param {number} pause in milliseconds
 */
export function debounced(server, act, pause) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  server?.once('close', () => clearTimeout(timer));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, pause).unref();
  };
}
