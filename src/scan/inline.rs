//! Templates inside Rust files: `#[template(source = "...")]`.

use syn::visit::Visit;
use syn::{Attribute, LitStr};

use super::literal::unescape;

/// A template's text, and for each of its bytes where it comes from in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inline {
    pub(super) text: String,
    pub(super) places: Vec<usize>,
    pub(super) syntax: Option<String>,
}

/// What a Rust file says of templates.
#[derive(Debug, Default)]
pub(super) struct RustTemplates<'t> {
    text: &'t str,
    pub(super) inline: Vec<Inline>,
    /// Path and syntax of templates in files.
    pub(super) syntaxes: Vec<(String, String)>,
}

impl<'t> RustTemplates<'t> {
    /// # Errors
    ///
    /// syn's, with the byte where it stands.
    pub(super) fn read(text: &'t str) -> Result<Self, (usize, String)> {
        let mut found = Self { text, ..Self::default() };
        // Parsing is dear, and most files have none.
        if text.contains("template") {
            let file = syn::parse_file(text)
                .map_err(|fault| (fault.span().byte_range().start, fault.to_string()))?;
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
        // What is no `name = "text"` is not for us.
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
