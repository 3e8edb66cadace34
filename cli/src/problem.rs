//! A problem of a build or a template.

use serde::Serialize;
use vite_bridge::Error;
use vite_bridge::build::Severity;
use vite_bridge::scan::Place;

use crate::cli_error::message_with_causes;

/// A problem that `check` or `scan` found in a build or a template.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    pub(crate) severity: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) place: String,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) suggestions: Vec<String>,
    /// The place, if it is in a template.
    #[serde(flatten)]
    pub(crate) span: Option<Place>,
    /// The text under the mark in a source excerpt.
    #[serde(skip)]
    pub(crate) label: String,
}

impl Problem {
    pub(crate) fn new(
        severity: Severity,
        kind: &'static str,
        place: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: severity.as_str(),
            kind,
            place: place.into(),
            message: message.into(),
            help: None,
            suggestions: Vec::new(),
            span: None,
            label: String::new(),
        }
    }

    pub(crate) fn error(kind: &'static str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, kind, place, message)
    }

    /// Creates a problem from an error of the library.
    pub(crate) fn from_error(severity: Severity, place: impl Into<String>, error: &Error) -> Self {
        Self {
            help: error.help().map(str::to_owned),
            suggestions: error.suggestions().to_vec(),
            ..Self::new(severity, error.kind().as_str(), place, message_with_causes(error))
        }
    }

    /// Sets the place in a template, and the text under the mark.
    pub(crate) fn in_template(self, place: &Place, label: impl Into<String>) -> Self {
        Self { place: place.to_string(), span: Some(place.clone()), label: label.into(), ..self }
    }

    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(crate) fn is_warning(&self) -> bool {
        self.severity == Severity::Warning.as_str()
    }
}
