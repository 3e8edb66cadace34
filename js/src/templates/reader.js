// Reads the tags of a template in order. Tracks the variables of each block and collects the calls
// that reference files.
import { closing, find, isOpen, OPEN, split } from './brackets.js';
import { collectLiterals, operandStart, boundNames, boundNamesAt } from './values.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {import('./values.js').Bindings} Bindings */
/** @typedef {import('./values.js').Use} Use */
/**
 * @typedef {object} Passed an argument of a macro call
 * @property {string | undefined} alias of the import that defines the macro
 * @property {string} macro
 * @property {number | string} parameter its index or its name
 * @property {string[]} value the names of the argument
 */
/**
 * @typedef {object} Scope a macro, or the template outside macros
 * @property {string | undefined} macro
 * @property {[string, string[]][]} parameters each with the names of its default value
 * @property {Use[]} uses
 * @property {Passed[]} passed
 * @property {{ path: string, names: Bindings }[]} includes
 */
/** @typedef {{ scopes: Scope[], imports: Map<string, string> }} Template */

/** Methods of a page that reference entries or assets. */
const CALLS = ['tags', 'styles', 'scripts', 'preloads', 'urls', 'group', 'asset', 'inline', 'preload'];

/** Reads tags and collects the scopes and imports of a template. */
export class Reader {
  /** @type {Scope} */
  #scope = scope(undefined, []);
  /** @type {Bindings[]} */
  #bindings = [new Map()];
  /** @type {{ scope: Scope, bindings: Bindings[] }[]} */
  #outer = [];
  /** @type {(string | undefined)[]} the variables that the open `let` blocks bind */
  #lets = [];
  /** @type {Template} */
  template = { scopes: [this.#scope], imports: new Map() };

  get bindings() {
    return this.#bindings[this.#bindings.length - 1];
  }

  #push() {
    this.#bindings.push(new Map(this.bindings));
  }

  #pop() {
    if (this.#bindings.length > 1) this.#bindings.pop();
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
        return void this.#scope.includes.push({ path: rest[0]?.text ?? '', names: new Map(this.bindings) });
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
      const value = equals < 0 ? [] : boundNames(parameter.slice(equals + 1), new Map());
      return /** @type {[string, string[]]} */ ([parameter[0]?.text ?? '', value]);
    });
    this.#outer.push({ scope: this.#scope, bindings: this.#bindings });
    this.#scope = scope(name?.text, parameters);
    this.#bindings = [new Map()];
    this.template.scopes.push(this.#scope);
  }

  #endMacro() {
    const outer = this.#outer.pop();
    if (outer) ({ scope: this.#scope, bindings: this.#bindings } = outer);
  }

  /** @param {Token[]} tokens */
  #callBlock(tokens) {
    const from = tokens[0]?.text === '(' ? closing(tokens, 0) + 1 : 0;
    // A `call` block calls its macro with the syntax of a function.
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
    if (name) this.bindings.set(name, []);
  }

  /**
   * @param {Token[]} pattern
   * @param {Token[]} value
   */
  #bind(pattern, value) {
    if (pattern.length === 1) this.bindings.set(pattern[0].text, boundNames(value, this.bindings));
    else this.#bindPattern(pattern);
  }

  /** @param {Token[]} pattern */
  #bindPattern(pattern) {
    pattern.forEach(({ kind, text }, at) => {
      const isPart = ['(', '{', '::', ':'].includes(pattern[at + 1]?.text) || pattern[at - 1]?.text === '::';
      if (kind === 'name' && !isPart) this.bindings.set(text, []);
    });
  }

  /** @param {Token[]} tokens */
  expression(tokens) {
    for (let at = 0; at < tokens.length; at++) {
      const [before, token, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
      if (token.kind === 'other' && token.text === '|') this.#filter(tokens, at);
      if (token.kind !== 'name' || !next) continue;
      if (next.text === '!' && next.at === token.end && OPEN.includes(tokens[at + 2]?.text)) {
        // The arguments of a Rust macro are Rust tokens, not an Askama expression.
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
    const receiver = boundNamesAt(tokens, at - 2, this.bindings);
    if (receiver.length > 0) this.#use(receiver, call, args[0], place);
  }

  /**
   * Records the arguments, because the function may be a macro.
   *
   * @param {Token[]} tokens
   * @param {number} at
   * @param {Token[][]} args
   */
  #function(tokens, at, args) {
    const alias = tokens[at - 1]?.text === '::' ? tokens[at - 2]?.text : undefined;
    args.forEach((arg, index) => {
      const isNamed = arg[0]?.kind === 'name' && arg[1]?.text === '=';
      const value = boundNames(isNamed ? arg.slice(2) : arg, this.bindings);
      if (value.length === 0) return;
      const parameter = isNamed ? arg[0].text : index;
      this.#scope.passed.push({ alias, macro: tokens[at].text, parameter, value });
    });
  }

  /**
   * @param {Token[]} tokens
   * @param {number} at the index of `|`
   */
  #filter(tokens, at) {
    let last = at + 1;
    while (tokens[last + 1]?.text === '::' && tokens[last + 2]?.kind === 'name') last += 2;
    const name = tokens[last];
    const call = name?.kind === 'name' && name.text.startsWith('vite_') ? name.text.slice(5) : '';
    if (CALLS.includes(call))
      this.#use(undefined, call, tokens.slice(operandStart(tokens, at - 1), at), name.at);
  }

  /**
   * @param {string[] | undefined} receiver
   * @param {string} call
   * @param {Token[]} argument
   * @param {number} at
   */
  #use(receiver, call, argument, at) {
    const use = { receiver, call, names: [], isDynamic: false, at };
    collectLiterals(argument, use);
    this.#scope.uses.push(use);
  }
}

/**
 * @param {string | undefined} macro
 * @param {[string, string[]][]} parameters
 * @returns {Scope}
 */
function scope(macro, parameters) {
  return { macro, parameters, uses: [], passed: [], includes: [] };
}
