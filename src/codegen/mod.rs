//! For build scripts: checks templates against the build and generates constants for its names.

mod codegen;
mod names;

pub use codegen::{Codegen, Generated};
