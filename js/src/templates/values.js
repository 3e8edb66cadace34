// What expressions stand for: literals, and pages under their names.
import { closing, isClose, isOpen, opening, split } from './brackets.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {{ name: string, at: number }} Name */
/** @typedef {{ receiver: string[] | undefined, call: string, names: Name[], isDynamic: boolean, at: number }} Use */
/** @typedef {Map<string, string[]>} Names what else each name stands for */

/** What gives a page from a page. */
const PAGE_OF_PAGE = ['once', 'clone', 'with_nonce'];

/**
 * The names of a literal, or of a list of them.
 *
 * @param {Token[]} tokens
 * @param {Use} use
 */
export function literals(tokens, use) {
  const [first] = tokens;
  if (first?.kind === 'string' && first.isPlain && tokens.length === 1) {
    use.names.push({ name: first.text, at: first.at });
  } else if (first?.kind === 'other' && first.text === '&') {
    literals(tokens.slice(1), use);
  } else if (isOpen(first) && closing(tokens, 0) === tokens.length - 1) {
    const inner = tokens.slice(1, -1);
    const items = split(inner);
    // A tuple is no list.
    if (first.text === '(' && (items.length !== 1 || inner.at(-1)?.text === ',')) use.isDynamic = true;
    else items.forEach((item) => literals(item, use));
  } else if (use.call === 'group' || !isConstant(tokens)) {
    use.isDynamic = true;
  }
}

/**
 * Whether a path is to one of the constants that a build script writes, at which the compiler has looked: `entries::SRC_MAIN_TS`.
 *
 * @param {Token[]} tokens
 */
function isConstant(tokens) {
  const isPath = tokens.every(({ kind, text }, at) => (at % 2 === 0 ? kind === 'name' : text === '::'));
  return isPath && tokens.length % 2 === 1 && ['entries', 'assets'].includes(tokens.at(-3)?.text ?? '');
}

/**
 * The names under which a value is known: the last part of its path, and what that is bound to; none of what is no path.
 *
 * @param {Token[]} tokens
 * @param {Names} names
 * @returns {string[]}
 */
export function standsFor(tokens, names) {
  let from = 0;
  while (['&', '*', '&&'].includes(tokens[from]?.text) && tokens[from].kind === 'other') from += 1;
  const rest = tokens.slice(from);
  return rest.length > 0 && operand(rest, rest.length - 1) === 0
    ? standsForEnd(rest, rest.length - 1, names)
    : [];
}

/**
 * The same of the operand that ends at a token.
 *
 * @param {Token[]} tokens
 * @param {number} end
 * @param {Names} names
 * @returns {string[]}
 */
export function standsForEnd(tokens, end, names) {
  const token = tokens[end];
  const before = tokens[end - 1]?.text;
  if (token?.kind === 'name') {
    return before === '.' || before === '::' ? [token.text] : [token.text, ...(names.get(token.text) ?? [])];
  }
  if (token?.text === '?') return standsForEnd(tokens, end - 1, names);
  if (token?.text !== ')') return [];
  const open = opening(tokens, end);
  const method = tokens[open - 1];
  if (method?.kind !== 'name') return standsFor(tokens.slice(open + 1, end), names);
  const isMethod = tokens[open - 2]?.text === '.';
  return isMethod && PAGE_OF_PAGE.includes(method.text)
    ? standsForEnd(tokens, open - 3, names)
    : [method.text];
}

/**
 * Where the operand begins that ends at a token: a literal, or a path with its calls.
 *
 * @param {Token[]} tokens
 * @param {number} end
 * @returns {number}
 */
export function operand(tokens, end) {
  let at = end;
  while (tokens[at]?.text === '?' && tokens[at].kind === 'other') at -= 1;
  if (isClose(tokens[at])) {
    at = opening(tokens, at);
    const isPostfix = tokens[at - 1]?.kind === 'name' || isClose(tokens[at - 1]);
    if (isPostfix) return operand(tokens, at - 1);
  }
  return ['.', '::'].includes(tokens[at - 1]?.text) ? operand(tokens, at - 2) : at;
}
