// The effect of a changed template or Rust file on stylesheets, such as those of Tailwind CSS, which
// contain the classes of these files.
//
// For such a file Vite reloads the page: Vite 5 and 6 for each file on which only stylesheets depend,
// later majors for `.html` files. Tailwind CSS 4.2 to 4.3.2 sends a reload too. Only the old page
// exists at that time: the application still runs the old template.
import { STYLESHEET } from './styles.js';

/**
 * A module of Vite, and the graph of these modules. Vite 5 has other types than later versions.
 *
 * @template M
 * @typedef {{ url: string, importers: Iterable<M>, importedModules: Iterable<M> }} Module
 */
/**
 * @template M
 * @typedef {{ idToModuleMap: Map<string, M>, ensureEntryFromUrl(url: string, ...rest: boolean[]): Promise<M> }} Graph
 */

// The URL of a module that no page loads. Vite sends nothing for such a module. Without it, an
// update without JavaScript modules would reload the page.
const UNUSED = '/@vite-bridge/unused.js';

/**
 * Returns the modules that Vite updates after a change of a template or a Rust file: the stylesheets
 * that depend on the file, and the scripts that import it.
 *
 * @template {Module<M>} M
 * @param {Graph<M>} graph
 * @param {'create' | 'update' | 'delete'} type
 * @param {M[]} modules the modules of the changed file
 * @returns {Promise<M[]>}
 */
export async function updatedModules(graph, type, modules) {
  const imported = modules.filter((module) => !isDependency(module));
  const stylesheets =
    type === 'update'
      ? modules.filter(isDependency).flatMap(({ importers }) => [...importers])
      : stylesheetsOfFiles(graph);
  // The last argument leaves the module unanalyzed. Vite 5 has one more argument in front of it.
  const unused = await graph.ensureEntryFromUrl(UNUSED, false, false);
  return [...new Set([...imported, ...stylesheets]), unused];
}

/**
 * Updates stylesheets when a file is created or deleted. Vite 5 runs no hook then.
 *
 * @param {import('vite').ViteDevServer} server
 * @param {(path: string) => boolean} isSource
 */
export function updateStylesheets(server, isSource) {
  if (server.environments) return;
  const update = (/** @type {string} */ path) => {
    if (!isSource(path)) return;
    const graph = server.moduleGraph;
    const dependencies = [...(graph.getModulesByFile(path) ?? [])].filter(isDependency);
    // Vite reloads the page for a deleted dependency of stylesheets, unless it counts as not analyzed.
    for (const module of dependencies) Object.assign(module, { isSelfAccepting: undefined });
    for (const module of stylesheetsOfFiles(graph)) void server.reloadModule(module);
  };
  server.watcher.on('add', update).on('unlink', update);
}

/**
 * Returns the stylesheets that depend on files other than stylesheets. A new or deleted file can
 * match their patterns.
 *
 * @template {Module<M>} M
 * @param {Graph<M>} graph
 */
function stylesheetsOfFiles(graph) {
  return [...graph.idToModuleMap.values()].filter(
    (module) => isStylesheet(module) && [...module.importedModules].some((file) => !isStylesheet(file)),
  );
}

/**
 * Returns whether only stylesheets depend on a file.
 *
 * @param {{ importers: Iterable<{ url: string }> }} module
 */
function isDependency({ importers }) {
  return [...importers].every(isStylesheet);
}

/** @param {{ url: string }} module */
function isStylesheet({ url }) {
  return STYLESHEET.test(url);
}
