//! A finding: the result of one check.

use anstream::println;
use anstyle::AnsiColor;
use serde::Serialize;

use crate::print::count;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    /// The finding may be intended.
    Warning,
    Error,
}

#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) status: Status,
    /// The name of the check.
    check: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { status: Status::Ok, check, code: None, message: message.into(), help: None }
    }

    pub(super) fn error(
        check: &'static str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (message, help) = (message.into(), Some(help.into()));
        Self { status: Status::Error, check, code: Some(code), message, help }
    }

    pub(super) fn warning(
        check: &'static str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { status: Status::Warning, ..Self::error(check, code, message, help) }
    }
}

pub(super) fn print(finding: &Finding) {
    let Finding { status, check, code, message, help } = finding;
    let (word, color) = match status {
        Status::Ok => ("ok", AnsiColor::Green),
        Status::Warning => ("warning", AnsiColor::Yellow),
        Status::Error => ("error", AnsiColor::Red),
    };
    let style = color.on_default().bold();
    println!("{style}{word:8}{style:#}{check:12} {message}");
    if let Some(help) = help {
        println!("{:8}{:12} {help}", "", "  help:");
    }
    if let Some(code) = code {
        println!("{:8}{:12} vite-bridge explain {code}", "", "  more:");
    }
}

pub(super) fn print_summary(findings: &[Finding]) {
    let number = |status| findings.iter().filter(|finding| finding.status == status).count();
    let (errors, warnings) = (number(Status::Error), number(Status::Warning));
    println!("{}, {}, {} ok", count(errors, "error"), count(warnings, "warning"), number(Status::Ok));
}
