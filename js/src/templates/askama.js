// An Askama template as far as it matters here: its calls, and on the way of which names pages reach their receivers.
//
// The Rust side reads templates with Askama's own parser; this side has to run where cargo is not. Both are held to the same cases.
import { CLOSE, OPEN } from './brackets.js';
import { Reader } from './reader.js';
import { SyntaxFault, tokenAt } from './tokens.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {import('./reader.js').Template} Template */
/** @typedef {import('./reader.js').Scope} Scope */
/** @typedef {Record<'block_start' | 'block_end' | 'expr_start' | 'expr_end' | 'comment_start' | 'comment_end', string>} Syntax */

/** @type {Syntax} */
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
 * Where a tag or a comment begins next; of several at one place the one that Askama tries first.
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
 * Comments may lie in comments.
 *
 * @param {string} text
 * @param {number} from
 * @param {Syntax} syntax
 */
function afterComment(text, from, { comment_start: start, comment_end: end }) {
  for (let at = from + start.length, depth = 1; ;) {
    const [opens, closes] = [text.indexOf(start, at), text.indexOf(end, at)];
    if (closes < 0) throw new SyntaxFault(from, `unclosed comment, missing ${JSON.stringify(end)}`);
    const isOpening = opens >= 0 && opens < closes;
    depth += isOpening ? 1 : -1;
    at = isOpening ? opens + start.length : closes + end.length;
    if (depth === 0) return at;
  }
}

/**
 * @param {string} text
 * @param {number} start where the tag begins
 * @param {number} from where its content does
 * @param {Syntax} syntax
 */
function afterRaw(text, start, from, { block_start, block_end }) {
  const [open, close] = [block_start, block_end].map((text) => text.replace(/[^\w\s]/g, '\\$&'));
  const pattern = new RegExp(`${open}[-+~]?\\s*endraw\\s*[-+~]?${close}`, 'g');
  pattern.lastIndex = from;
  const end = pattern.exec(text);
  if (!end) throw new SyntaxFault(start, 'unclosed block, missing "endraw"');
  return end.index + end[0].length;
}

/**
 * The tokens of a tag, without the signs for white space, and where it ends.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} opening the length of what opens it
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
  throw new SyntaxFault(start, `unclosed tag, missing ${JSON.stringify(close)}`);
}
