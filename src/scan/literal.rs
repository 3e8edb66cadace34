//! Reads the value of a Rust string literal.

/// Returns the text of a literal, and for each of its bytes the offset in `content`.
///
/// The last offset is the length of `content`. Returns `None` for an invalid escape (Rust
/// Reference, "String literals").
pub(super) fn unescape(content: &str) -> Option<(String, Vec<usize>)> {
    let (mut text, mut places) =
        (String::with_capacity(content.len()), Vec::with_capacity(content.len() + 1));
    let mut rest = content.char_indices().peekable();
    while let Some((at, char)) = rest.next() {
        let char = match char {
            '\\' => match rest.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                char @ ('\\' | '\'' | '"') => char,
                'x' => {
                    let digits: String = rest.by_ref().take(2).map(|(_, char)| char).collect();
                    u8::from_str_radix(&digits, 16).ok().filter(u8::is_ascii)?.into()
                }
                'u' => {
                    let digits: String =
                        rest.by_ref().map(|(_, char)| char).take_while(|char| *char != '}').collect();
                    let digits = digits.strip_prefix('{')?.replace('_', "");
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                }
                '\n' | '\r' => {
                    while rest.next_if(|(_, char)| matches!(char, ' ' | '\t' | '\n' | '\r')).is_some() {}
                    continue;
                }
                _ => return None,
            },
            char => char,
        };
        text.push(char);
        places.resize(text.len(), at);
    }
    places.push(content.len());
    Some((text, places))
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_follow_rust_and_each_byte_has_its_offset() {
        for (content, text) in [
            ("src/main.ts", Some("src/main.ts")),
            (r#"a\"b\\c\n\t\r\0\'"#, Some("a\"b\\c\n\t\r\0'")),
            (r"\x41\u{e9}\u{1_F600}", Some("A\u{e9}\u{1F600}")),
            ("a\\\n   b", Some("ab")),
            (r"\q", None),
            (r"\xff", None),
            (r"\u{110000}", None),
            (r"\", None),
        ] {
            assert_eq!(unescape(content).map(|(text, _)| text).as_deref(), text, "{content}");
        }
        let (text, places) = unescape(r"a\u{e9}b").unwrap_or_default();
        assert_eq!((text.as_str(), places), ("a\u{e9}b", vec![0, 1, 1, 7, 8]));
    }
}
