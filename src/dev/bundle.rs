//! `Bundle`: the files that Vite serves with `experimental.bundledDev` (8.1 and later).

use std::collections::BTreeMap;

use crate::build::suggest;
use crate::error::{Error, ErrorKind};

/// The files of a dev server that bundles. The URLs are paths below Vite's base,
/// with a leading slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bundle {
    /// The URL of each entry and each asset.
    pub(crate) entries: BTreeMap<String, String>,
    /// The URL of the script that React needs before all others.
    pub(crate) preamble: Option<String>,
}

impl Bundle {
    /// The error for a source that is not in the bundle.
    pub(super) fn unknown(&self, name: &str) -> Error {
        let names = self.entries.keys().map(String::as_str);
        let close = suggest::close_to(name, names);
        let message = format!(
            "{name:?} is not in Vite's bundle{}; with `experimental.bundledDev`, Vite serves only its inputs, \
             the assets that templates name as literals, and public files",
            suggest::did_you_mean(&close)
        );
        Error::new(ErrorKind::Unsupported, message)
            .with_help("write the name as a literal in a template, or remove `experimental.bundledDev` from vite.config.js")
            .with_suggestions(close)
    }
}
