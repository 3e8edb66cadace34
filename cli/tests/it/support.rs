//! Modules that the tests of the library also use.

#[path = "../../../tests/it/support/dist.rs"]
pub(crate) mod dist;
#[cfg(unix)]
#[path = "../../../tests/it/support/processes.rs"]
pub(crate) mod processes;
