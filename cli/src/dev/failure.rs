//! Failure: why `vite-bridge dev` does not start or does not go on.

use vite_bridge::Error;

/// Why it does not start, or does not go on.
#[derive(Debug)]
pub(super) enum Failure {
    Own(Error),
    /// A code, and the text.
    Other(&'static str, String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}
