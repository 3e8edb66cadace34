//! Escaping and HTML. No other file writes `<`.

use std::fmt::Write as _;

use super::element::Element;

/// The start and the end of a comment (WHATWG HTML, 13.1.6).
#[cfg_attr(not(feature = "scan"), allow(dead_code, reason = "only the scanner uses it"))]
pub(crate) const COMMENT: [&str; 2] = ["<!--", "-->"];

/// Appends `text`, and escapes the five characters that could end an attribute value or start
/// markup.
///
/// `'` is one of them, because a template may print the value in an attribute with single quotes.
pub(crate) fn escape_into(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = special.chars();
        out.push_str(match chars.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&quot;",
            _ => "&#39;",
        });
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// Returns ` name="value"` with the value escaped.
pub(crate) fn attribute(name: &str, value: &str) -> String {
    let mut out = format!(" {name}=\"");
    escape_into(&mut out, value);
    out.push('"');
    out
}

/// Returns `<!-- vite-bridge: text -->`. The text cannot end the comment (WHATWG HTML, 13.1.6).
pub(crate) fn comment(text: &str) -> String {
    let mut text = text.replace('<', "&lt;").replace('>', "&gt;");
    while text.contains("--") {
        text = text.replace("--", "- -");
    }
    format!("<!-- vite-bridge: {text} -->")
}

/// Returns `<meta property="csp-nonce" nonce="…">`, from which Vite's scripts read the nonce.
pub(crate) fn csp_meta(nonce_attribute: &str) -> String {
    format!("<meta property=\"csp-nonce\"{nonce_attribute}>")
}

/// Escapes JSON so that a `<script>` can contain it.
///
/// Escapes `<`, `>` and `&`, and U+2028 and U+2029: before ES2019, JavaScript strings could not
/// contain these line separators.
pub(crate) fn script_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// Changes the text of a script or stylesheet so that an element of `tag` can contain it.
///
/// A backslash splits the end tag. JavaScript strings and CSS ignore this backslash. In a script it
/// also splits `<!--`, which can make a browser miss the end tag (WHATWG HTML, 4.12.1.3).
pub(crate) fn raw_text(text: &str, tag: &str) -> String {
    let end = format!("</{tag}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find_ignore_ascii_case(rest, &end) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        out.push_str("<\\");
        rest = from.strip_prefix('<').unwrap_or(from);
    }
    out.push_str(rest);
    if tag == "script" { out.replace("<!--", "<\\!--") } else { out }
}

fn find_ignore_ascii_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

/// Appends one element: `type` or `rel`, then `src` or `href`, then the other attributes.
///
/// Returns the offset in `out` at which a `nonce` attribute can be inserted.
pub(crate) fn element_into(out: &mut String, element: &Element) -> usize {
    let tag = element.kind().tag();
    out.push('<');
    out.push_str(tag);
    let is_first = |name: &str| tag == "script" && name == "type";
    if let Some((name, value)) = element.kind().mark() {
        attribute_into(out, name, Some(value));
    }
    for (name, value) in element.attributes().filter(|(name, _)| is_first(name)) {
        attribute_into(out, name, value);
    }
    if let Some(href) = element.href() {
        attribute_into(out, if tag == "link" { "href" } else { "src" }, Some(href));
    }
    for (name, value) in element.attributes().filter(|(name, _)| !is_first(name)) {
        attribute_into(out, name, value);
    }
    let nonce_offset = out.len();
    out.push('>');
    if tag != "link" {
        out.push_str(element.content().unwrap_or_default());
        out.push_str("</");
        out.push_str(tag);
        out.push('>');
    }
    nonce_offset
}

fn attribute_into(out: &mut String, name: &str, value: Option<&str>) {
    out.push(' ');
    out.push_str(name);
    if let Some(value) = value {
        out.push_str("=\"");
        escape_into(out, value);
        out.push('"');
    }
}

/// Returns a small HTML page. `title` and `text` are escaped, `head` is HTML.
pub(crate) fn page(title: &str, text: &str, head: &str) -> String {
    let (mut safe_title, mut safe_text) = (String::new(), String::new());
    escape_into(&mut safe_title, title);
    escape_into(&mut safe_text, text);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{safe_title}</title>\n{head}</head>\n\
         <body style=\"font:1.1rem/1.6 system-ui;max-width:44rem;margin:15vh auto;padding:0 1rem\">\n\
         <h1>{safe_title}</h1><p style=\"white-space:pre-line;overflow-wrap:anywhere\">{safe_text}</p></body></html>\n"
    )
}
