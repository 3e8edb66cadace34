// Prints JSON with the facts that need Node.js: the installed Vite, its resolved configuration, and
// the responses of the dev server and of the application. With two URLs as arguments, either of
// which may be empty, prints only the responses.
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const here = join(process.cwd(), 'package.json');
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
/** Finds a package as a module at `from` resolves it. A dependency may have its own copy in its `node_modules`. */
const find = (name, from) => {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    try {
      const found = read(join(folder, name, 'package.json'));
      // The package `vite` of Vite+ names the Vite that it bundles.
      const version = (name === 'vite' && found.bundledVersions?.vite) || found.version;
      return { path: join(folder, name), ...found, version };
    } catch {
      // The package may be in a folder further up.
    }
  }
};

const found = {};
// The time limit of a request, in milliseconds, and the characters of a response that are read.
const [LIMIT, LENGTH] = [5000, 100_000];
const [devUrl, appUrl, ...inputs] = process.argv.slice(1);
const isQuestion = devUrl !== undefined;
const vite = isQuestion ? undefined : find('vite', here);
if (vite) {
  found.vite = { version: vite.version, node: vite.engines?.node ?? '' };
  const own = read(here);
  const others = Object.keys({ ...own.dependencies, ...own.devDependencies }).flatMap((name) => {
    const dependent = find(name, here);
    const theirs = dependent && find('vite', join(dependent.path, 'package.json'));
    return theirs && theirs.version !== vite.version ? [`${name} has ${theirs.version}`] : [];
  });
  found.others = others;
  try {
    found.config = await resolved();
  } catch (error) {
    found.error = String(error?.message ?? error);
  }
}
if (devUrl) found.dev = await ask(devUrl, '@vite/client');
if (appUrl) found.app = await ask(appUrl, '@vite/client');
if (devUrl && appUrl) found.hidden = await hidden(inputs);
console.log(JSON.stringify(found));

async function resolved() {
  const { resolveConfig } = await import('vite');
  const build = await resolveConfig({ logLevel: 'silent' }, 'build', 'production');
  const serve = await resolveConfig({ logLevel: 'silent' }, 'serve', 'development');
  const plugins = serve.plugins.filter(({ name }) => name === 'vite-bridge');
  const { hmr, ws, origin, port, strictPort } = serve.server;
  // Vite 5 has no environments.
  const { outDir, manifest } = build.environments?.client?.build ?? build.build;
  return {
    file: serve.configFile ?? null,
    base: build.base,
    outDir: resolve(build.root, outDir),
    manifest,
    plugin: plugins.length > 0 ? (plugins[0].version ?? 'unknown') : null,
    appType: serve.appType,
    origin: origin || null,
    hmr: Object.entries({ ...(typeof hmr === 'object' && hmr), ...(typeof ws === 'object' && ws) })
      .filter(
        ([name, value]) => ['clientPort', 'port', 'host', 'protocol'].includes(name) && value !== undefined,
      )
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    port,
    strictPort: Boolean(strictPort),
  };
}

/** Returns the inputs that Vite answers, and the application answers in another way: a route may have the same path. */
async function hidden(inputs) {
  if (found.dev.status !== 200 || found.app.status !== 200) return [];
  const base = new URL(devUrl).pathname;
  const path = async (input) => {
    const urls = [devUrl, new URL(base, appUrl).href];
    const [vites, own] = await Promise.all(urls.map((url) => ask(url, input)));
    const isSame = own.status === vites.status && own.type === vites.type;
    return vites.status === 200 && !isSame ? [base + input] : [];
  };
  // Inputs outside of the root, virtual modules and URLs have other paths.
  const files = inputs.filter((name) => !/:|^\.\./.test(name)).slice(0, 20);
  return (await Promise.all(files.map(path))).flat();
}

/** Requests a file of Vite. If the host name in the URL cannot be resolved, requests it from this machine. */
function ask(url, path) {
  const client = new URL(`${url.replace(/\/?$/, '/')}${path}`);
  const { protocol, hostname, port, pathname, host } = client;
  if (protocol !== 'http:') {
    return fetch(client, { signal: AbortSignal.timeout(LIMIT) }).then(
      async (answer) => ({
        status: answer.status,
        type: answer.headers.get('content-type'),
        text: await answer.text(),
      }),
      (error) => ({ error: String(error.cause?.message ?? error) }),
    );
  }
  return new Promise((done) => {
    const to = (name) => {
      const options = {
        host: name,
        port: port || 80,
        path: pathname,
        headers: { host },
        signal: AbortSignal.timeout(LIMIT),
        agent: false,
      };
      const request = get(options, (answer) => {
        let text = '';
        const type = answer.headers['content-type'];
        const end = () => done({ status: answer.statusCode, type, text: text.slice(0, LENGTH) });
        answer.setEncoding('utf8').on('end', end).on('error', end);
        answer.on('data', (part) => {
          text += part;
          if (text.length > LENGTH) (answer.destroy(), end());
        });
      });
      request.on('error', (error) => {
        if (error.code === 'ENOTFOUND' && name !== '127.0.0.1') to('127.0.0.1');
        else done({ error: error.name === 'AbortError' ? 'no answer in 5 seconds' : error.message });
      });
    };
    to(hostname.replace(/^\[|\]$/g, ''));
  });
}
