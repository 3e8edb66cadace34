//! The result of a command as an exit status.

use std::process::ExitCode;

/// The result of a command. `docs/troubleshooting.md` lists the exit statuses.
///
/// Usage errors are not part of it: clap reports them with status 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The command succeeded: status 0.
    Done,
    /// The project has an error: status 1.
    Failed,
    /// A program, port, or server is missing or unavailable: status 3.
    Unavailable,
    /// The exit status of a program that the command ran.
    Status(u8),
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Failed => Self::FAILURE,
            Outcome::Unavailable => 3.into(),
            Outcome::Status(status) => status.into(),
        }
    }
}
