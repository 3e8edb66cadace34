// Finds brackets and separators in lists of tokens.

/** @typedef {import('./tokens.js').Token} Token */

export const OPEN = ['(', '[', '{'];
export const CLOSE = [')', ']', '}'];

/** @param {Token | undefined} token */
export function isOpen(token) {
  return token?.kind === 'other' && OPEN.includes(token.text) && token.text !== '{';
}

/** @param {Token | undefined} token */
export function isClose(token) {
  return token?.kind === 'other' && CLOSE.includes(token.text) && token.text !== '}';
}

/**
 * Returns the index of the matching closing bracket, or the number of tokens if it is missing.
 *
 * @param {Token[]} tokens
 * @param {number} open
 */
export function closing(tokens, open) {
  return balanced(tokens, open, 1, OPEN, CLOSE) ?? tokens.length;
}

/**
 * Returns the index of the matching opening bracket, or 0 if it is missing.
 *
 * @param {Token[]} tokens
 * @param {number} close
 */
export function opening(tokens, close) {
  return balanced(tokens, close, -1, CLOSE, OPEN) ?? 0;
}

/**
 * @param {Token[]} tokens
 * @param {number} from
 * @param {number} step
 * @param {string[]} deeper
 * @param {string[]} higher
 */
function balanced(tokens, from, step, deeper, higher) {
  for (let at = from, depth = 0; tokens[at]; at += step) {
    const { kind, text } = tokens[at];
    if (kind !== 'other') continue;
    if (deeper.includes(text)) depth += 1;
    if (higher.includes(text)) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/**
 * Splits tokens at commas outside brackets. Ignores a trailing comma.
 *
 * @param {Token[]} tokens
 */
export function split(tokens) {
  /** @type {Token[][]} */
  const parts = [];
  for (let from = 0; from < tokens.length;) {
    const comma = find(tokens, ',', from);
    const to = comma < 0 ? tokens.length : comma;
    parts.push(tokens.slice(from, to));
    from = to + 1;
  }
  return parts;
}

/**
 * Returns the index of the first such sign outside brackets, or -1.
 *
 * @param {Token[]} tokens
 * @param {string} sign
 * @param {number} from
 */
export function find(tokens, sign, from) {
  for (let at = Math.max(from, 0), depth = 0; at < tokens.length; at++) {
    const { kind, text } = tokens[at];
    if (kind !== 'other') continue;
    if (depth === 0 && text === sign) return at;
    if (OPEN.includes(text)) depth += 1;
    if (CLOSE.includes(text)) depth -= 1;
  }
  return -1;
}
