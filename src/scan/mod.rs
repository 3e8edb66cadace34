//! Scanning: from templates to the entries and assets that they name, with their places.
//!
//! The template is the source of truth: what it names is what has to be built. Templates are read behind a small trait; Askama, by its own
//! parser, is the one language that is here.

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

pub use language::Method;
pub use scanned::{Call, Names, Place, Scanned};
pub use scanner::Scanner;
