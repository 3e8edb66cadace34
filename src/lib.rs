//! The Vite integration for Rust web servers.
//!
//! A template names what it needs, `{{ vite.tags("src/main.ts")? }}`, and gets the tags of the built files: import map,
//! stylesheets, module scripts and modulepreloads, from the manifest that Vite 2 to 8 writes. The graph is walked, the
//! text escaped and joined once, when the build is loaded; a request does one look-up and writes prepared bytes.
//!
//! It is not a bundler, and it does not start from HTML files: Vite compiles, the application renders its pages.
//!
//! # Example
//!
//! ```no_run
//! use askama::Template;
//! use axum::{Router, response::Html, routing::get};
//! use vite_bridge::{Page, Vite};
//!
//! #[derive(Template)]
//! #[template(source = r#"<head>{{ vite.tags("src/main.ts")? }}</head>"#, ext = "html")]
//! struct Home {
//!     vite: Page,
//! }
//!
//! async fn home(vite: Page) -> Html<String> {
//!     Html(Home { vite }.render().unwrap_or_else(|error| error.to_string()))
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let vite = Vite::open("dist")?;
//! let app = vite.mount(Router::new().route("/", get(home)));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! vite_bridge::axum::serve(listener, app).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | opening a build, options | [`Vite::open`], [`Vite::embedded`], [`Builder`] |
//! | what a template can print | [`Page`] |
//! | Askama without a field | [`filters`] |
//! | axum: extractor, nonce, CSP | [`axum::pages`], [`Csp`] |
//! | development through one port | [`Vite::mount`], [`Mode`]; without axum [`Vite::layer`] and [`Vite::service`] |
//! | Vite started by the application | [`DevServer`] |
//! | the built files: caching, headers, encodings | [`Vite::mount`], [`Builder::header`], [`Compress`] |
//! | the manifest as data | [`Manifest`], [`Graph`], [`Build`] |
//! | what went wrong, what may | [`Error`], [`ErrorKind`]; [`Vite::check`] |
//!
//! # Development
//!
//! In a debug build [`Vite::open`] looks for the file that the npm plugin keeps while the dev server runs, and tags then name
//! Vite's modules; `vite-bridge dev -- cargo run` starts both. [`Vite::mount`] carries the page's requests and the HMR socket to Vite through the application's own port: for
//! this machine only, under its own names, never in a release build unless [`Mode::Development`] is named.
//!
//! # Order of stylesheets
//!
//! The CSS of imports comes first, the entry's own last. That is what Vite writes into built HTML, and it is the reverse
//! of the sample in Vite's backend guide; [`CssOrder::EntryFirst`] gives the guide's. Neither is the order of
//! development when a module imports its CSS *before* its JavaScript: bundlers do not keep that.
//!
//! # What is cached where
//!
//! | what | where | for how long |
//! |---|---|---|
//! | elements and URLs of an entry | in the handle, written once when the build is loaded | until another build is swapped in |
//! | files up to 1 MiB, their headers, tags and encodings | in memory, made once | the same; hashed ones for one build more |
//! | hashed files | in browsers and CDNs: `public, max-age=31536000, immutable` | a year, never asked for again |
//! | other files | in browsers and CDNs: `public, max-age=60`, then `304` by their `ETag` | [`Builder::max_age`] |
//! | HTML among the files | `no-cache`: kept, but asked for each time | |
//! | a hashed file that the build has not | nowhere: `404` with `no-store` | |
//!
//! Pages are not cached: the application renders them, and what this crate adds to one is a look-up and a copy (README has the
//! figures), so that there is nothing for a page cache or a Redis to save. A CDN in front must pass `Accept-Encoding` on, or
//! choose by `Vary`.
//!
//! # Import maps and calls apart
//!
//! A build with `build.chunkImportMap` has an import map, which must come before anything that loads a module; so
//! [`Page::tags`], [`Page::scripts`] and [`Page::preloads`] each begin with it. A page that makes several such calls
//! prints it once with [`Page::once`].
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `askama` | yes | tags are HTML-safe in Askama; [`filters`] |
//! | `axum` | yes | the module [`axum`] |
//! | `tower` | by `axum` | with `proxy`: [`Vite::layer`] and [`Vite::service`], for other frameworks |
//! | `proxy` | yes | the development proxy: [`Vite::mount`] |
//! | `proxy-tls` | no | the proxy speaks to a dev server with `server.https` |
//! | `watch` | yes | a dev server that starts after the application, or moves, is followed; [`Builder::watch`] |
//! | `serve` | yes | the build's files in production: [`Vite::mount`], [`Vite::service`] |
//! | `embed` | no | [`Vite::embedded`]: the build from inside the binary |
//! | `collect` | no | [`Compress`]: encodings beside a build's files |
//! | `scan` | no | [`scan`]: what templates name |
//! | `build` | no | [`Codegen`]: names that the compiler checks, for build.rs |
//! | `spawn` | no | [`DevServer`]: Vite started by the application, and ended with it |
//! | `cli` | no | the program `vite-bridge` |
//!
//! With none the manifest, the graph and the tags remain.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "axum")]
pub mod axum;
pub mod build;
#[cfg(feature = "codegen")]
pub mod codegen;
#[cfg(feature = "compress")]
pub mod compress;
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
#[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "compressing needs a part of it"))]
mod encoding;
mod error;
mod load;
mod page;
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

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
