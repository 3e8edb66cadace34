//! The guide. Begin with [`start`].
//!
//! | page | contents |
//! |---|---|
//! | [`start`] | a first page with Vite, in a new project or an existing one |
//! | [`migrate`] | replace your own manifest code |
//! | [`templates`] | every call that a template can make, with its output |
//! | [`development`] | the dev server, hot updates, hosts and peers |
//! | [`production`] | build the front end and serve the built files |
//! | [`csp`] | a strict Content Security Policy with a nonce |
//! | [`caching`] | the copies that servers, CDNs and browsers keep |
//! | [`testing`] | tests with and without a build |
//! | [`cli`] | the program `vite-bridge` |
//! | [`deployment`] | containers and servers |
//! | [`troubleshooting`] | every error code, with cause, example and cure |
//! | [`comparison`] | other crates |
//! | [`benchmarks`] | measurements |
//! | [`decisions`] | decisions of the design, with their reasons |
//! | [`heritage`] | what the predecessors promised, and the tests that show it here |

#[doc = include_str!("../docs/start.md")]
pub mod start {}

#[doc = include_str!("../docs/migrate.md")]
pub mod migrate {}

#[doc = include_str!("../docs/templates.md")]
pub mod templates {}

#[doc = include_str!("../docs/development.md")]
pub mod development {}

#[doc = include_str!("../docs/production.md")]
pub mod production {}

#[doc = include_str!("../docs/csp.md")]
pub mod csp {}

#[doc = include_str!("../docs/caching.md")]
pub mod caching {}

#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/cli.md")]
pub mod cli {}

#[doc = include_str!("../docs/deployment.md")]
pub mod deployment {}

#[doc = include_str!("../docs/troubleshooting.md")]
pub mod troubleshooting {
    /// The text of this page in Markdown, for tools such as `vite-bridge explain`.
    pub const TEXT: &str = include_str!("../docs/troubleshooting.md");
}

#[doc = include_str!("../docs/comparison.md")]
pub mod comparison {}

#[doc = include_str!("../docs/benchmarks.md")]
pub mod benchmarks {}

#[doc = include_str!("../docs/decisions.md")]
pub mod decisions {}

#[doc = include_str!("../docs/heritage.md")]
pub mod heritage {}
