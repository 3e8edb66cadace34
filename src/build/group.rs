//! Groups: lists of sources that the plugin builds as one entry each.

use sha2::{Digest as _, Sha256};

use super::graph::bare_name;
use crate::error::{Error, ErrorKind};
use crate::manifest::FileKind;

/// Returns the key of a group's entry. The plugin computes it by the same rule.
pub(crate) fn key(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| bare_name(part)).collect();
    let digest = Sha256::digest(parts.join("\n"));
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!(".vite-bridge/group-{hash}.js")
}

/// Tells whether a group contains stylesheets only. The script of its entry then has no effect.
pub(crate) fn has_only_styles(parts: &[&str]) -> bool {
    parts.iter().all(|part| FileKind::from_source(part) == FileKind::Style)
}

pub(crate) fn unknown(parts: &[&str]) -> Error {
    // The plugin builds each list that a template writes literally as `vite.group([..])`.
    let help = "write the list as a literal in a template that the plugin reads (its option `templates`), \
                then run `npm run build`";
    Error::new(ErrorKind::UnknownEntry, format!("unknown group {parts:?}: the build does not contain it"))
        .with_help(help)
}

#[cfg(test)]
mod tests {
    use super::{has_only_styles, key};

    #[test]
    fn a_key_is_of_the_parts_and_their_order() {
        assert_eq!(key(&["src/a.ts", "src/b.ts"]), ".vite-bridge/group-1b6ddeb1bb545ae5.js");
        assert_eq!(key(&["/src/a.ts", "./src/b.ts"]), key(&["src/a.ts", "src/b.ts"]));
        assert_ne!(key(&["src/b.ts", "src/a.ts"]), key(&["src/a.ts", "src/b.ts"]));
    }

    #[test]
    fn stylesheets_of_every_language_are_styles() {
        assert!(has_only_styles(&["a.scss", "b.css"]));
        assert!(!has_only_styles(&["a.scss", "b.ts"]));
    }
}
