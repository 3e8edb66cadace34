import type { Plugin } from 'vite';

/** The effect of a changed template in the browser. */
export type Refresh =
  /** Sends nothing. The application restarts, and the page reloads when the new application answers. */
  | 'restart'
  /** Reloads the page at once, for template engines that read templates at run time. */
  | 'now'
  /**
   * Sends a custom event. The page receives it with `import.meta.hot.on(event, ({ path }) => ...)`.
   */
  | { event: string };

/**
 * Options of the plugin. Vite's own configuration always wins over these options. An unknown option
 * is an error.
 */
export interface BridgeOptions {
  /**
   * The URL of the application. Vite's terminal shows it, and the page on Vite's own port links to
   * it. Default: the URL that the running application reported.
   */
  app?: string;
  /**
   * Glob patterns, relative to Vite's root, for files that only templates reference. The build
   * emits each matching file, of any size. The manifest lists the file by its source path. Default:
   * `[]`.
   */
  assets?: string | string[];
  /**
   * In development too, links the CSS that an input's scripts import, as a build does. Pages are
   * then styled before their scripts run. At start-up, the dev server walks through the modules of
   * all inputs. Needs Vite 7 or later, whose client reuses such links. Earlier versions ignore the
   * option with a warning, and so does `experimental.bundledDev`. Default: `false`.
   */
  linkStyles?: boolean;
  /**
   * Folders with Askama templates, relative to Vite's root. The plugin adds every referenced entry
   * to the inputs, builds every referenced asset, and builds every `vite.group([..])` as one entry.
   * `[]` turns the scan off.
   *
   * Default: `'templates'` if that folder exists, or else the folders in `askama.toml`. The command
   * line prefers the folders in `askama.toml`, so set this option if you have both.
   *
   * The plugin also reads templates in Rust files below `src/` of the Rust package. Without this
   * option, the package is the nearest folder, from Vite's root upwards, with a package.json or a
   * Cargo.toml. With this option, it is the nearest folder with a Cargo.toml, from the first of
   * these folders upwards.
   */
  templates?: string | string[];
  /**
   * Names of template variables that hold a page, in addition to `vite` and `page`. Default: `[]`.
   */
  receivers?: string | string[];
  /** The effect of a changed template in the browser. Default: `'restart'`. */
  refresh?: Refresh;
}

/**
 * Connects Vite to a Rust web server that uses the crate `vite-bridge`.
 *
 * - Sets the Vite options that a Rust server needs, unless your configuration sets them.
 * - Keeps the dev file `.vite-bridge/dev.json` up to date while the dev server runs.
 * - Shows names in templates that do not exist in Vite's overlay.
 * - Writes `.vite/bridge.json` as the last file of a build.
 * - Builds the files that your templates reference.
 *
 * @example
 * // vite.config.js
 * import { defineConfig } from 'vite';
 * import bridge from 'vite-bridge';
 *
 * export default defineConfig({ plugins: [bridge({ assets: ['src/icons/*'] })] });
 */
export default function bridge(options?: BridgeOptions): Plugin;
