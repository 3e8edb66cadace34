//! Finds URLs that are written directly in the text of a template.

use std::ops::Range;

use crate::tags::html::COMMENT;

/// Returns the URLs in the text of a template with their byte offsets.
///
/// A URL begins with `/`, `http:/` or `https:/` after a quote, a backtick, `=`, `(` or a comma.
/// URLs in HTML comments are skipped.
pub(super) fn urls<'t>(template: &'t str, texts: &[Range<usize>]) -> Vec<(&'t str, usize)> {
    let [opening, closing] = COMMENT;
    let mut found = Vec::new();
    let mut in_comment = false;
    for range in texts {
        let Some(text) = template.get(range.clone()) else { continue };
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if in_comment {
                let Some(end) = rest.find(closing) else { break };
                (at, in_comment) = (at + end, false);
            } else if rest.starts_with(opening) {
                in_comment = true;
            } else if is_url(rest) && follows_a_mark(text.get(..at).unwrap_or_default()) {
                let end = rest.find(is_end).unwrap_or(rest.len());
                found.extend(rest.get(..end).map(|url| (url, range.start + at)));
                at += end;
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
    }
    found
}

fn is_url(rest: &str) -> bool {
    let path = rest.strip_prefix("https:").or_else(|| rest.strip_prefix("http:")).unwrap_or(rest);
    path.starts_with('/')
}

fn follows_a_mark(before: &str) -> bool {
    let last = before.chars().next_back();
    let is_in_list = || before.trim_end().ends_with(',') && before.ends_with(char::is_whitespace);
    last.is_some_and(|char| matches!(char, '"' | '\'' | '=' | '(' | ',' | '`')) || is_in_list()
}

fn is_end(char: char) -> bool {
    char.is_whitespace() || matches!(char, '"' | '\'' | ')' | '<' | '>' | ',' | '`')
}

#[cfg(test)]
mod tests {
    use super::urls;

    #[test]
    fn urls_are_found_where_html_and_css_allow_them() {
        let text = r#"/no <a href="/a/b.png?x#y" b='/c' d=/e> url(/f) srcset="/g 1x, /h 2x" and /no or </p>
            <!-- "/no" --> "https://cdn.test/i.js" "//cdn.test/j" "a/no" "" "#;
        let all = std::slice::from_ref(&(0..text.len())).to_vec();
        let found: Vec<_> = urls(text, &all).into_iter().map(|(url, _)| url).collect();
        assert_eq!(
            found,
            ["/a/b.png?x#y", "/c", "/e", "/f", "/g", "/h", "https://cdn.test/i.js", "//cdn.test/j"]
        );
        assert_eq!(urls(text, &all).first().map(|(_, at)| *at), Some(13));
        assert_eq!(urls("a<!-- {{ x }} \"/no\" -->", &[0..6, 13..23]), []);
    }
}
