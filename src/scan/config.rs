//! `Config`: the template folders and delimiters in `askama.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use super::language::Syntax;
use crate::error::{Error, ErrorKind};

const FILE: &str = "askama.toml";

/// The part of `askama.toml` that the scanner needs.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) dirs: Vec<String>,
    default_syntax: Option<String>,
    syntaxes: BTreeMap<String, Syntax>,
}

#[derive(Deserialize, Default)]
struct Raw {
    #[serde(default)]
    general: General,
    #[serde(default)]
    syntax: Vec<Named>,
}

#[derive(Deserialize, Default)]
struct General {
    dirs: Option<Vec<String>>,
    default_syntax: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    block_start: Option<String>,
    block_end: Option<String>,
    expr_start: Option<String>,
    expr_end: Option<String>,
    comment_start: Option<String>,
    comment_end: Option<String>,
}

impl Config {
    /// Reads `askama.toml` in a folder. Without the file, Askama's defaults apply.
    pub(super) fn read(root: &Path) -> Result<Self, Error> {
        let place = root.join(FILE);
        let text = match fs::read_to_string(&place) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(invalid(&place).with_source(error)),
        };
        let raw: Raw = toml::from_str(&text).map_err(|error| invalid(&place).with_source(error))?;
        let syntaxes = raw.syntax.into_iter().map(|named| (named.name.clone(), named.into())).collect();
        Ok(Self {
            dirs: raw.general.dirs.unwrap_or_else(|| vec!["templates".to_owned()]),
            default_syntax: raw.general.default_syntax,
            syntaxes,
        })
    }

    /// Returns the delimiters of the named syntax, or of the default syntax without a name.
    pub(super) fn syntax(&self, name: Option<&str>) -> Result<Syntax, Error> {
        let Some(name) = name.or(self.default_syntax.as_deref()).filter(|name| *name != "default") else {
            return Ok(Syntax::default());
        };
        self.syntaxes.get(name).cloned().ok_or_else(|| {
            let known: Vec<_> = self.syntaxes.keys().map(String::as_str).collect();
            let known = [&["default"], known.as_slice()].concat().join(", ");
            Error::new(
                ErrorKind::AskamaConfigInvalid,
                format!("unknown syntax {name:?} in {FILE}; it has {known}"),
            )
        })
    }
}

fn invalid(place: &Path) -> Error {
    Error::new(ErrorKind::AskamaConfigInvalid, format!("invalid {}", place.display()))
}

impl From<Named> for Syntax {
    fn from(named: Named) -> Self {
        let Named { block_start, block_end, expr_start, expr_end, comment_start, comment_end, .. } = named;
        Self { block_start, block_end, expr_start, expr_end, comment_start, comment_end }
    }
}
