//! Holds the tests in `tests/`: a crate of its own, so that other tests do not compile these frameworks.
