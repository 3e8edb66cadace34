//! The integration tests of the library, in one program. The name of a module is the behaviour that
//! it covers.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod support;

mod allocations;
#[cfg(feature = "askama")]
mod askama_templates;
mod assets;
mod auto_mode;
#[cfg(feature = "axum")]
mod axum_pages;
mod build_info;
mod builder;
#[cfg(feature = "codegen")]
mod codegen;
#[cfg(feature = "compress")]
mod compress;
mod csp;
mod development_tags;
mod diagnostics;
#[cfg(feature = "embed")]
mod embedded;
mod errors;
#[cfg(all(feature = "watch", debug_assertions))]
mod finding_vite;
mod graph;
mod house;
mod manifest;
mod missing_names;
mod mode;
mod once;
#[cfg(all(feature = "proxy", feature = "serve", feature = "axum"))]
mod precedence;
#[cfg(all(feature = "proxy", feature = "axum"))]
mod proxy;
#[cfg(all(feature = "proxy", feature = "axum"))]
mod proxy_access;
#[cfg(all(feature = "proxy", feature = "axum"))]
mod proxy_environment;
#[cfg(all(feature = "proxy", feature = "axum"))]
mod proxy_failures;
#[cfg(all(feature = "proxy", feature = "axum"))]
mod proxy_http2;
mod random_graphs;
#[cfg(all(feature = "serve", feature = "axum", feature = "watch"))]
mod serving;
#[cfg(all(feature = "serve", feature = "axum", feature = "watch"))]
mod serving_cases;
#[cfg(all(feature = "serve", feature = "axum", feature = "watch"))]
mod serving_options;
#[cfg(all(unix, feature = "spawn"))]
mod spawn;
mod tag_attributes;
mod tags;
#[cfg(feature = "scan")]
mod template_calls;
#[cfg(all(feature = "proxy", feature = "tower"))]
mod tower_proxy;
#[cfg(feature = "watch")]
mod watched_builds;
