//! Finds templates inside Rust files: `#[template(source = "...")]`.

use syn::visit::Visit;
use syn::{Attribute, LitStr};

use super::literal::unescape;

/// A template inside a Rust file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inline {
    pub(super) text: String,
    /// For each byte of the text, its byte offset in the Rust file.
    pub(super) places: Vec<usize>,
    pub(super) syntax: Option<String>,
}

/// The templates that a Rust file contains or names.
#[derive(Debug, Default)]
pub(super) struct RustTemplates<'t> {
    text: &'t str,
    pub(super) inline: Vec<Inline>,
    /// The path and the syntax of each template file that has its own syntax.
    pub(super) syntaxes: Vec<(String, String)>,
}

impl<'t> RustTemplates<'t> {
    /// Finds the templates in a Rust file.
    ///
    /// # Errors
    ///
    /// Returns the error of syn, with its byte offset, if the file is not valid Rust.
    pub(super) fn read(text: &'t str) -> Result<Self, (usize, String)> {
        let mut found = Self { text, ..Self::default() };
        // Parsing is slow, and most files contain no template.
        if text.contains("template") {
            let file = syn::parse_file(text)
                .map_err(|error| (error.span().byte_range().start, error.to_string()))?;
            found.visit_file(&file);
        }
        Ok(found)
    }

    fn inline(&self, source: &LitStr, syntax: Option<String>) -> Option<Inline> {
        let range = source.span().byte_range();
        let literal = self.text.get(range.clone())?;
        let hashes = literal.strip_prefix('r').map(|rest| rest.len() - rest.trim_start_matches('#').len());
        let start = hashes.map_or(1, |hashes| hashes + 2);
        let content = literal.get(start..literal.len() - hashes.unwrap_or(0) - 1)?;
        let (text, places) = match hashes {
            Some(_) => (content.to_owned(), (0..=content.len()).collect()),
            None => unescape(content)?,
        };
        let places = places.into_iter().map(|place| range.start + start + place).collect();
        Some(Inline { text, places, syntax })
    }
}

impl<'a> Visit<'a> for RustTemplates<'_> {
    fn visit_attribute(&mut self, attribute: &'a Attribute) {
        if !attribute.path().is_ident("template") {
            return;
        }
        let (mut source, mut path, mut syntax) = (None, None, None);
        // Arguments other than `name = "text"` are not relevant here.
        let read = attribute.parse_nested_meta(|meta| {
            let value = meta.value().ok().map(syn::parse::ParseBuffer::parse::<syn::Expr>).transpose()?;
            let Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) = value else {
                return Ok(());
            };
            if meta.path.is_ident("source") {
                source = Some(text);
            } else if meta.path.is_ident("path") {
                path = Some(text.value());
            } else if meta.path.is_ident("syntax") {
                syntax = Some(text.value());
            }
            Ok(())
        });
        if read.is_err() {
            return;
        }
        let inline = source.and_then(|source| self.inline(&source, syntax.clone()));
        self.inline.extend(inline);
        self.syntaxes.extend(path.zip(syntax));
    }
}
