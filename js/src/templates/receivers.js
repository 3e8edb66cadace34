// Finds the names that hold a page: known names, macro arguments, and names that an included
// template sees.

/** @typedef {import('./askama.js').Template} Template */
/** @typedef {import('./askama.js').Scope} Scope */

/**
 * Follows pages through macros and includes until no new name is found.
 *
 * @param {Template[]} templates
 * @param {Set<string>} known names that hold a page in every template
 * @param {(path: string, from: number) => number} find returns the index of the
 *   template at a path, as seen from another template, or -1
 * @returns {(scope: Scope, names: string[]) => boolean} returns whether one of the names
 *   holds a page in a scope
 */
export function resolveReceivers(templates, known, find) {
  /** @type {Map<Scope, Set<string>>} */
  const bound = new Map();
  const isPage = (/** @type {Scope} */ scope, /** @type {string[]} */ names) =>
    names.some((name) => known.has(name) || bound.get(scope)?.has(name));
  const open = templates.flatMap((template, at) => template.scopes.map((scope) => ({ at, scope })));
  for (let next = open.shift(); next; next = open.shift()) {
    for (const { at, scope, name } of bindings(next.at, next.scope)) {
      const names = bound.get(scope) ?? new Set();
      if (names.has(name)) continue;
      bound.set(scope, names.add(name));
      open.push({ at, scope });
    }
  }
  return isPage;

  /**
   * Returns the names in other scopes that receive a page from this scope.
   *
   * @param {number} at
   * @param {Scope} scope
   */
  function bindings(at, scope) {
    const found = scope.parameters
      .filter(([, value]) => isPage(scope, value))
      .map(([name]) => ({ at, scope, name }));
    for (const { alias, macro, parameter, value } of scope.passed) {
      if (!isPage(scope, value)) continue;
      const path = alias === undefined ? undefined : templates[at].imports.get(alias);
      const target = alias === undefined ? at : path === undefined ? -1 : find(path, at);
      const into = templates[target]?.scopes.findLast((scope) => scope.macro === macro);
      const name = typeof parameter === 'string' ? parameter : into?.parameters[parameter]?.[0];
      if (into && name !== undefined) found.push({ at: target, scope: into, name });
    }
    for (const { path, names } of scope.includes) {
      const target = find(path, at);
      if (target < 0) continue;
      const pages = [...names].filter(([, value]) => isPage(scope, value)).map(([name]) => name);
      for (const name of [...pages, ...(bound.get(scope) ?? [])]) {
        found.push({ at: target, scope: templates[target].scopes[0], name });
      }
    }
    return found;
  }
}
