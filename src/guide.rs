//! The guide. Begin with [`start`].
//!
//! | page | contents |
//! |---|---|
//! | [`start`] | a first page with Vite, in a new project or an existing one |
//! | [`migrate`] | replace your own manifest code |
//! | [`templates`] | every call that a template can make, with its output |
//! | [`development`] | the dev server, hot updates, templates and errors |
//! | [`network`] | containers, WSL, tunnels, phones, reverse proxies, HTTP/2 |
//! | [`production`] | build the front end and serve the built files |
//! | [`csp`] | a strict Content Security Policy with a nonce |
//! | [`caching`] | the copies that servers, CDNs and browsers keep |
//! | [`testing`] | tests with and without a build |
//! | [`cli`] | the command line `vite-bridge` |
//! | [`deployment`] | containers and servers |
//! | [`troubleshooting`] | every error code, with cause, example and cure |
//! | [`comparison`] | other crates |
//! | [`benchmarks`] | measurements |
//! | [`decisions`] | decisions of the design, with their reasons |
//! | [`heritage`] | what the predecessors promised, and the tests that show it here |

/// How to set up a new project or an existing one.
///
#[doc = include_str!("../docs/start.md")]
pub mod start {}

/// How to replace your own manifest code or another crate.
///
#[doc = include_str!("../docs/migrate.md")]
pub mod migrate {}

/// Every call that a template can make, with its output.
///
#[doc = include_str!("../docs/templates.md")]
pub mod templates {}

/// The dev server, hot updates, templates and errors.
///
#[doc = include_str!("../docs/development.md")]
pub mod development {}

/// Development with containers, WSL, tunnels, phones, reverse proxies and HTTP/2.
///
#[doc = include_str!("../docs/network.md")]
pub mod network {}

/// How to build the front end and serve the built files.
///
#[doc = include_str!("../docs/production.md")]
pub mod production {}

/// How to send a strict Content Security Policy with a nonce.
///
#[doc = include_str!("../docs/csp.md")]
pub mod csp {}

/// The copies that servers, CDNs and browsers keep.
///
#[doc = include_str!("../docs/caching.md")]
pub mod caching {}

/// Tests with and without a build.
///
#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

/// The command line `vite-bridge`.
///
#[doc = include_str!("../docs/cli.md")]
pub mod cli {}

/// Containers and servers.
///
#[doc = include_str!("../docs/deployment.md")]
pub mod deployment {}

/// Every error code, with cause, example and cure.
///
#[doc = include_str!("../docs/troubleshooting.md")]
pub mod troubleshooting {
    /// The text of this page in Markdown, for tools such as `vite-bridge explain`.
    pub const TEXT: &str = include_str!("../docs/troubleshooting.md");
}

/// Other crates, and the features that they have.
///
#[doc = include_str!("../docs/comparison.md")]
pub mod comparison {}

/// Measurements, with date, machine and command.
///
#[doc = include_str!("../docs/benchmarks.md")]
pub mod benchmarks {}

/// Decisions of the design, with their reasons.
///
#[doc = include_str!("../docs/decisions.md")]
pub mod decisions {}

/// The promises of the predecessors, and the tests that show them here.
///
#[doc = include_str!("../docs/heritage.md")]
pub mod heritage {}
