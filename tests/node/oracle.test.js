// Vite itself as the judge: what it wrote into each built page against our tags of the same entry.
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

    test('every built page that has a key loads what our tags load, in the same order', async () => {
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
      await judgeAlone(major, differing, lines);
    });

    test('entries beside the pages resolve too', async () => {
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
 * Vite 7 and earlier keep, for one build, a list of each chunk's CSS from which that of an earlier page is missing; so
 * the order of a later page depends on the pages before it. Built alone, such a page must agree.
 *
 * @param {number} major
 * @param {string[]} pages
 * @param {string[]} lines
 */
async function judgeAlone(major, pages, lines) {
  assert.ok(major < 8 || pages.length === 0, `Vite ${major} has no such cache: ${pages}`);
  for (const page of pages) {
    const dist = await build(major, 'alone', { VARIANT: 'oracle', ONLY: page });
    const vites = await loadedBy(`${dist}/${page}`);
    if (!(await pagesWithKey(dist)).includes(page)) {
      lines.push(`${page}: has no key when built alone, so only the set was compared`);
      continue;
    }
    assert.deepEqual(byKind(await tags(dist, page)).stylesheet, vites.stylesheet, `${page}, built alone`);
    lines.push(`${page}: differs by the cache of many pages, agrees when built alone`);
  }
}

/** @param {string} dist */
async function pagesWithKey(dist) {
  const manifest = JSON.parse(await readFile(`${dist}/.vite/manifest.json`, 'utf8'));
  return Object.keys(manifest).filter((key) => key.endsWith('.html'));
}

/**
 * What a built page loads, by the tags that Vite wrote into it.
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
  const of = (/** @type {string} */ kind) =>
    elements.filter((element) => element.kind === kind).map((element) => element.href ?? '');
  return { script: of('script'), modulepreload: of('modulepreload'), stylesheet: of('stylesheet') };
}
