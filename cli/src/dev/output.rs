//! Prefixes that show which program wrote a line.

use std::io::IsTerminal as _;
use std::process::Command;

use anstyle::AnsiColor;

/// A program whose output is shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Writer {
    Vite,
    Cargo,
    Application,
}

impl Writer {
    /// Returns the prefix, with colors on a terminal.
    pub(super) fn prefix(self) -> String {
        let (name, color) = match self {
            Self::Vite => (" vite", AnsiColor::Magenta),
            Self::Cargo => ("cargo", AnsiColor::Yellow),
            Self::Application => ("  app", AnsiColor::Cyan),
        };
        if !has_colors() {
            return format!("{name} | ");
        }
        let style = color.on_default();
        format!("{style}{name} |{style:#} ")
    }
}

/// Makes a program write colors if this program may. Its output is a pipe, so it would write none.
pub(super) fn keep_colors(command: &mut Command) {
    if has_colors() {
        command.env("CARGO_TERM_COLOR", "always").env("CLICOLOR_FORCE", "1");
    }
}

fn has_colors() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
