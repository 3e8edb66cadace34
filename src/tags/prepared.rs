//! Prepared HTML: elements that are written once, with a place for the nonce in each line.

use std::fmt;

use super::element::{Element, ElementKind};
use super::html;

/// Elements in document order and their HTML, one element in each line.
///
/// The HTML is one string, so that a page without a nonce needs a single `push_str`. With the
/// lookup this takes about 40 ns for 14 elements (benches/benches/tags.rs, 2026-11). Crates that
/// format the elements in each call take 2 µs or more.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    html: Box<str>,
    lines: Box<[Line]>,
    elements: Box<[Element]>,
}

/// The place of one element in the HTML, as byte offsets.
#[derive(Debug, Clone, Copy)]
struct Line {
    part: ElementKind,
    start: usize,
    nonce: usize,
    end: usize,
}

/// The kinds of elements that a call prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    All,
    Styles,
    Scripts,
    Preloads,
}

impl Part {
    /// Returns whether the part contains elements of a kind.
    ///
    /// Scripts and preloads both contain the import map, which must come before any module is
    /// loaded.
    fn has(self, kind: ElementKind) -> bool {
        match self {
            Self::All => true,
            Self::Styles => kind == ElementKind::Stylesheet,
            Self::Scripts => {
                matches!(kind, ElementKind::Script | ElementKind::InlineScript | ElementKind::Importmap)
            }
            Self::Preloads => matches!(kind, ElementKind::Modulepreload | ElementKind::Importmap),
        }
    }
}

impl Prepared {
    pub(crate) fn new(elements: Vec<Element>) -> Self {
        let mut html = String::with_capacity(elements.len() * 80);
        let mut lines = Vec::with_capacity(elements.len());
        for element in &elements {
            if !html.is_empty() {
                html.push('\n');
            }
            let start = html.len();
            let nonce = html::element_into(&mut html, element);
            lines.push(Line { part: element.part(), start, nonce, end: html.len() });
        }
        Self { html: html.into(), lines: lines.into(), elements: elements.into() }
    }

    /// Creates an HTML comment with an error, without elements.
    pub(crate) fn comment(text: &str) -> Self {
        Self { html: html::comment(text).into(), ..Self::default() }
    }

    pub(crate) fn elements(&self, part: Part) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(move |element| part.has(element.part()))
    }

    pub(crate) fn write(&self, out: &mut dyn fmt::Write, part: Part, nonce: Option<&str>) -> fmt::Result {
        match (part, nonce) {
            (Part::All, None) => out.write_str(&self.html),
            (Part::All, Some(nonce)) => self.write_all(out, nonce),
            // The comment with an error has no lines; every part prints it.
            _ if self.lines.is_empty() => out.write_str(&self.html),
            _ => self.write_lines(out, part, nonce.unwrap_or_default()),
        }
    }

    fn write_all(&self, out: &mut dyn fmt::Write, nonce: &str) -> fmt::Result {
        let mut start = 0;
        for line in &self.lines {
            out.write_str(self.text(start, line.nonce))?;
            out.write_str(nonce)?;
            start = line.nonce;
        }
        out.write_str(self.text(start, self.html.len()))
    }

    fn write_lines(&self, out: &mut dyn fmt::Write, part: Part, nonce: &str) -> fmt::Result {
        let mut is_first = true;
        for line in self.lines.iter().filter(|line| part.has(line.part)) {
            if !std::mem::take(&mut is_first) {
                out.write_str("\n")?;
            }
            out.write_str(self.text(line.start, line.nonce))?;
            out.write_str(nonce)?;
            out.write_str(self.text(line.nonce, line.end))?;
        }
        Ok(())
    }

    fn text(&self, start: usize, end: usize) -> &str {
        self.html.get(start..end).unwrap_or_default()
    }
}
