// Reads the tags of an Askama template.
//
// The crate uses Askama's own parser. The plugin must run on machines without cargo, so it has a
// tokenizer. Both pass the same test cases, in tests/cases/scan.
import { CLOSE, OPEN } from './brackets.js';
import { Reader } from './reader.js';
import { ParseError, tokenAt } from './tokens.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {import('./reader.js').Template} Template */
/** @typedef {import('./reader.js').Scope} Scope */
/** @typedef {Record<'block_start' | 'block_end' | 'expr_start' | 'expr_end' | 'comment_start' | 'comment_end', string>} Syntax */

/**
 * Askama's default syntax.
 *
 * @type {Syntax}
 */
export const SYNTAX = {
  block_start: '{%',
  block_end: '%}',
  expr_start: '{{',
  expr_end: '}}',
  comment_start: '{#',
  comment_end: '#}',
};

/**
 * @param {string} text
 * @param {Syntax} syntax
 * @returns {Template}
 */
export function readTemplate(text, syntax = SYNTAX) {
  const reader = new Reader();
  for (let at = 0; at < text.length;) {
    const start = nextStart(text, at, syntax);
    if (!start) break;
    if (start.kind === 'comment') {
      at = afterComment(text, start.at, syntax);
      continue;
    }
    const isBlock = start.kind === 'block';
    const { tokens, end } = inside(
      text,
      start.at,
      start.length,
      isBlock ? syntax.block_end : syntax.expr_end,
    );
    if (isBlock && tokens[0]?.text === 'raw') {
      at = afterRaw(text, start.at, end, syntax);
      continue;
    }
    if (isBlock) reader.block(tokens);
    else reader.expression(tokens);
    at = end;
  }
  return reader.template;
}

/**
 * Finds the next tag or comment. If several delimiters match at one offset, the first one in
 * Askama's order wins.
 *
 * @param {string} text
 * @param {number} from
 * @param {Syntax} syntax
 */
function nextStart(text, from, syntax) {
  const starts = /** @type {const} */ (['comment', 'expr', 'block']).map((kind) => {
    const start = syntax[`${kind}_start`];
    return { kind, at: text.indexOf(start, from), length: start.length };
  });
  const found = starts.filter(({ at }) => at >= 0);
  return found.sort((one, other) => one.at - other.at)[0];
}

/**
 * Returns the offset after a comment. Comments can be nested.
 *
 * @param {string} text
 * @param {number} from
 * @param {Syntax} syntax
 */
function afterComment(text, from, { comment_start: start, comment_end: end }) {
  for (let at = from + start.length, depth = 1; ;) {
    const [opens, closes] = [text.indexOf(start, at), text.indexOf(end, at)];
    if (closes < 0) throw new ParseError(from, 'unclosed comment', `add ${JSON.stringify(end)}`);
    const isOpening = opens >= 0 && opens < closes;
    depth += isOpening ? 1 : -1;
    at = isOpening ? opens + start.length : closes + end.length;
    if (depth === 0) return at;
  }
}

/**
 * Returns the offset after a raw block.
 *
 * @param {string} text
 * @param {number} start the start of the tag `raw`
 * @param {number} from the end of that tag
 * @param {Syntax} syntax
 */
function afterRaw(text, start, from, { block_start, block_end }) {
  const [open, close] = [block_start, block_end].map((text) => text.replace(/[^\w\s]/g, '\\$&'));
  const pattern = new RegExp(`${open}[-+~]?\\s*endraw\\s*[-+~]?${close}`, 'g');
  pattern.lastIndex = from;
  const end = pattern.exec(text);
  if (!end) throw new ParseError(start, 'unclosed block', 'add "endraw"');
  return end.index + end[0].length;
}

/**
 * Returns the tokens of a tag, without whitespace control signs, and the end of the tag.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} opening the length of the opening delimiter
 * @param {string} close
 */
function inside(text, start, opening, close) {
  let at = start + opening;
  if (/[-+~]/.test(text[at] ?? '')) at += 1;
  /** @type {Token[]} */
  const tokens = [];
  for (let depth = 0; at < text.length;) {
    if (/\s/.test(text[at])) {
      at += 1;
    } else if (depth === 0 && text.startsWith(close, at)) {
      return { tokens, end: at + close.length };
    } else if (depth === 0 && /[-+~]/.test(text[at]) && text.startsWith(close, at + 1)) {
      at += 1;
    } else {
      const token = tokenAt(text, at);
      if (token.kind === 'other' && OPEN.includes(token.text)) depth += 1;
      if (token.kind === 'other' && CLOSE.includes(token.text)) depth = Math.max(0, depth - 1);
      tokens.push(token);
      at = token.end;
    }
  }
  throw new ParseError(start, 'unclosed tag', `add ${JSON.stringify(close)}`);
}
