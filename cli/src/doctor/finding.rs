//! One line of the report.

use anstream::println;
use anstyle::AnsiColor;
use serde::Serialize;

use crate::args::count;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    /// It may be meant so.
    Warning,
    Fault,
}

#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) status: Status,
    /// What was looked at.
    check: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cure: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { status: Status::Ok, check, code: None, message: message.into(), cure: None }
    }

    pub(super) fn fault(
        check: &'static str,
        code: &'static str,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let (message, cure) = (message.into(), Some(cure.into()));
        Self { status: Status::Fault, check, code: Some(code), message, cure }
    }

    pub(super) fn warning(
        check: &'static str,
        code: &'static str,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { status: Status::Warning, ..Self::fault(check, code, message, cure) }
    }
}

pub(super) fn print(finding: &Finding) {
    let Finding { status, check, code, message, cure } = finding;
    let (word, color) = match status {
        Status::Ok => ("ok", AnsiColor::Green),
        Status::Warning => ("warning", AnsiColor::Yellow),
        Status::Fault => ("fault", AnsiColor::Red),
    };
    let style = color.on_default().bold();
    println!("{style}{word:8}{style:#}{check:12} {message}");
    if let Some(cure) = cure {
        println!("{:8}{:12} {cure}", "", "  cure:");
    }
    if let Some(code) = code {
        println!("{:8}{:12} vite-bridge explain {code}", "", "  more:");
    }
}

pub(super) fn print_sum(findings: &[Finding]) {
    let of = |status| findings.iter().filter(|finding| finding.status == status).count();
    let (faults, warnings) = (of(Status::Fault), of(Status::Warning));
    println!("{}, {}, {} ok", count(faults, "fault"), count(warnings, "warning"), of(Status::Ok));
}
