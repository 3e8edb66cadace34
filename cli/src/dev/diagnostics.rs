//! What the compiler says, as far as a page shows it.

use std::fmt;

use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use serde::Serialize;

/// The first error of a build, and the rest as text.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct CompileError {
    pub(super) message: String,
    /// As the compiler names it: relative to the workspace's root, most often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Place>,
    /// What the compiler shows of it.
    frame: String,
    /// What it shows of the others.
    rest: String,
}

#[derive(Debug, Serialize, PartialEq, Eq, Clone)]
pub(super) struct Place {
    pub(super) file: String,
    line: usize,
    column: usize,
}

impl CompileError {
    /// An error without a place.
    pub(super) fn other(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, frame: String::new(), rest: String::new() }
    }
}

/// As a terminal has it.
impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, frame, rest, .. } = self;
        // The compiler's own text begins with the message.
        let texts = [if frame.contains("error") { "" } else { message }, frame, rest];
        f.write_str(&texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n"))
    }
}

/// Gathered while cargo builds.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    errors: Vec<Diagnostic>,
    /// cargo's own error, which begins with `error` and may go on.
    status: String,
}

impl Diagnostics {
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        // What has no place is a sum: "aborting due to 2 previous errors".
        let is_error = matches!(diagnostic.level, DiagnosticLevel::Error | DiagnosticLevel::Ice);
        if is_error && (!diagnostic.spans.is_empty() || self.errors.is_empty()) {
            self.errors.push(diagnostic);
        }
    }

    /// A line of cargo's standard error.
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
            let message = if message.is_empty() { "cargo failed; its terminal says why" } else { message };
            let frame = frame.trim().to_owned();
            return CompileError { place: of_script(message), frame, ..CompileError::other(message) };
        };
        let code = first.code.as_ref().map(|code| format!("{}: ", code.code)).unwrap_or_default();
        let primary = first.spans.iter().find(|span| span.is_primary);
        CompileError {
            message: format!("{code}{}", title(&first.message)),
            place: in_template(&first.message).or_else(|| primary.map(place)),
            frame: plain(first),
            rest: rest.iter().map(plain).collect::<Vec<_>>().join("\n\n"),
        }
    }
}

/// Askama puts the template's lines behind its first.
fn title(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

fn place(span: &DiagnosticSpan) -> Place {
    Place { file: span.file_name.clone(), line: span.line_start, column: span.column_start }
}

/// Askama's errors are at the derive, and name the template's place in their text: ` --> templates/home.html:3:5`.
fn in_template(message: &str) -> Option<Place> {
    let named = message.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
    let named = named.split_whitespace().next()?;
    let mut parts = named.rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Place { file: parts.next()?.to_owned(), line, column })
}

/// A build script's: `app@0.1.0: templates/home.html:3:5: no entry "src/man.ts"`.
fn of_script(message: &str) -> Option<Place> {
    let (_, rest) = message.split_once(": ")?;
    in_template(&format!("--> {}", rest.split_once(": ")?.0))
}

fn plain(diagnostic: &Diagnostic) -> String {
    let text = diagnostic.rendered.as_deref().unwrap_or(&diagnostic.message);
    anstream::adapter::strip_str(text).to_string().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{CompileError, Diagnostics, Place, in_template, of_script};

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
    fn of_what_the_compiler_says_the_errors_count_and_not_their_sum() -> serde_json::Result<()> {
        let span = r#"{"file_name": "src/main.rs", "byte_start": 0, "byte_end": 1, "line_start": 3, "line_end": 3, "column_start": 5,
            "column_end": 6, "is_primary": true, "text": []}"#;
        let said = |level: &str, message: &str, spans: &str| {
            serde_json::from_str(&format!(
                r#"{{"message": {message:?}, "level": {level:?}, "spans": [{spans}], "children": [], "rendered": {message:?}}}"#
            ))
        };
        let mut diagnostics = Diagnostics::default();
        diagnostics.add(said("warning", "unused", span)?);
        diagnostics.add(said("error", "first", span)?);
        diagnostics.add(said("error", "second", span)?);
        diagnostics.add(said("error", "aborting due to 2 previous errors", "")?);
        let error = diagnostics.into_error();
        let place = Place { file: "src/main.rs".to_owned(), line: 3, column: 5 };
        assert_eq!((error.message.as_str(), error.place), ("first", Some(place)));
        assert_eq!((error.frame.as_str(), error.rest.as_str()), ("first", "second"));
        Ok(())
    }

    #[test]
    fn an_error_of_askama_is_at_its_template() {
        let message = "failed to parse template source\n --> templates/home.html:3:5\n\"}}\"";
        let place = Place { file: "templates/home.html".to_owned(), line: 3, column: 5 };
        assert_eq!(in_template(message), Some(place));
        assert_eq!(in_template("mismatched types"), None);
        let place = Place { file: "a/b.html".to_owned(), line: 1, column: 14 };
        assert_eq!(of_script("app@0.1.0: a/b.html:1:14: no entry \"x\": y"), Some(place));
        assert_eq!(of_script("failed to parse: expected: a"), None);
    }
}
