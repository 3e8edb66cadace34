// Evaluates expressions as far as the scan needs it: string literals, and names that can hold a
// page.
import { closing, isClose, isOpen, opening, split } from './brackets.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {{ name: string, at: number }} Name */
/** @typedef {{ receiver: string[] | undefined, call: string, names: Name[], isDynamic: boolean, at: number }} Use */
/** @typedef {Map<string, string[]>} Bindings the names of the values that each variable holds */

/** Methods of a page that return a page. */
const PAGE_METHODS = ['once', 'clone', 'with_nonce'];

/**
 * Adds the names of a string literal, or of a list of string literals, to `use`.
 *
 * @param {Token[]} tokens
 * @param {Use} use
 */
export function collectLiterals(tokens, use) {
  const [first] = tokens;
  if (first?.kind === 'string' && first.isPlain && tokens.length === 1) {
    use.names.push({ name: first.text, at: first.at });
  } else if (first?.kind === 'other' && first.text === '&') {
    collectLiterals(tokens.slice(1), use);
  } else if (isOpen(first) && closing(tokens, 0) === tokens.length - 1) {
    const inner = tokens.slice(1, -1);
    const items = split(inner);
    // Parentheses around several items form a tuple, not a list.
    if (first.text === '(' && (items.length !== 1 || inner.at(-1)?.text === ',')) use.isDynamic = true;
    else items.forEach((item) => collectLiterals(item, use));
  } else if (use.call === 'group' || !isConstant(tokens)) {
    use.isDynamic = true;
  }
}

/**
 * Returns whether the tokens are a path to a constant that the build script generates, such as
 * `entries::SRC_MAIN_TS`. The compiler checks those constants.
 *
 * @param {Token[]} tokens
 */
function isConstant(tokens) {
  const isPath = tokens.every(({ kind, text }, at) => (at % 2 === 0 ? kind === 'name' : text === '::'));
  return isPath && tokens.length % 2 === 1 && ['entries', 'assets'].includes(tokens.at(-3)?.text ?? '');
}

/**
 * Returns the names of the value of an expression: the last segment of its path, and the names that
 * are bound to it. Returns an empty list if the expression is not a path.
 *
 * @param {Token[]} tokens
 * @param {Bindings} bindings
 * @returns {string[]}
 */
export function boundNames(tokens, bindings) {
  let from = 0;
  while (['&', '*', '&&'].includes(tokens[from]?.text) && tokens[from].kind === 'other') from += 1;
  const rest = tokens.slice(from);
  return rest.length > 0 && operandStart(rest, rest.length - 1) === 0
    ? boundNamesAt(rest, rest.length - 1, bindings)
    : [];
}

/**
 * Returns the names of the operand that ends at a token.
 *
 * @param {Token[]} tokens
 * @param {number} end
 * @param {Bindings} bindings
 * @returns {string[]}
 */
export function boundNamesAt(tokens, end, bindings) {
  const token = tokens[end];
  const before = tokens[end - 1]?.text;
  if (token?.kind === 'name') {
    return before === '.' || before === '::'
      ? [token.text]
      : [token.text, ...(bindings.get(token.text) ?? [])];
  }
  if (token?.text === '?') return boundNamesAt(tokens, end - 1, bindings);
  if (token?.text !== ')') return [];
  const open = opening(tokens, end);
  const method = tokens[open - 1];
  if (method?.kind !== 'name') return boundNames(tokens.slice(open + 1, end), bindings);
  const isMethod = tokens[open - 2]?.text === '.';
  return isMethod && PAGE_METHODS.includes(method.text)
    ? boundNamesAt(tokens, open - 3, bindings)
    : [method.text];
}

/**
 * Returns the start of the operand that ends at a token. An operand is a literal, or a path with
 * its calls.
 *
 * @param {Token[]} tokens
 * @param {number} end
 * @returns {number}
 */
export function operandStart(tokens, end) {
  let at = end;
  while (tokens[at]?.text === '?' && tokens[at].kind === 'other') at -= 1;
  if (isClose(tokens[at])) {
    at = opening(tokens, at);
    const isPostfix = tokens[at - 1]?.kind === 'name' || isClose(tokens[at - 1]);
    if (isPostfix) return operandStart(tokens, at - 1);
  }
  return ['.', '::'].includes(tokens[at - 1]?.text) ? operandStart(tokens, at - 2) : at;
}
