//! Faults on the command line: one line each, or the lines of a template with a mark under the place.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anstream::{eprintln, println};
use anstyle::AnsiColor;
use serde::Serialize;
use vite_bridge::build::Severity;
use vite_bridge::scan::Place;

use crate::args::{count, more};
use crate::outcome::Outcome;

/// One fault.
#[derive(Debug, Serialize)]
pub(crate) struct Fault {
    pub(crate) severity: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) place: String,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) suggestions: Vec<String>,
    /// In a template.
    #[serde(flatten)]
    pub(crate) span: Option<Place>,
    /// What is written under the mark.
    #[serde(skip)]
    pub(crate) label: String,
}

impl Fault {
    pub(crate) fn error(kind: &'static str, place: impl Into<String>, message: String) -> Self {
        Self::of(Severity::Error, kind, place.into(), message)
    }

    pub(crate) fn of(severity: Severity, kind: &'static str, place: String, message: String) -> Self {
        let (suggestions, label) = (Vec::new(), String::new());
        Self { severity: severity.as_str(), kind, place, message, suggestions, span: None, label }
    }

    pub(crate) fn in_template(
        severity: Severity,
        kind: &'static str,
        place: &Place,
        message: String,
        label: impl Into<String>,
    ) -> Self {
        let fault = Self::of(severity, kind, place.to_string(), message);
        Self { span: Some(place.clone()), label: label.into(), ..fault }
    }

    fn is_warning(&self) -> bool {
        self.severity == Severity::Warning.as_str()
    }
}

/// Prints a fault; places in templates are relative to a folder.
pub(crate) fn print(fault: &Fault, root: &Path) {
    let snippet = fault.span.as_ref().and_then(|place| snippet(fault, place, root));
    if let Some(snippet) = snippet {
        println!("{snippet}\n");
        return;
    }
    let Fault { kind, place, message, .. } = fault;
    let (style, mark) = match fault.is_warning() {
        true => (AnsiColor::Yellow.on_default().bold(), "warning: "),
        false => (AnsiColor::Red.on_default().bold(), ""),
    };
    println!("{place}: {style}{mark}{kind}{style:#}: {message}");
}

/// As compilers print it; none where the file cannot be read again.
fn snippet(fault: &Fault, place: &Place, root: &Path) -> Option<String> {
    let text = fs::read_to_string(root.join(&place.file)).ok()?;
    let line = text.lines().nth(place.line.checked_sub(1)?)?;
    let start = line.char_indices().nth(place.column.checked_sub(1)?).map_or(line.len(), |(at, _)| at);
    let end = start + marked(line.get(start..)?);
    let level = if fault.is_warning() { Level::WARNING } else { Level::ERROR };
    let annotation = AnnotationKind::Primary.span(start..end).label(fault.label.as_str());
    let source =
        Snippet::source(line).line_start(place.line).path(place.file.as_str()).annotation(annotation);
    let group = level.primary_title(fault.message.as_str()).id(fault.kind).element(source);
    Some(Renderer::styled().render(&[group]))
}

/// How many bytes of a line belong to what begins there: a literal, a name, a URL.
fn marked(rest: &str) -> usize {
    let literal = rest.strip_prefix('"').and_then(|rest| rest.find('"')).map(|at| at + 2);
    let word =
        rest.find(|char: char| char.is_whitespace() || "\"'()<>{}".contains(char)).unwrap_or(rest.len());
    literal.unwrap_or(word)
}

/// Status 1 for an error; warnings alone are no fault.
pub(crate) fn sum(faults: &[Fault], of: &str) -> Outcome {
    let errors = faults.iter().filter(|fault| !fault.is_warning()).count();
    if errors == 0 {
        return Outcome::Done;
    }
    eprintln!("{}{of}", count(errors, "fault"));
    let kinds: BTreeSet<&str> = faults.iter().map(|fault| fault.kind).collect();
    kinds.into_iter().for_each(|kind| eprintln!("  = {}", more(kind)));
    Outcome::Faults
}
