//! Prepared: elements and their HTML, written once, with a hole in each line where a nonce goes.

use std::fmt;

use super::element::{Element, ElementKind};
use super::html;

/// Some elements in document order, one a line.
///
/// The HTML is kept whole beside the elements because a page without a nonce is one `push_str` then, look-up included
/// some 40 ns for 14 elements (benches/benches/tags.rs, 2026-11); peers, which format at each call, take 2 µs and more.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    html: Box<str>,
    lines: Box<[Line]>,
    elements: Box<[Element]>,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    kind: ElementKind,
    start: usize,
    hole: usize,
    end: usize,
}

/// Which of the elements a call prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    All,
    Styles,
    Scripts,
    Preloads,
}

impl Part {
    /// An import map belongs to whatever loads a module, since it must come before.
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
            let hole = html::element_into(&mut html, element);
            lines.push(Line { kind: element.kind(), start, hole, end: html.len() });
        }
        Self { html: html.into(), lines: lines.into(), elements: elements.into() }
    }

    /// An error in place of elements.
    pub(crate) fn comment(text: &str) -> Self {
        Self { html: html::comment(text).into(), ..Self::default() }
    }

    pub(crate) fn elements(&self, part: Part) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(move |element| part.has(element.kind()))
    }

    pub(crate) fn write(&self, out: &mut dyn fmt::Write, part: Part, nonce: Option<&str>) -> fmt::Result {
        match (part, nonce) {
            (Part::All, None) => out.write_str(&self.html),
            (Part::All, Some(nonce)) => self.write_whole(out, nonce),
            // An error's comment has no lines, and belongs to every part.
            _ if self.lines.is_empty() => out.write_str(&self.html),
            _ => self.write_lines(out, part, nonce.unwrap_or_default()),
        }
    }

    fn write_whole(&self, out: &mut dyn fmt::Write, nonce: &str) -> fmt::Result {
        let mut start = 0;
        for line in &self.lines {
            out.write_str(self.text(start, line.hole))?;
            out.write_str(nonce)?;
            start = line.hole;
        }
        out.write_str(self.text(start, self.html.len()))
    }

    fn write_lines(&self, out: &mut dyn fmt::Write, part: Part, nonce: &str) -> fmt::Result {
        let mut is_first = true;
        for line in self.lines.iter().filter(|line| part.has(line.kind)) {
            if !std::mem::take(&mut is_first) {
                out.write_str("\n")?;
            }
            out.write_str(self.text(line.start, line.hole))?;
            out.write_str(nonce)?;
            out.write_str(self.text(line.hole, line.end))?;
        }
        Ok(())
    }

    fn text(&self, start: usize, end: usize) -> &str {
        self.html.get(start..end).unwrap_or_default()
    }
}
