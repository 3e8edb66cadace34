//! Diagnostic: what is wrong with a build that loads all the same.

use std::fmt;

use crate::error::Error;

/// What a check found.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    severity: Severity,
    place: String,
    error: Error,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// It may be meant so.
    Warning,
    /// Pages will not work.
    Error,
}

impl Severity {
    /// `warning` or `error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Diagnostic {
    pub(crate) fn new(severity: Severity, place: impl Into<String>, error: Error) -> Self {
        Self { severity, place: place.into(), error }
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What it is about: a key of the manifest, or the base.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What it is.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

/// One line: `error: src/main.ts: ...`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.severity.as_str(), self.place, self.error)
    }
}

impl std::error::Error for Diagnostic {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
