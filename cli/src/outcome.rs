//! Outcome: how a command ended, as an exit status.

use std::process::ExitCode;

/// What a command ends with, but for usage errors, whose status is 2; `docs/errors.md` has the list.
pub(crate) enum Outcome {
    Done,
    /// Something of the project.
    Faults,
    /// A program, a port or a server that is not to be had.
    Elsewhere,
    /// That of a program that it ran.
    Status(u8),
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Faults => Self::FAILURE,
            Outcome::Elsewhere => 3.into(),
            Outcome::Status(status) => status.into(),
        }
    }
}
