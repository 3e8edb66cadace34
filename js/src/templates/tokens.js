// Tokenizes Rust, for Askama's expressions and for Rust files.

/**
 * @typedef {object} Token
 * @property {'name' | 'string' | 'other'} kind
 * @property {string} text the value of a plain string, or else the source; without the quotes of a string
 * @property {number} at
 * @property {number} end
 * @property {boolean} [isPlain] of a string: `false` for byte strings, C strings and strings with an invalid escape
 * @property {number[]} [places] of a plain string: the offset of each character of its value
 */

const NAME = /[\p{XID_Start}_]\p{XID_Continue}*/uy;
const NUMBER = /\d\w*(?:\.\d\w*)?(?:(?<=[eE])[+-]\d\w*)?/y;
const CHARACTER = /b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^\\'])'/suy;
const RAW = /(?:b|c)?r(#*)"/y;
const STRING = /(?:b|c)?"/y;
const WIDE = ['::', '||', '&&', '==', '!=', '..', '=>', '->'];

/**
 * Reads the token at an offset, which must not be the start of white space or of a comment.
 *
 * @param {string} text
 * @param {number} at
 * @returns {Token}
 */
export function tokenAt(text, at) {
  const raw = matchAt(RAW, text, at);
  if (raw) return rawString(text, at, raw);
  const quote = matchAt(STRING, text, at);
  if (quote) return string(text, at, quote[0].length);
  const name = matchAt(NAME, text, at);
  if (name) return token('name', name[0], at);
  const other = matchAt(CHARACTER, text, at) ?? matchAt(NUMBER, text, at);
  if (other) return token('other', other[0], at);
  return token('other', WIDE.find((wide) => text.startsWith(wide, at)) ?? text[at], at);
}

/**
 * @param {RegExp} pattern with the flag `y`
 * @param {string} text
 * @param {number} at
 */
function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * @param {'name' | 'other'} kind
 * @param {string} text
 * @param {number} at
 * @returns {Token}
 */
function token(kind, text, at) {
  return { kind, text, at, end: at + text.length };
}

/**
 * @param {string} text
 * @param {number} at
 * @param {RegExpExecArray} start
 * @returns {Token}
 */
function rawString(text, at, start) {
  const from = at + start[0].length;
  const close = `"${start[1]}`;
  const to = text.indexOf(close, from);
  if (to < 0) throw new ParseError(at, 'unclosed string', 'add the closing quote');
  const value = text.slice(from, to);
  const places = Array.from({ length: value.length + 1 }, (_, index) => from + index);
  return { kind: 'string', text: value, at, end: to + close.length, isPlain: text[at] === 'r', places };
}

/**
 * @param {string} text
 * @param {number} at
 * @param {number} start the length of the opening quote with its prefix
 * @returns {Token}
 */
function string(text, at, start) {
  let to = at + start;
  while (to < text.length && text[to] !== '"') to += text[to] === '\\' ? 2 : 1;
  if (to >= text.length) throw new ParseError(at, 'unclosed string', 'add the closing quote');
  const from = at + start;
  const value = start === 1 ? unescape(text.slice(from, to)) : undefined;
  const places = value?.places.map((place) => from + place);
  return {
    kind: 'string',
    text: value?.text ?? text.slice(from, to),
    at,
    end: to + 1,
    isPlain: value !== undefined,
    places,
  };
}

/** @type {Record<string, string>} */
const ESCAPES = { n: '\n', r: '\r', t: '\t', 0: '\0', '\\': '\\', "'": "'", '"': '"' };
const ESCAPE = /\\(?:x([0-7][\da-fA-F])|u\{([\da-fA-F_]+)\}|([nrt0\\'"])|(\r?\n)[ \t\r\n]*)/y;

/**
 * Evaluates the escapes of a string literal (the Rust Reference, "String literals"). Returns the
 * value with the offset of each character, or `undefined` if an escape is invalid.
 *
 * @param {string} content
 */
function unescape(content) {
  let text = '';
  /** @type {number[]} */
  const places = [];
  for (let at = 0; at < content.length;) {
    const escape = content[at] === '\\' ? matchAt(ESCAPE, content, at) : undefined;
    if (escape === null) return undefined;
    const code = escape && Number.parseInt((escape[1] ?? escape[2] ?? '').replaceAll('_', ''), 16);
    if (code && code > 0x10ffff) return undefined;
    const added = escape
      ? escape[4]
        ? ''
        : (ESCAPES[escape[3]] ?? String.fromCodePoint(code ?? 0))
      : content[at];
    for (let index = 0; index < added.length; index++) places.push(at);
    text += added;
    at += escape ? escape[0].length : 1;
  }
  places.push(content.length);
  return { text, places };
}

/** A syntax error in a template or a Rust file, with its offset. */
export class ParseError extends Error {
  /**
   * @param {number} at
   * @param {string} message
   * @param {string} help
   */
  constructor(at, message, help) {
    super(`${message}\nhelp: ${help}`);
    this.at = at;
  }
}
