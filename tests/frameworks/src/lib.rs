//! This crate has no code, only tests in `tests/`. It is a separate crate, so that other tests do
//! not compile these frameworks.
