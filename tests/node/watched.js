// A small project with an application that cargo builds, for tests and benchmarks that watch its
// sources.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { fromRoot, TARGET } from './support.js';

const FILES = {
  'Cargo.toml': `[package]
name = "watched"
version = "0.1.0"
edition = "2024"

[dependencies]
askama = "0.16"
axum = { version = "0.8", default-features = false, features = ["http1", "tokio"] }
listenfd = "1"
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread", "signal"] }
vite-bridge = { path = "${fromRoot('.')}" }
words = { path = "words" }

[workspace]
`,
  'words/Cargo.toml': '[package]\nname = "words"\nversion = "0.1.0"\nedition = "2024"\n',
  'words/src/lib.rs': 'pub const WORDS: &str = "library one";\n',
  '.gitignore': '/ignored/\n/made/\n/target/\n/.vite-bridge/\n',
  'src/main.rs': `use askama::Template;
use axum::{Router, response::Html, routing::get};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use vite_bridge::{Page, Vite};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    vite: Page,
    text: &'static str,
}

async fn home(vite: Page) -> Html<String> {
    Html(Home { vite, text: "rust one" }.render().unwrap())
}

#[tokio::main]
async fn main() {
    let vite = Vite::open("dist").unwrap();
    let app = vite.mount(Router::new().route("/", get(home)));
    let listener = match listenfd::ListenFd::from_env().take_tcp_listener(0).unwrap() {
        Some(listener) => {
            listener.set_nonblocking(true).unwrap();
            TcpListener::from_std(listener).unwrap()
        }
        None => TcpListener::bind(format!("127.0.0.1:{}", std::env::var("PORT").unwrap())).await.unwrap(),
    };
    println!("listening, package {}", std::env::var("CARGO_PKG_NAME").unwrap());
    let mut end = signal(SignalKind::terminate()).unwrap();
    let ended = async move { end.recv().await.unwrap_or_default() };
    // Unlike axum's own serve, it answers connections that were accepted just before the shutdown.
    vite_bridge::axum::serve(listener, app).with_graceful_shutdown(ended).await.unwrap();
}
`,
  'templates/home.html': `<!doctype html><head>{{ vite.tags("web/main.js")? }}</head>
<h1>template one</h1><p id="rust">{{ text }}</p><p id="library">{{ words::WORDS }}</p>
`,
  'web/main.js': "document.documentElement.dataset.script = 'runs';\n",
  'ignored/mod.rs': '',
  'vite.config.js': "import bridge from './plugin/index.js'\nexport default { plugins: [bridge()] }\n",
};

/**
 * Writes the project into an empty folder. Its dev server listens on `vitePort`.
 *
 * @param {string} name
 * @param {number} vitePort
 * @param {number} major
 */
export async function watchedProject(name, vitePort, major = 8) {
  const place = fromRoot(`tests/vite/${major}/builds/${name}`);
  await rm(place, { recursive: true, force: true });
  await cp(fromRoot('js'), join(place, 'plugin'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  const vite = fromRoot(`tests/vite/${major}/node_modules/vite/bin/vite.js`);
  const json = {
    type: 'module',
    scripts: { dev: `node ${vite} --port ${vitePort} --strictPort --host 127.0.0.1` },
  };
  for (const [file, text] of Object.entries({ ...FILES, 'package.json': JSON.stringify(json) })) {
    await mkdir(dirname(join(place, file)), { recursive: true });
    await writeFile(join(place, file), text);
  }
  // The same versions as the repository, so that cargo has them already.
  await cp(fromRoot('Cargo.lock'), join(place, 'Cargo.lock'));
  return place;
}

/** The target folder that all builds of the project share. */
export const WATCHED_TARGET = `${TARGET}/watched`;
