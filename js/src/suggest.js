// Suggests known names for an unknown one.

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
 * Returns up to three known names that are close to `name`, nearest first. The crate uses the same
 * rules: the file names without extension are equal, one name contains the other, or at most a third
 * of the letters differ.
 *
 * @param {string} name
 * @param {string[]} known
 */
export function closeTo(name, known) {
  const ranked = known.flatMap((other) => {
    const isRelated =
      stem(other) === stem(name) || (name.length > 2 && (other.includes(name) || name.includes(other)));
    // The distance is at least the difference of the lengths.
    if (!isRelated && Math.abs(other.length - name.length) * 3 > name.length) return [];
    const far = distance(name, other);
    return isRelated || far * 3 <= name.length ? [{ other, far }] : [];
  });
  ranked.sort((a, b) => a.far - b.far || (a.other < b.other ? -1 : 1));
  return ranked.slice(0, 3).map(({ other }) => other);
}

/** @param {string} path */
function stem(path) {
  return path.slice(path.lastIndexOf('/') + 1).split('.')[0];
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
