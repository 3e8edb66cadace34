//! The errors of the compiler, as a page shows them.

use std::fmt;

use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use serde::Serialize;

/// The first error of a build in parts, and the other errors as text.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct CompileError {
    pub(super) message: String,
    /// The place. The compiler usually gives paths relative to the root of the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Place>,
    /// The text of the compiler for the first error, or the help.
    frame: String,
    /// The texts of the compiler for the other errors.
    rest: String,
    /// An imperative sentence. The page shows it as part of `frame`.
    #[serde(skip)]
    pub(super) help: Option<&'static str>,
}

#[derive(Debug, Serialize, PartialEq, Eq, Clone)]
pub(super) struct Place {
    pub(super) file: String,
    line: usize,
    column: usize,
}

impl CompileError {
    /// Creates an error that has only a message.
    pub(super) fn other(message: impl Into<String>) -> Self {
        let (frame, rest) = (String::new(), String::new());
        Self { message: message.into(), place: None, frame, rest, help: None }
    }

    pub(super) fn with_help(self, help: &'static str) -> Self {
        Self { frame: format!("help: {help}"), help: Some(help), ..self }
    }
}

/// Formats the error as text for a terminal.
impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, frame, rest, .. } = self;
        // The text of the compiler includes the message.
        let texts = [if frame.contains("error") { "" } else { message }, frame, rest];
        f.write_str(&texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n"))
    }
}

/// The errors of a running build.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    errors: Vec<Diagnostic>,
    /// The error of cargo itself: all lines from the first one that begins with `error`.
    status: String,
}

impl Diagnostics {
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        // An error without a place is usually a summary: "aborting due to 2 previous errors".
        let is_error = matches!(diagnostic.level, DiagnosticLevel::Error | DiagnosticLevel::Ice);
        if is_error && (!diagnostic.spans.is_empty() || self.errors.is_empty()) {
            self.errors.push(diagnostic);
        }
    }

    /// Adds a line of cargo's standard error.
    pub(super) fn status(&mut self, line: &str) {
        let line = anstream::adapter::strip_str(line).to_string();
        if !self.status.is_empty() || line.starts_with("error") {
            self.status.push_str(&line);
            self.status.push('\n');
        }
    }

    pub(super) fn into_error(self) -> CompileError {
        let Some((first, rest)) = self.errors.split_first() else {
            let status = self.status.trim_end();
            let (message, frame) = status.split_once('\n').unwrap_or((status, ""));
            let message = message.strip_prefix("error: ").unwrap_or(message);
            let message =
                if message.is_empty() { "cargo failed: see its output in the terminal" } else { message };
            let frame = frame.trim().to_owned();
            return CompileError {
                place: build_script_place(message),
                frame,
                ..CompileError::other(message)
            };
        };
        let code = first.code.as_ref().map(|code| format!("{}: ", code.code)).unwrap_or_default();
        let primary = first.spans.iter().find(|span| span.is_primary);
        CompileError {
            message: format!("{code}{}", title(&first.message)),
            place: template_place(&first.message).or_else(|| primary.map(place)),
            frame: plain(first),
            rest: rest.iter().map(plain).collect::<Vec<_>>().join("\n\n"),
            help: None,
        }
    }
}

/// Returns the first line. Askama adds lines of the template after it.
fn title(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

fn place(span: &DiagnosticSpan) -> Place {
    Place { file: span.file_name.clone(), line: span.line_start, column: span.column_start }
}

/// Returns the place in a template from an error of Askama: ` --> templates/home.html:3:5`.
///
/// The span of such an error is the derive in the Rust file.
fn template_place(message: &str) -> Option<Place> {
    let named = message.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
    let named = named.split_whitespace().next()?;
    let mut parts = named.rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Place { file: parts.next()?.to_owned(), line, column })
}

/// Returns the place in a template from an error of a build script:
/// `app@0.1.0: templates/home.html:3:5: unknown entry "src/man.ts"`.
fn build_script_place(message: &str) -> Option<Place> {
    let (_, rest) = message.split_once(": ")?;
    template_place(&format!("--> {}", rest.split_once(": ")?.0))
}

fn plain(diagnostic: &Diagnostic) -> String {
    let text = diagnostic.rendered.as_deref().unwrap_or(&diagnostic.message);
    anstream::adapter::strip_str(text).to_string().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{CompileError, Diagnostics, Place, build_script_place, template_place};

    #[test]
    fn an_error_of_cargo_itself_keeps_its_cause() {
        let mut diagnostics = Diagnostics::default();
        ["   Compiling a v1.0.0", "error: failed to parse manifest", "", "Caused by:", "  expected `=`"]
            .iter()
            .for_each(|line| diagnostics.status(line));
        let frame = "Caused by:\n  expected `=`".to_owned();
        let expected = CompileError { frame, ..CompileError::other("failed to parse manifest") };
        assert_eq!(diagnostics.into_error(), expected);
    }

    #[test]
    fn errors_are_kept_without_the_summary_of_the_compiler() -> serde_json::Result<()> {
        let span = r#"{"file_name": "src/main.rs", "byte_start": 0, "byte_end": 1, "line_start": 3, "line_end": 3, "column_start": 5,
            "column_end": 6, "is_primary": true, "text": []}"#;
        let diagnostic = |level: &str, message: &str, spans: &str| {
            serde_json::from_str(&format!(
                r#"{{"message": {message:?}, "level": {level:?}, "spans": [{spans}], "children": [], "rendered": {message:?}}}"#
            ))
        };
        let mut diagnostics = Diagnostics::default();
        diagnostics.add(diagnostic("warning", "unused", span)?);
        diagnostics.add(diagnostic("error", "first", span)?);
        diagnostics.add(diagnostic("error", "second", span)?);
        diagnostics.add(diagnostic("error", "aborting due to 2 previous errors", "")?);
        let error = diagnostics.into_error();
        let place = Place { file: "src/main.rs".to_owned(), line: 3, column: 5 };
        assert_eq!((error.message.as_str(), error.place), ("first", Some(place)));
        assert_eq!((error.frame.as_str(), error.rest.as_str()), ("first", "second"));
        Ok(())
    }

    #[test]
    fn an_error_of_askama_has_its_place_in_the_template() {
        let message = "failed to parse template source\n --> templates/home.html:3:5\n\"}}\"";
        let place = Place { file: "templates/home.html".to_owned(), line: 3, column: 5 };
        assert_eq!(template_place(message), Some(place));
        assert_eq!(template_place("mismatched types"), None);
        let place = Place { file: "a/b.html".to_owned(), line: 1, column: 14 };
        assert_eq!(build_script_place("app@0.1.0: a/b.html:1:14: no entry \"x\": y"), Some(place));
        assert_eq!(build_script_place("failed to parse: expected: a"), None);
    }
}
