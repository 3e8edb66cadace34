// Makes an open page return as soon as the restarted application answers. Vite's own client tries
// once when its socket closes, and then once a second.

/** The file of Vite's client, in Vite 5 to 8 and in Vite+. */
export const CLIENT = /\/dist\/(?:vite\/)?client\/client\.mjs$/;

/**
 * Adds a listener to the code of Vite's client. It uses only the function that every module with
 * hot updates imports from the client.
 *
 * @param {string} code
 */
export function withPing(code) {
  return `${code}\n(${listen})(createHotContext('/@vite-bridge/ping'), new URL('..', import.meta.url).href);\n`;
}

/**
 * Runs in the browser.
 *
 * @param {import('vite/types/hot.js').ViteHotContext} hot
 * @param {string} root the URL of Vite's base
 */
function listen(hot, root) {
  // A worker has no page to reload. A page that loads Vite from Vite's own port keeps its socket
  // while the application restarts.
  if (typeof document === 'undefined' || new URL(root).origin !== location.origin) return;
  let isLeaving = false;
  addEventListener('beforeunload', () => (isLeaving = true));
  hot.on('vite:ws:disconnect', async () => {
    // The pauses grow to Vite's own second. Vite tries hidden pages again when they are shown.
    for (let pause = 20; pause < 1000 && !isLeaving && document.visibilityState === 'visible'; pause *= 1.1) {
      // A request instead of a socket, because browsers delay a socket after failed ones.
      const headers = { accept: 'text/x-vite-ping' };
      // The proxy holds a ping while Vite is down. The next one finds Vite at another port.
      const signal = AbortSignal.timeout(1000);
      const answer = await fetch(root, { headers, cache: 'no-store', signal }).catch(() => undefined);
      if (answer?.ok && !isLeaving) {
        location.reload();
        // Vite 6 and later wait for their listeners before they try on their own.
        return new Promise(() => {});
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  });
}
