//! The URLs in a stylesheet and their places.

use cssparser::{ParseError, Parser, Token};

/// A URL in a stylesheet with its line and column, both counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) url: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Returns the URLs of `url()`, `src()`, `image-set()`, and `@import` (CSS Values and Units Level
/// 4, 4.5).
pub(crate) fn references(css: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    collect(&mut Parser::new(css), false, &mut found);
    found
}

/// Collects the URLs of one nesting level. With `in_url`, a plain string is a URL.
fn collect(parser: &mut Parser<'_>, in_url: bool, found: &mut Vec<Reference>) {
    let mut after_import = false;
    loop {
        parser.skip_whitespace();
        let place = parser.current_source_location();
        let mut add = |url: &str| {
            found.push(Reference { url: url.to_owned(), line: place.line + 1, column: place.column });
        };
        let Ok(token) = parser.next() else { return };
        let mut nested = None;
        let mut is_import = false;
        match token {
            Token::UnquotedUrl(url) => add(url),
            Token::QuotedString(url) if in_url || after_import => add(url),
            Token::AtKeyword(name) => is_import = name.eq_ignore_ascii_case("import"),
            Token::Function(name) => nested = Some(is_url_function(name)),
            Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => {
                nested = Some(false);
            }
            _ => {}
        }
        after_import = is_import;
        if let Some(in_url) = nested {
            // An error ends only this block. The loop continues with the tokens after it.
            let _ = parser.parse_nested_block(|block| {
                collect(block, in_url, found);
                Ok::<(), ParseError<()>>(())
            });
        }
    }
}

fn is_url_function(name: &str) -> bool {
    ["url", "src", "image-set", "-webkit-image-set"].iter().any(|known| name.eq_ignore_ascii_case(known))
}
