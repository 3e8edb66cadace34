// Validates the options and fills in the defaults.
//
// Precedence: Vite's configuration wins over the plugin's options, which win over the defaults.
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
  const all = KNOWN.join(', ');
  const help = close ? `use "${close}" (all options: ${all})` : `use one of ${all}`;
  return new Error(`[vite-bridge] unknown option "${name}"\nhelp: ${help}`);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {string} help
 */
function invalidOption(name, value, help) {
  return new Error(`[vite-bridge] invalid option "${name}": ${JSON.stringify(value)}\nhelp: ${help}`);
}

/** @param {unknown} value */
function app(value) {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value)) return value;
  throw invalidOption('app', value, 'set the URL of the application, such as "http://localhost:3000/"');
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {string[]}
 */
function list(name, value) {
  const values = Array.isArray(value) ? value : [value];
  if (values.every((item) => typeof item === 'string')) return values;
  throw invalidOption(name, value, 'set a string or an array of strings');
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function flag(name, value) {
  if (typeof value === 'boolean') return value;
  throw invalidOption(name, value, 'set true or false');
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
  throw invalidOption('refresh', value, 'set "restart", "now" or { event: "name" }');
}
