//! For build scripts: templates held against the build, and its names as constants.

mod codegen;
mod names;

pub use codegen::{Codegen, Generated};
