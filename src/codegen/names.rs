//! Generates constants and functions for names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The differences between the generated modules.
pub(super) struct Kind {
    pub(super) module: &'static str,
    pub(super) title: &'static str,
    /// The return type of the functions, and the method of `Page` that they call.
    pub(super) returns: &'static str,
    pub(super) method: &'static str,
}

pub(super) const ENTRIES: Kind =
    Kind { module: "entries", title: "Entries", returns: "Tags", method: "tags" };
pub(super) const ASSETS: Kind =
    Kind { module: "assets", title: "Assets", returns: "tags::Url", method: "asset" };

/// Returns the source of the module, and the groups of names that would produce the same constant.
///
/// These names are skipped, because a constant for one of them could be mistaken for another.
pub(super) fn module(kind: &Kind, names: &BTreeSet<String>) -> (String, Vec<Vec<String>>) {
    let mut by_constant: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in names {
        by_constant.entry(constant(name)).or_default().push(name.clone());
    }
    let Kind { module, title, .. } = kind;
    let mut text = format!("/// {title} of the Vite build.\n#[allow(dead_code)]\npub mod {module} {{\n");
    let mut same = Vec::new();
    for (constant, names) in by_constant {
        match names.as_slice() {
            [name] => item(&mut text, kind, &constant, name),
            _ => same.push(names),
        }
    }
    text.push_str("}\n");
    (text, same)
}

fn item(text: &mut String, kind: &Kind, constant: &str, name: &str) {
    let Kind { returns, method, .. } = kind;
    let function = constant.to_lowercase();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "    /// {name:?}\n    pub const {constant}: &str = {name:?};\n\n    /// The `{method}` of {name:?}.\n    pub fn {function}(page: &::vite_bridge::Page) -> ::core::result::Result<::vite_bridge::{returns}, ::vite_bridge::Error> {{\n        page.{method}({constant})\n    }}\n\n"
    );
}

/// Returns the name of the constant: `SRC_MAIN_TS` for `src/main.ts`.
fn constant(name: &str) -> String {
    let upper = |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_uppercase() } else { '_' };
    let text: String = name.chars().map(upper).collect();
    // `_` is not a valid name, and a name must not begin with a digit. Keywords matter because the
    // function has the name in lower case.
    let is_bare =
        text.starts_with(|char: char| char.is_ascii_digit()) || text.chars().all(|char| char == '_');
    if is_bare || KEYWORDS.contains(&text.to_lowercase().as_str()) { format!("N_{text}") } else { text }
}

/// Strict and reserved keywords that a file name could produce (Rust Reference, "Keywords").
const KEYWORDS: [&str; 53] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield", "raw",
];

#[cfg(test)]
mod tests {
    use super::{ENTRIES, constant, module};

    #[test]
    fn each_name_becomes_a_valid_constant() {
        for (name, expected) in [
            ("src/main.ts", "SRC_MAIN_TS"),
            ("404.css", "N_404_CSS"),
            ("été/main.ts", "_T__MAIN_TS"),
            ("match", "N_MATCH"),
            ("é", "N__"),
        ] {
            assert_eq!(constant(name), expected, "{name}");
        }
    }

    #[test]
    fn names_with_the_same_constant_are_skipped() {
        let names = ["a-b.ts", "a_b.ts", "c.ts"].map(str::to_owned).into();
        let (text, same) = module(&ENTRIES, &names);
        assert_eq!(same, [["a-b.ts", "a_b.ts"]]);
        assert!(text.contains("pub const C_TS: &str = \"c.ts\";") && !text.contains("A_B_TS"), "{text}");
    }
}
