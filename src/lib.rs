//! The Vite integration for Rust web servers.
//!
//! A template names a source file, `{{ vite.tags("web/main.ts")? }}`, and prints the tags that load
//! it. In development these tags load Vite's modules through the application's own port, with hot
//! updates. In production they load the files that Vite built: import map, stylesheets, module
//! scripts and modulepreloads, from the manifest that Vite 2 to 8 writes.
//!
//! The crate walks the import graph and writes the HTML once, when it loads the build. A request
//! then costs one lookup and a copy of prepared text.
//!
//! The crate is not a bundler: Vite compiles the sources. It does not start from HTML files: the
//! application renders its own pages. It does not run JavaScript on the server.
//!
//! # Example
//!
//! ```no_run
//! use std::net::SocketAddr;
//!
//! use askama::Template;
//! use axum::serve::ListenerExt;
//! use axum::{Router, http::StatusCode, response::Html, routing::get};
//! use vite_bridge::{Page, Vite};
//!
//! #[derive(Template)]
//! #[template(source = r#"<head>{{ vite.tags("web/main.ts")? }}</head>"#, ext = "html")]
//! struct Home {
//!     vite: Page,
//! }
//!
//! async fn home(vite: Page) -> Result<Html<String>, StatusCode> {
//!     Home { vite }.render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let vite = Vite::open("dist")?;
//! let app = vite.mount(Router::new().route("/", get(home)));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?.tap_io(|stream| {
//!     let _ = stream.set_nodelay(true);
//! });
//! axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The development proxy answers this machine only, so it reads the client's address from
//! [`ConnectInfo`](::axum::extract::ConnectInfo). Without `TCP_NODELAY`, a streamed body can wait
//! 40 ms for a delayed acknowledgment. [`Page::dev_error_page`] shows an error in development.
//!
//! # Where to look
//!
//! | task | item |
//! |---|---|
//! | open a build and set options | [`Vite::open`], [`Vite::embedded`], [`Vite::builder`] |
//! | choose between development and production | [`Mode`] |
//! | print tags, URLs and file contents | [`Page`] |
//! | print them in Askama without a field | [`filters`] |
//! | take a [`Page`] in axum handlers, send a Content Security Policy | [`axum::pages`] |
//! | extend another policy for development | [`csp::Csp`] |
//! | serve built files and the dev server through one port | [`Vite::mount`] for axum; [`Vite::layer`] with [`Vite::service`] for other frameworks |
//! | find problems at start-up | [`Vite::require`], [`Vite::check`] |
//! | handle errors | [`Error`], [`ErrorKind`] |
//! | read the manifest as data | [`manifest::Manifest`], [`build::Graph`], [`build::Build`] |
//! | compress the built files | [`compress::Compress`] |
//! | check names at compile time | [`codegen::Codegen`] |
//! | list the names that templates use | [`scan::Scanner`] |
//! | start Vite from the application | [`spawn::DevServer`] |
//!
//! # Guide
//!
//! - First steps: [start](guide::start), [replace your own manifest code](guide::migrate)
//! - Pages: [templates](guide::templates), [Content Security Policy](guide::csp),
//!   [testing](guide::testing)
//! - Running: [development](guide::development), [network](guide::network),
//!   [production](guide::production), [caching](guide::caching), [deployment](guide::deployment),
//!   [command line](guide::cli)
//! - Reference: [troubleshooting](guide::troubleshooting), [comparison](guide::comparison),
//!   [benchmarks](guide::benchmarks), [decisions](guide::decisions), [heritage](guide::heritage)
//!
//! # Development
//!
//! In a debug build, [`Vite::open`] looks for the dev file `.vite-bridge/dev.json`. The npm plugin
//! writes it while the dev server runs. If that server answers, tags name Vite's modules, and
//! [`Vite::mount`] forwards the page's requests and the HMR socket (Vite's WebSocket for hot
//! updates) to Vite. It does so for this machine only. A release build uses a dev server only with
//! [`Mode::Development`], set in the code or by `VITE_BRIDGE_MODE`; see [`Mode`].
//!
//! The command `vite-bridge dev` starts both Vite and the application.
//!
//! # Order of tags
//!
//! An import map comes first, then stylesheets, module scripts and modulepreloads. The CSS of
//! imports comes before the entry's own CSS, as in the HTML that Vite builds.
//! [`CssOrder::EntryFirst`] gives the order of Vite's [backend guide][backend], step 4. If a module
//! imports its CSS *before* its JavaScript, both orders differ from the order in development:
//! bundlers do not keep that order.
//!
//! [backend]: https://vite.dev/guide/backend-integration.html
//!
//! # Caching
//!
//! Default headers of built and public files:
//!
//! | response | `Cache-Control` |
//! |---|---|
//! | hashed file | `public, max-age=31536000, immutable` (one year) |
//! | other file | `public, max-age=60`, then `304` if the `ETag` matches; see [`Builder::max_age`] |
//! | HTML file | `no-cache`: kept, but checked each time |
//! | hashed name that the build does not have | `no-store`, with `404` |
//!
//! The application renders the pages and sets their headers. See [caching](guide::caching).
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `askama` | yes | tags that Askama prints without escaping; [`filters`] |
//! | `axum` | yes | the module [`axum`]; enables `tower` |
//! | `proxy` | yes | the development proxy in [`Vite::mount`] and [`Vite::layer`]; enables `tower` |
//! | `serve` | yes | the built files in [`Vite::mount`] and [`Vite::service`]; enables `tower` |
//! | `watch` | yes | [`Builder::watch`]; follows a dev server that starts later or moves |
//! | `tower` | with `axum`, `proxy` or `serve` | the traits for the module [`tower`]; the module itself needs `proxy` or `serve` |
//! | `proxy-tls` | no | a dev server with `server.https`; enables `proxy` |
//! | `embed` | no | [`Vite::embedded`]: a build inside the binary; enables `serve` |
//! | `compress` | no | the module [`compress`]: compressed files beside the built files |
//! | `scan` | no | the module [`scan`]: the names that templates use |
//! | `codegen` | no | the module [`codegen`]: names that the compiler checks; enables `scan` |
//! | `spawn` | no | the module [`spawn`]: starts Vite and stops it with the application |
//! | `full` | no | all of these |
//!
//! Without features, the crate reads manifests, resolves the import graph and prints tags.
//!

// If a feature is off, the links to its items lead to the table above.
#![cfg_attr(
    not(feature = "full"),
    doc = "
[`Vite::embedded`]: #features
[`compress`]: #features
[`compress::Compress`]: #features
[`scan`]: #features
[`scan::Scanner`]: #features
[`codegen`]: #features
[`codegen::Codegen`]: #features
[`spawn`]: #features
[`spawn::DevServer`]: #features"
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "axum")]
pub mod axum;
pub mod build;
#[cfg(feature = "codegen")]
pub mod codegen;
#[cfg(feature = "compress")]
pub mod compress;
#[allow(clippy::doc_markdown, reason = "the pages are also read outside of the documentation")]
#[cfg_attr(
    not(feature = "full"),
    allow(rustdoc::broken_intra_doc_links, reason = "the pages link to items of every feature")
)]
#[cfg(any(not(doctest), feature = "full"))]
pub mod guide;
pub mod manifest;
#[cfg(feature = "scan")]
pub mod scan;
#[cfg(feature = "spawn")]
pub mod spawn;
pub mod tags;
#[cfg(any(feature = "proxy", feature = "serve"))]
pub mod tower;
pub mod url;

#[cfg(feature = "askama")]
mod askama;
mod dev;
mod dotfiles;
#[cfg(any(feature = "serve", feature = "compress"))]
#[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "compressing uses only a part"))]
mod encoding;
mod error;
mod load;
mod page;
#[cfg(any(feature = "proxy", feature = "serve"))]
mod request_path;
#[cfg(any(feature = "proxy", feature = "serve"))]
mod route;
#[cfg(feature = "serve")]
mod serve;
mod view;
mod vite;

#[cfg(feature = "askama")]
pub use crate::askama::filters;
pub use crate::dev::csp;
pub use crate::error::{Error, ErrorKind};
pub use crate::load::{Builder, Mode};
pub use crate::page::Page;
#[cfg(feature = "serve")]
pub use crate::serve::Sourcemaps;
pub use crate::tags::options::{AttributeValue, Crossorigin, CssOrder, Digest, Integrity, OnMissing};
pub use crate::tags::{Entries, Tags};
pub use crate::vite::Vite;

#[cfg(all(doctest, feature = "full"))]
#[doc = include_str!("../README.md")]
struct Readme;
