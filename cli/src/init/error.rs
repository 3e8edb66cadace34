//! The errors of `init`.

use std::error::Error;

use crate::cli_error::CliError;
use crate::code;

/// Creates an error from its message.
pub(super) fn impossible(message: impl Into<String>) -> CliError {
    CliError::new(code::INIT_IMPOSSIBLE, message)
}

/// Creates an error for an action that failed: "cannot read package.json".
pub(super) fn cannot(action: impl std::fmt::Display, source: &dyn Error) -> CliError {
    impossible(format!("cannot {action}")).with_source(source)
}
