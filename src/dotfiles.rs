//! Dotfiles are neither served nor compressed. The folder `.well-known` (RFC 8615) can be an
//! exception.

const WELL_KNOWN: &str = ".well-known";

/// Returns whether a part of the name begins with a dot.
///
/// The name is relative to the output directory and uses `/`. With `has_well_known`, the top folder
/// `.well-known` is an exception.
pub(crate) fn is_hidden(name: &str, has_well_known: bool) -> bool {
    let below = name.strip_prefix(WELL_KNOWN).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let name = below.filter(|_| has_well_known).unwrap_or(name);
    name.split('/').any(|part| part.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::is_hidden;

    #[test]
    fn only_well_known_is_an_exception_and_only_at_the_top() {
        for name in [".env", "a/.git/x", ".well-known/.x", "a/.well-known/x", ".well-known-not/x"] {
            assert!(is_hidden(name, true) && is_hidden(name, false), "{name}");
        }
        for name in [".well-known", ".well-known/x"] {
            assert!(!is_hidden(name, true) && is_hidden(name, false), "{name}");
        }
        assert!(!is_hidden("a.b/c..d", false));
    }
}
