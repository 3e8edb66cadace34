//! A loaded build as data: its graph, its entries and its diagnostics.
//!
//! Pages do not need this module. It is for tools that inspect a build, and for checks at start-up.

mod build;
mod cache;
mod check;
mod diagnostic;
pub(crate) mod files;
pub(crate) mod graph;
pub(crate) mod group;
mod integrity;
mod missing;
pub(crate) mod snapshot;
pub(crate) mod source;
pub(crate) mod suggest;

pub use build::Build;
pub(crate) use check::diagnostics;
pub use diagnostic::{Diagnostic, Severity};
pub use graph::{EntryFiles, Graph};
