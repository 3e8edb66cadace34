//! Formats that several commands share.

use anstream::{eprintln, println};
use serde::Serialize;

/// Prints a value as indented JSON on standard output.
pub(crate) fn print_json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => println!("{text}"),
        Err(error) => eprintln!("error: cannot write JSON: {error}"),
    }
}

/// Returns a number with its noun: `1 chunk`, `2 chunks`, `2 entries`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if n == 1 => format!("{n} {noun}"),
        Some(stem) => format!("{n} {stem}ies"),
        None => format!("{n} {noun}s"),
    }
}

/// Returns the sentence that names the command for the explanation of a code.
pub(crate) fn more(code: &str) -> String {
    format!("for more: vite-bridge explain {code}")
}
