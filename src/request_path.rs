//! Turns the path of a request into the name of a file.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Returns the part of the path below the mount, decoded once. `None` if other programs may read
/// the path differently (an encoded slash or any backslash), or if it is not UTF-8.
pub(crate) fn name_below<'a>(path: &'a str, mount: &str) -> Option<Cow<'a, str>> {
    let rest = path.strip_prefix(mount)?;
    if !rest.bytes().any(|byte| matches!(byte, b'%' | b'\\' | b'\0')) {
        return Some(Cow::Borrowed(rest));
    }
    let has_encoded_slash = rest
        .split('%')
        .skip(1)
        .any(|part| part.get(..2).is_some_and(|code| matches!(code, "2f" | "2F" | "5c" | "5C")));
    if has_encoded_slash || rest.contains('\\') {
        return None;
    }
    percent_decode_str(rest).decode_utf8().ok().filter(|name| !name.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::name_below;

    #[test]
    fn a_path_is_decoded_once_and_an_ambiguous_path_is_rejected() {
        let cases = [
            ("/static/a%20b", Some("a b")),
            ("/static/%2541.txt", Some("%41.txt")),
            ("/static/a+b.txt", Some("a+b.txt")),
            ("/static/%E4%BD%A0.txt", Some("你.txt")),
            ("/static/", Some("")),
            ("/static/a%2", Some("a%2")),
            ("/static", None),
            ("/statics/x", None),
            ("/static/a%2fb", None),
            ("/static/a%5Cb", None),
            ("/static/a\\b", None),
            ("/static/%ff", None),
            ("/static/a%00", None),
        ];
        for (path, name) in cases {
            assert_eq!(name_below(path, "/static/").as_deref(), name, "{path}");
        }
    }
}
