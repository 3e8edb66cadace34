// Suggests a known name for an unknown one.

/**
 * Returns the known name with the smallest edit distance, if that is at most half the length of
 * `name`.
 *
 * @param {string} name
 * @param {string[]} known
 * @returns {string | undefined}
 */
export function closest(name, known) {
  const ranked = known.map((other) => ({
    other,
    distance: distance(name.toLowerCase(), other.toLowerCase()),
  }));
  const [best] = ranked.sort((a, b) => a.distance - b.distance);
  return best && best.distance * 2 <= name.length ? best.other : undefined;
}

/**
 * Computes the Levenshtein distance.
 *
 * @param {string} a
 * @param {string} b
 */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
