// Options: what a user may say, what holds when nothing is said, and what is refused.
//
// Precedence, everywhere: what the user's Vite configuration says, then what is said here, then the default.
import { closest } from './suggest.js';

/** @typedef {import('../index.js').BridgeOptions} BridgeOptions */

/**
 * @typedef {object} Options
 * @property {string | undefined} app
 * @property {string[]} assets
 * @property {boolean} linkStyles
 * @property {string[] | undefined} templates
 * @property {string[]} receivers
 * @property {import('../index.js').Refresh} refresh
 */

const KNOWN = ['app', 'assets', 'linkStyles', 'receivers', 'refresh', 'templates'];

/**
 * @param {BridgeOptions} given
 * @returns {Options}
 */
export function resolveOptions(given = {}) {
  for (const name of Object.keys(given)) {
    if (!KNOWN.includes(name)) throw unknownOption(name);
  }
  return {
    app: app(given.app),
    assets: list('assets', given.assets ?? []),
    linkStyles: flag('linkStyles', given.linkStyles ?? false),
    templates: given.templates === undefined ? undefined : list('templates', given.templates),
    receivers: list('receivers', given.receivers ?? []),
    refresh: refresh(given.refresh ?? 'restart'),
  };
}

/** @param {string} name */
function unknownOption(name) {
  const close = closest(name, KNOWN);
  const hint = close ? `; did you mean "${close}"?` : '';
  return new Error(`[vite-bridge] unknown option "${name}"${hint} The options are ${KNOWN.join(', ')}.`);
}

/** @param {unknown} value */
function app(value) {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value)) return value;
  throw new Error(
    `[vite-bridge] "app" is the application's URL, e.g. "http://localhost:3000/", not ${JSON.stringify(value)}`,
  );
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {string[]}
 */
function list(name, value) {
  const values = Array.isArray(value) ? value : [value];
  if (values.every((item) => typeof item === 'string')) return values;
  throw new Error(`[vite-bridge] "${name}" is a string or a list of strings, not ${JSON.stringify(value)}`);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function flag(name, value) {
  if (typeof value === 'boolean') return value;
  throw new Error(`[vite-bridge] "${name}" is true or false, not ${JSON.stringify(value)}`);
}

/**
 * @param {unknown} value
 * @returns {import('../index.js').Refresh}
 */
function refresh(value) {
  if (value === 'restart' || value === 'now') return value;
  if (typeof value === 'object' && value && 'event' in value && typeof value.event === 'string') {
    return { event: value.event };
  }
  throw new Error(
    `[vite-bridge] "refresh" is "restart", "now" or { event: "name" }, not ${JSON.stringify(value)}`,
  );
}
