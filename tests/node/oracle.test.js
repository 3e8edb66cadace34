// Compares our tags with the tags that Vite writes into built HTML pages for the same entries.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';

import { build, MAJORS, tags } from './support.js';

const FEWEST_PAGES = 5;

/** @typedef {{ script: string[], modulepreload: string[], stylesheet: string[] }} Loaded */

for (const major of MAJORS) {
  describe(`Vite ${major}`, () => {
    /** @type {string[]} */
    const lines = [];
    after(() => console.log(`Vite ${major}: ${lines.join('; ')}`));

    test('our tags load the same files as every built page in the manifest, in the same order', async () => {
      const dist = await build(major, 'oracle', { VARIANT: 'oracle' });
      const pages = await pagesWithKey(dist);
      assert.ok(pages.length >= FEWEST_PAGES, `only ${pages.length} pages to compare`);
      /** @type {string[]} */
      const differing = [];
      for (const page of pages) {
        const [vites, ours] = [await loadedBy(`${dist}/${page}`), byKind(await tags(dist, page))];
        assert.deepEqual(ours.script, vites.script, page);
        assert.deepEqual(ours.modulepreload, vites.modulepreload, page);
        assert.deepEqual(ours.stylesheet.toSorted(), vites.stylesheet.toSorted(), page);
        if (ours.stylesheet.join() !== vites.stylesheet.join()) differing.push(page);
      }
      lines.push(`${pages.length} pages compared`, `CSS order differs in ${differing.length}`);
      await compareAlone(major, differing, lines);
    });

    test('entries that are not pages resolve', async () => {
      const dist = await build(major, 'entries', { VARIANT: 'default' });
      assert.deepEqual(byKind(await tags(dist, 'src/theme.css')).script, []);
      assert.equal(byKind(await tags(dist, 'src/theme.css')).stylesheet.length, 1);
      assert.equal(byKind(await tags(dist, 'src/react/main.tsx')).script.length, 1);
      const main = byKind(await tags(dist, 'src/main.ts'));
      assert.ok(main.modulepreload.length >= 2 && main.stylesheet.length >= 2, JSON.stringify(main));
    });
  });
}

/**
 * Compares each differing page again in a separate build. In a build with several pages, Vite 7 and
 * earlier cache the CSS of each chunk, and the cached list lacks CSS of earlier pages. The CSS
 * order of a page then depends on the pages before it.
 *
 * @param {number} major
 * @param {string[]} pages
 * @param {string[]} lines
 */
async function compareAlone(major, pages, lines) {
  assert.ok(major < 8 || pages.length === 0, `Vite ${major} has no such cache: ${pages}`);
  for (const page of pages) {
    const dist = await build(major, 'alone', { VARIANT: 'oracle', ONLY: page });
    const vites = await loadedBy(`${dist}/${page}`);
    if (!(await pagesWithKey(dist)).includes(page)) {
      lines.push(`${page}: not in the manifest when built alone, so only the set was compared`);
      continue;
    }
    assert.deepEqual(byKind(await tags(dist, page)).stylesheet, vites.stylesheet, `${page}, built alone`);
    lines.push(`${page}: differs because of Vite's cache, and agrees when built alone`);
  }
}

/**
 * Returns the pages that the manifest lists.
 *
 * @param {string} dist
 */
async function pagesWithKey(dist) {
  const manifest = JSON.parse(await readFile(`${dist}/.vite/manifest.json`, 'utf8'));
  return Object.keys(manifest).filter((key) => key.endsWith('.html'));
}

/**
 * Returns the files that a built page loads, by the tags that Vite wrote into it.
 *
 * @param {string} page
 * @returns {Promise<Loaded>}
 */
async function loadedBy(page) {
  const html = await readFile(page, 'utf8');
  const elements = [...html.matchAll(/<(script|link)\b([^>]*)>/g)].map(([, tag, text]) => {
    const attribute = (/** @type {string} */ name) => text.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1];
    return {
      kind: tag === 'script' ? 'script' : attribute('rel'),
      href: attribute('src') ?? attribute('href'),
    };
  });
  return byKind(elements);
}

/**
 * @param {{ kind?: string, href?: string }[]} elements
 * @returns {Loaded}
 */
function byKind(elements) {
  const hrefs = (/** @type {string} */ kind) =>
    elements.filter((element) => element.kind === kind).map((element) => element.href ?? '');
  return { script: hrefs('script'), modulepreload: hrefs('modulepreload'), stylesheet: hrefs('stylesheet') };
}
