// Reads templates in Rust files: `#[template(source = "...")]`.
import { tokenAt } from './tokens.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {{ text: string, places: number[], syntax: string | undefined }} Inline */

/**
 * Returns the templates in a Rust file, and the path and syntax of each template file that sets a
 * syntax.
 *
 * @param {string} text
 * @returns {{ inline: Inline[], syntaxes: [string, string][] }}
 */
export function readRust(text) {
  /** @type {Inline[]} */
  const inline = [];
  /** @type {[string, string][]} */
  const syntaxes = [];
  for (const { source, path, syntax } of attributes(text)) {
    if (source?.places) inline.push({ text: source.text, places: source.places, syntax: syntax?.text });
    if (path && syntax) syntaxes.push([path.text, syntax.text]);
  }
  return { inline, syntaxes };
}

/**
 * Returns the arguments of each `#[template(...)]`.
 *
 * @param {string} text
 */
function attributes(text) {
  /** @type {Record<string, Token>[]} */
  const found = [];
  // Avoids tokenizing most files.
  if (!text.includes('template')) return found;
  const tokens = tokensOf(text);
  tokens.forEach((token, at) => {
    const isAttribute =
      token.text === 'template' && tokens[at - 1]?.text === '[' && tokens[at - 2]?.text === '#';
    if (!isAttribute || token.kind !== 'name' || tokens[at + 1]?.text !== '(') return;
    /** @type {Record<string, Token>} */
    const values = {};
    for (let to = at + 2, depth = 0; tokens[to] && depth >= 0; to++) {
      const { kind, text } = tokens[to];
      if (kind === 'other' && '([{'.includes(text)) depth += 1;
      if (kind === 'other' && ')]}'.includes(text)) depth -= 1;
      const value = tokens[to + 2];
      const isValue = tokens[to + 1]?.text === '=' && value?.kind === 'string' && value.isPlain;
      if (depth === 0 && kind === 'name' && isValue) values[text] = value;
    }
    found.push(values);
  });
  return found;
}

/** @param {string} text */
function tokensOf(text) {
  /** @type {Token[]} */
  const tokens = [];
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at])) at += 1;
    else if (text.startsWith('//', at)) at = endOf(text, '\n', at);
    else if (text.startsWith('/*', at)) at = afterComment(text, at);
    else {
      const token = tokenAt(text, at);
      tokens.push(token);
      at = token.end;
    }
  }
  return tokens;
}

/**
 * Returns the offset after a block comment. Comments can be nested.
 *
 * @param {string} text
 * @param {number} from
 */
function afterComment(text, from) {
  let [at, depth] = [from + 2, 1];
  while (depth > 0 && at < text.length) {
    const isSign = text.startsWith('/*', at) || text.startsWith('*/', at);
    if (isSign) depth += text[at] === '/' ? 1 : -1;
    at += isSign ? 2 : 1;
  }
  return at;
}

/**
 * @param {string} text
 * @param {string} end
 * @param {number} from
 */
function endOf(text, end, from) {
  const at = text.indexOf(end, from);
  return at < 0 ? text.length : at;
}
