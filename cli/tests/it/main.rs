//! The integration tests of the program. They run the compiled binary.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod commands;
#[cfg(unix)]
mod dev;
mod support;
mod templates;
