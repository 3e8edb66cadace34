import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** What happens in the browser when a template changes. */
export type Refresh =
  /** Nothing is sent: the application restarts, and the page reloads when the new one answers. */
  | 'restart'
  /** The page reloads at once: for engines that read templates at run time. */
  | 'now'
  /** A custom event is sent, `import.meta.hot.on(event, ({ path }) => ...)`. */
  | { event: string };

/** Options of the plugin. What Vite's own configuration says always wins; an unknown option is an error. */
export interface BridgeOptions {
  /** The application's URL, named to who opens Vite's own port. Default: what the running application wrote. */
  app?: string;
  /**
   * Files that only templates name, as glob patterns relative to Vite's root: each is built, whatever its size, and is in the
   * manifest by its source path. Default: none.
   */
  assets?: string | string[];
  /**
   * Whether the CSS that an input's scripts import is linked in development too, as it is in a build, so that a page is styled
   * before its scripts have run. From Vite 7 on, whose client takes such links for its own; before, it does nothing, with a
   * warning. It costs a walk through the inputs' modules at start. Default: `false`.
   */
  linkStyles?: boolean;
  /**
   * Folders of Askama templates, relative to Vite's root: every entry that they name is an input, every asset is built, every
   * `vite.group([..])` is one entry. Relative to Vite's root. Default: `'templates'` where that folder exists, else what `askama.toml`
   * says. Templates in Rust files below the package's `src` are read too: the nearest folder with a package.json or a Cargo.toml, or
   * that of the templates named here. `[]`: none.
   */
  templates?: string | string[];
  /** Names that a page has in templates, beside `vite` and `page`. Default: none. */
  receivers?: string | string[];
  /** What happens when a template changes. Default: `'restart'`. */
  refresh?: Refresh;
}

/** The part of Vite's configuration that the plugin reads and sets. */
export interface BridgeConfig {
  root?: string;
  publicDir?: string | false;
  input?: string | string[] | Record<string, string>;
  appType?: 'spa' | 'mpa' | 'custom';
  clearScreen?: boolean;
  build?: {
    manifest?: boolean | string;
    ssr?: boolean | string;
    rollupOptions?: Bundler;
    rolldownOptions?: Bundler;
  };
  server?: { watch?: { ignored?: unknown } | null; fs?: { deny?: string[] } };
}

interface Output {
  entryFileNames?: any;
  chunkFileNames?: any;
  assetFileNames?: any;
}

interface Bundler {
  input?: string | string[] | Record<string, string>;
  output?: Output | Output[];
}

/** The part of Vite's resolved configuration that the plugin reads. */
export interface ResolvedBridgeConfig {
  command: 'build' | 'serve';
  root: string;
  base: string;
  publicDir: string;
  input?: string | string[] | Record<string, string>;
  plugins: readonly { name: string }[];
  worker?: { rollupOptions?: Bundler; rolldownOptions?: Bundler };
  server: { https?: unknown };
  logger: { warn(text: string): void };
  build: {
    outDir: string;
    assetsDir: string;
    manifest: boolean | string;
    copyPublicDir: boolean;
    ssr: boolean | string;
    rollupOptions?: Bundler;
    rolldownOptions?: Bundler;
  };
}

export type Middleware = (
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse,
  next: () => void,
) => void;

interface Channel {
  send(payload: any): void;
}

/** The browser's environment of a dev server, from Vite 6 on. */
export interface BridgeEnvironment {
  transformRequest(url: string): Promise<{ code: string } | null>;
  moduleGraph: { getModuleByUrl(url: string): Promise<{ id: string | null } | undefined> };
}

/** The part of Vite's dev server that the plugin uses. */
export interface BridgeServer {
  httpServer: Server | null;
  middlewares: { use(middleware: Middleware): unknown };
  watcher: {
    add(paths: string[]): unknown;
    on(event: 'all', listener: (event: string, path: string) => void): unknown;
  };
  environments?: { client: BridgeEnvironment };
  hot?: Channel;
  ws: Channel & {
    on(event: 'connection', listener: (socket: { send(text: string): void }) => void): unknown;
  };
}

interface HookContext {
  environment?: { name: string };
  emitFile(file: any): unknown;
  warn(text: string): void;
  error(text: string): never;
  resolve(source: string, importer: string, options: { skipSelf: boolean }): Promise<any>;
}

interface Hook<Arguments extends unknown[]> {
  order: 'post';
  sequential: true;
  handler(this: HookContext, ...given: Arguments): void;
}

/** A Vite plugin, in the terms that Vite 5 to 8 share. */
export interface BridgePlugin {
  name: 'vite-bridge';
  version: string;
  config(user: BridgeConfig): BridgeConfig;
  configResolved(config: any): void;
  configureServer(server: any): void;
  buildStart(this: HookContext): void;
  resolveId: {
    order: 'pre';
    handler(this: HookContext, source: string, importer?: string): Promise<any>;
  };
  load(this: HookContext, id: string): any;
  generateBundle(this: HookContext, output: any, bundle: any): void;
  writeBundle: Hook<[output: any, bundle: any]>;
  closeBundle: Hook<[]>;
}

/**
 * The Vite side of vite-bridge.
 *
 * It sets what a Rust server needs and a user has not set; keeps `.vite-bridge/dev.json` while the dev server runs; writes
 * `.vite/bridge.json` as the last file of a build; and builds the files that only templates name.
 *
 * @example
 * // vite.config.js
 * import { defineConfig } from 'vite';
 * import bridge from 'vite-bridge';
 *
 * export default defineConfig({ plugins: [bridge({ assets: ['src/icons/*'] })] });
 */
export default function bridge(options?: BridgeOptions): BridgePlugin;
