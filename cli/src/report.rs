//! The output for problems: a line each, or an excerpt of the template with a mark.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anstream::{eprintln, println};
use anstyle::AnsiColor;
use vite_bridge::scan::Place;

use crate::outcome::Outcome;
use crate::print::{count, more};
use crate::problem::Problem;

/// Prints problems. Places in templates are relative to `root`.
pub(crate) fn print(problems: &[Problem], root: &Path) {
    for (at, problem) in problems.iter().enumerate() {
        // Neighbors with the same help print it once.
        let next = problems.get(at + 1).filter(|next| next.span.is_none());
        print_one(problem, root, next.is_none_or(|next| next.help != problem.help));
    }
}

fn print_one(problem: &Problem, root: &Path, has_help: bool) {
    let excerpt = problem.span.as_ref().and_then(|place| excerpt(problem, place, root));
    if let Some(excerpt) = excerpt {
        println!("{excerpt}\n");
        return;
    }
    let Problem { kind, place, message, .. } = problem;
    let (style, mark) = if problem.is_warning() {
        (AnsiColor::Yellow.on_default().bold(), "warning: ")
    } else {
        (AnsiColor::Red.on_default().bold(), "")
    };
    println!("{place}: {style}{mark}{kind}{style:#}: {message}");
    if let Some(help) = problem.help.as_ref().filter(|_| has_help) {
        println!("  = help: {help}");
    }
}

/// Renders a problem with the line of the template. Returns `None` if the file cannot be read
/// again.
fn excerpt(problem: &Problem, place: &Place, root: &Path) -> Option<String> {
    let text = fs::read_to_string(root.join(&place.file)).ok()?;
    let line = text.lines().nth(place.line.checked_sub(1)?)?;
    let start = line.char_indices().nth(place.column.checked_sub(1)?).map_or(line.len(), |(at, _)| at);
    let end = start + marked(line.get(start..)?);
    let level = if problem.is_warning() { Level::WARNING } else { Level::ERROR };
    let annotation = AnnotationKind::Primary.span(start..end).label(problem.label.as_str());
    let source =
        Snippet::source(line).line_start(place.line).path(place.file.as_str()).annotation(annotation);
    let mut group = level.primary_title(problem.message.as_str()).id(problem.kind).element(source);
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Some(Renderer::styled().render(&[group]))
}

/// Returns the length in bytes of the literal, name, or URL at the beginning of a text.
fn marked(rest: &str) -> usize {
    let literal = rest.strip_prefix('"').and_then(|rest| rest.find('"')).map(|at| at + 2);
    let word =
        rest.find(|char: char| char.is_whitespace() || "\"'()<>{}".contains(char)).unwrap_or(rest.len());
    literal.unwrap_or(word)
}

/// Prints the number of errors, if there are any, and returns the outcome. Warnings do not fail a
/// command.
///
/// `checked` names the things that were checked: `4 chunks of dist and 2 templates`.
pub(crate) fn summarize(problems: &[Problem], checked: &str) -> Outcome {
    if problems.iter().all(Problem::is_warning) {
        return Outcome::Done;
    }
    eprintln!("{} in {checked}", counts(problems));
    let kinds: BTreeSet<&str> = problems.iter().map(|problem| problem.kind).collect();
    kinds.into_iter().for_each(|kind| eprintln!("  = {}", more(kind)));
    Outcome::Failed
}

/// Returns the number of errors and warnings: `no problems`, `1 warning`, `2 errors and 1 warning`.
pub(crate) fn counts(problems: &[Problem]) -> String {
    let warnings = problems.iter().filter(|problem| problem.is_warning()).count();
    match (problems.len() - warnings, warnings) {
        (0, 0) => "no problems".to_owned(),
        (0, _) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, _) => format!("{} and {}", count(errors, "error"), count(warnings, "warning")),
    }
}
