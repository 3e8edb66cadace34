//! Diagnostic: a problem of a build that can be loaded.

use std::fmt;

use crate::error::Error;

/// A problem that [`Vite::check`](crate::Vite::check) or [`Build::check`](super::Build::check)
/// found in a build.
///
/// # Examples
///
/// ```no_run
/// use vite_bridge::Vite;
/// use vite_bridge::build::Severity;
///
/// let diagnostics = Vite::open("dist")?.check();
/// diagnostics.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
/// assert!(diagnostics.iter().all(|diagnostic| diagnostic.severity() == Severity::Warning));
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Diagnostic {
    severity: Severity,
    place: String,
    error: Error,
}

/// The severity of a [`Diagnostic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The build works, but something looks wrong, but may be intended.
    Warning,
    /// Pages do not work with this build.
    Error,
}

impl Severity {
    /// Returns the name of the severity: `warning` or `error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Diagnostic {
    pub(crate) fn new(severity: Severity, place: impl Into<String>, error: Error) -> Self {
        Self { severity, place: place.into(), error }
    }

    /// Returns the severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns the subject of the diagnostic: a key of the manifest, or the base.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the problem as an error, with its kind and its help.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

/// Prints severity, place and error: `error: src/main.ts: ...`.
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
