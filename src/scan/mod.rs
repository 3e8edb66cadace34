//! Finds the entries and assets that Askama templates use, with file, line and column.
//!
//! The templates are the source of truth: each file that they name must be part of the build.
//! [`Scanner`] reads them with Askama's own parser, and [`Scanned`] is the result.

mod askama;
mod config;
mod inline;
mod language;
mod literal;
mod receivers;
mod scanned;
mod scanner;
mod sources;
mod urls;
mod values;

pub use language::PageMethod;
pub use scanned::{Call, Names, Place, Scanned};
pub use scanner::Scanner;
