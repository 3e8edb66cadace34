// What templates name, while the dev server runs.
import { sep } from 'node:path';

// How long a burst of changes may last, in milliseconds.
const QUIET = 50;

// A watcher tells nothing of what is written while it looks around at its start: how long that may take, in milliseconds.
const SETTLED = 1000;

/**
 * Looks again whenever a template changes, and says what is wrong with what it finds.
 *
 * @param {import('../../index.js').BridgeServer} server
 * @param {{ logger: { warn(text: string): void } }} config
 * @param {import('../templates/named.js').Named} named
 * @param {() => import('../templates/named.js').Named} look
 */
export function followTemplates(server, { logger }, named, look) {
  let told = '';
  const tell = (/** @type {import('../templates/named.js').Named} */ { faults, warnings }) => {
    const text = [...faults, ...warnings].map((line) => `[vite-bridge] ${line}`).join('\n');
    if (text && text !== told) logger.warn(text);
    told = text;
  };
  tell(named);
  server.watcher.add(named.folders);
  setTimeout(() => tell(look()), SETTLED).unref();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  server.watcher.on('all', (_event, path) => {
    if (!named.folders.some((folder) => path === folder || path.startsWith(folder + sep))) return;
    clearTimeout(timer);
    timer = setTimeout(() => tell(look()), QUIET).unref();
  });
}
