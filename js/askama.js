// An Askama template as far as it matters here: its calls, and on the way of which names pages reach their receivers.
//
// The Rust side reads templates with Askama's own parser; this side has to run where cargo is not. Both are held to the same cases.
import { SyntaxFault, tokenAt } from './tokens.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {{ name: string, at: number }} Name */
/** @typedef {{ receiver: string[] | undefined, call: string, names: Name[], isDynamic: boolean, at: number }} Use */
/** @typedef {{ alias: string | undefined, macro: string, parameter: number | string, value: string[] }} Handed */
/** @typedef {Map<string, string[]>} Names what else each name stands for */
/**
 * @typedef {object} Scope
 * @property {string | undefined} macro
 * @property {[string, string[]][]} parameters with what each one's default stands for
 * @property {Use[]} uses
 * @property {Handed[]} handed
 * @property {{ path: string, names: Names }[]} includes
 */
/** @typedef {{ scopes: Scope[], imports: Map<string, string> }} Template */
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

/** The methods that name entries or assets. */
const CALLS = ['tags', 'styles', 'scripts', 'preloads', 'urls', 'block', 'asset', 'inline', 'preload'];
/** What gives a page from a page. */
const PAGE_OF_PAGE = ['once', 'clone', 'with_nonce'];
const OPEN = ['(', '[', '{'];
const CLOSE = [')', ']', '}'];

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

/** Follows blocks, and what names stand for in them. */
class Reader {
  /** @type {Scope} */
  #scope = scope(undefined, []);
  /** @type {Names[]} */
  #names = [new Map()];
  /** @type {{ scope: Scope, names: Names[] }[]} */
  #outer = [];
  /** @type {(string | undefined)[]} what `endlet` binds */
  #lets = [];
  /** @type {Template} */
  template = { scopes: [this.#scope], imports: new Map() };

  get names() {
    return this.#names[this.#names.length - 1];
  }

  #push() {
    this.#names.push(new Map(this.names));
  }

  #pop() {
    if (this.#names.length > 1) this.#names.pop();
  }

  /** @param {Token[]} tokens */
  block([tag, ...rest]) {
    switch (tag?.text) {
      case 'if':
      case 'match':
        this.#push();
        return this.#condition(rest);
      case 'else':
      case 'elif':
        this.#pop();
        this.#push();
        return this.#condition(rest[0]?.text === 'if' ? rest.slice(1) : rest);
      case 'when':
        this.#pop();
        this.#push();
        return this.#bindPattern(rest);
      case 'for':
        return this.#loop(rest);
      case 'macro':
        return this.#macro(rest);
      case 'endmacro':
        return this.#endMacro();
      case 'call':
        this.#callBlock(rest);
        return this.#push();
      case 'let':
      case 'set':
        return this.#let(rest);
      case 'endlet':
      case 'endset':
        return this.#endLet();
      case 'include':
        return void this.#scope.includes.push({ path: rest[0]?.text ?? '', names: new Map(this.names) });
      case 'import':
        return void this.template.imports.set(rest.at(-1)?.text ?? '', rest[0]?.text ?? '');
      case 'block':
        return this.#push();
      case 'filter':
        this.expression(rest);
        return this.#push();
      case 'endif':
      case 'endmatch':
      case 'endfor':
      case 'endblock':
      case 'endcall':
      case 'endfilter':
        return this.#pop();
      case 'mut':
        return this.expression(rest);
    }
  }

  /** @param {Token[]} tokens */
  #condition(tokens) {
    this.expression(tokens);
    tokens.forEach((token, at) => {
      if (token.kind !== 'name' || token.text !== 'let') return;
      const equals = find(tokens, '=', at);
      const ends = ['&&', '||'].map((end) => find(tokens, end, equals)).filter((end) => end > 0);
      this.#bind(tokens.slice(at + 1, equals), tokens.slice(equals + 1, Math.min(tokens.length, ...ends)));
    });
  }

  /** @param {Token[]} tokens */
  #loop(tokens) {
    const at = tokens.findIndex(({ kind, text }) => kind === 'name' && text === 'in');
    const rest = tokens.slice(at + 1);
    const condition = rest.findIndex(({ kind, text }) => kind === 'name' && text === 'if');
    this.expression(condition < 0 ? rest : rest.slice(0, condition));
    this.#push();
    this.#bindPattern(tokens.slice(0, at));
    if (condition >= 0) this.expression(rest.slice(condition + 1));
  }

  /** @param {Token[]} tokens */
  #macro([name, , ...rest]) {
    const last = rest.findLastIndex(({ text }) => text === ')');
    const parameters = split(rest.slice(0, Math.max(last, 0))).map((parameter) => {
      const equals = find(parameter, '=', 0);
      const value = equals < 0 ? [] : standsFor(parameter.slice(equals + 1), new Map());
      return /** @type {[string, string[]]} */ ([parameter[0]?.text ?? '', value]);
    });
    this.#outer.push({ scope: this.#scope, names: this.#names });
    this.#scope = scope(name?.text, parameters);
    this.#names = [new Map()];
    this.template.scopes.push(this.#scope);
  }

  #endMacro() {
    const outer = this.#outer.pop();
    if (outer) ({ scope: this.#scope, names: this.#names } = outer);
  }

  /** @param {Token[]} tokens */
  #callBlock(tokens) {
    const from = tokens[0]?.text === '(' ? closing(tokens, 0) + 1 : 0;
    // It looks like the call of a function.
    this.expression(tokens.slice(from));
  }

  /** @param {Token[]} tokens */
  #let(tokens) {
    const rest = tokens[0]?.text === 'mut' ? tokens.slice(1) : tokens;
    const equals = find(rest, '=', 0);
    if (equals < 0) {
      this.#lets.push(rest[0]?.text);
      return this.#push();
    }
    const colon = find(rest, ':', 0);
    const value = rest.slice(equals + 1);
    this.expression(value);
    this.#bind(rest.slice(0, colon > 0 && colon < equals ? colon : equals), value);
  }

  #endLet() {
    this.#pop();
    const name = this.#lets.pop();
    if (name) this.names.set(name, []);
  }

  /**
   * @param {Token[]} pattern
   * @param {Token[]} value
   */
  #bind(pattern, value) {
    if (pattern.length === 1) this.names.set(pattern[0].text, standsFor(value, this.names));
    else this.#bindPattern(pattern);
  }

  /** @param {Token[]} pattern */
  #bindPattern(pattern) {
    pattern.forEach(({ kind, text }, at) => {
      const isPart = ['(', '{', '::', ':'].includes(pattern[at + 1]?.text) || pattern[at - 1]?.text === '::';
      if (kind === 'name' && !isPart) this.names.set(text, []);
    });
  }

  /** @param {Token[]} tokens */
  expression(tokens) {
    for (let at = 0; at < tokens.length; at++) {
      const [before, token, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
      if (token.kind === 'other' && token.text === '|') this.#filter(tokens, at);
      if (token.kind !== 'name' || !next) continue;
      if (next.text === '!' && next.at === token.end && OPEN.includes(tokens[at + 2]?.text)) {
        // The argument of a Rust macro is Rust, not Askama.
        at = closing(tokens, at + 2);
      } else if (isOpen(next)) {
        const args = split(tokens.slice(at + 2, closing(tokens, at + 1)));
        if (before?.kind === 'other' && before.text === '.') this.#method(tokens, at, args);
        else this.#function(tokens, at, args);
      }
    }
  }

  /**
   * @param {Token[]} tokens
   * @param {number} at
   * @param {Token[][]} args
   */
  #method(tokens, at, args) {
    const { text: call, at: place } = tokens[at];
    if (!CALLS.includes(call) || args.length === 0) return;
    const receiver = standsForEnd(tokens, at - 2, this.names);
    if (receiver.length > 0) this.#use(receiver, call, args[0], place);
  }

  /**
   * A macro, perhaps.
   *
   * @param {Token[]} tokens
   * @param {number} at
   * @param {Token[][]} args
   */
  #function(tokens, at, args) {
    const alias = tokens[at - 1]?.text === '::' ? tokens[at - 2]?.text : undefined;
    args.forEach((arg, index) => {
      const isNamed = arg[0]?.kind === 'name' && arg[1]?.text === '=';
      const value = standsFor(isNamed ? arg.slice(2) : arg, this.names);
      if (value.length === 0) return;
      const parameter = isNamed ? arg[0].text : index;
      this.#scope.handed.push({ alias, macro: tokens[at].text, parameter, value });
    });
  }

  /**
   * @param {Token[]} tokens
   * @param {number} at that of the bar
   */
  #filter(tokens, at) {
    let last = at + 1;
    while (tokens[last + 1]?.text === '::' && tokens[last + 2]?.kind === 'name') last += 2;
    const name = tokens[last];
    const call = name?.kind === 'name' && name.text.startsWith('vite_') ? name.text.slice(5) : '';
    if (CALLS.includes(call)) this.#use(undefined, call, tokens.slice(operand(tokens, at - 1), at), name.at);
  }

  /**
   * @param {string[] | undefined} receiver
   * @param {string} call
   * @param {Token[]} argument
   * @param {number} at
   */
  #use(receiver, call, argument, at) {
    const use = { receiver, call, names: [], isDynamic: false, at };
    literals(argument, use);
    this.#scope.uses.push(use);
  }
}

/**
 * @param {string | undefined} macro
 * @param {[string, string[]][]} parameters
 * @returns {Scope}
 */
function scope(macro, parameters) {
  return { macro, parameters, uses: [], handed: [], includes: [] };
}

/**
 * The names of a literal, or of a list of them.
 *
 * @param {Token[]} tokens
 * @param {Use} use
 */
function literals(tokens, use) {
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
  } else {
    use.isDynamic = true;
  }
}

/**
 * The names under which a value is known: the last part of its path, and what that is bound to; none of what is no path.
 *
 * @param {Token[]} tokens
 * @param {Names} names
 * @returns {string[]}
 */
function standsFor(tokens, names) {
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
function standsForEnd(tokens, end, names) {
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
function operand(tokens, end) {
  let at = end;
  while (tokens[at]?.text === '?' && tokens[at].kind === 'other') at -= 1;
  if (isClose(tokens[at])) {
    at = opening(tokens, at);
    const isPostfix = tokens[at - 1]?.kind === 'name' || isClose(tokens[at - 1]);
    if (isPostfix) return operand(tokens, at - 1);
  }
  return ['.', '::'].includes(tokens[at - 1]?.text) ? operand(tokens, at - 2) : at;
}

/** @param {Token | undefined} token */
function isOpen(token) {
  return token?.kind === 'other' && OPEN.includes(token.text) && token.text !== '{';
}

/** @param {Token | undefined} token */
function isClose(token) {
  return token?.kind === 'other' && CLOSE.includes(token.text) && token.text !== '}';
}

/**
 * The token that closes one, or the end.
 *
 * @param {Token[]} tokens
 * @param {number} open
 */
function closing(tokens, open) {
  return balanced(tokens, open, 1, OPEN, CLOSE) ?? tokens.length;
}

/**
 * @param {Token[]} tokens
 * @param {number} close
 */
function opening(tokens, close) {
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
 * Parts between commas; an empty last one is none.
 *
 * @param {Token[]} tokens
 */
function split(tokens) {
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
 * The first such sign that is in no bracket; -1 where there is none.
 *
 * @param {Token[]} tokens
 * @param {string} sign
 * @param {number} from
 */
function find(tokens, sign, from) {
  for (let at = Math.max(from, 0), depth = 0; at < tokens.length; at++) {
    const { kind, text } = tokens[at];
    if (kind !== 'other') continue;
    if (depth === 0 && text === sign) return at;
    if (OPEN.includes(text)) depth += 1;
    if (CLOSE.includes(text)) depth -= 1;
  }
  return -1;
}
