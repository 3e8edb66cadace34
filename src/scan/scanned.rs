//! `Scanned`: the entries and assets that templates use, with their positions.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::language::PageMethod;
use crate::error::Error;
use crate::manifest::FileKind;
use crate::vite::Vite;

/// A position in a template or a Rust file. It is printed as `file:line:column`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The path of the file, relative to the folder of the scanner, with `/` as separator.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A call or a filter in a template that names entries or assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub(super) method: PageMethod,
    pub(super) names: Vec<(String, Place)>,
    pub(super) is_dynamic: bool,
    pub(super) place: Place,
}

/// The result of a [`Scanner`](super::Scanner).
#[derive(Debug, Clone, Default)]
pub struct Scanned {
    pub(super) templates: usize,
    pub(super) calls: Vec<Call>,
    pub(super) urls: Vec<(String, Place)>,
    pub(super) syntax_errors: Vec<(Place, String)>,
}

impl Call {
    /// Returns the method. For a filter, it is the method of the same name.
    #[must_use]
    pub fn method(&self) -> PageMethod {
        self.method
    }

    /// Returns the names in string literals, without a leading `./` or `/`, with the positions of
    /// their opening quotes.
    #[must_use]
    pub fn names(&self) -> &[(String, Place)] {
        &self.names
    }

    /// Returns whether the argument, or a part of it, is not a string literal.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.is_dynamic
    }

    /// Returns the position of the method or filter name.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    fn missing(&self, vite: &Vite) -> Vec<(Place, Error)> {
        if self.method == PageMethod::Group {
            let parts: Vec<&str> = self.names.iter().map(|(name, _)| name.as_str()).collect();
            let error = vite.page().group(&parts).err().filter(|_| !self.is_dynamic);
            return error.map(|error| (self.place.clone(), error)).into_iter().collect();
        }
        let error = |name: &str| match self.method {
            PageMethod::Asset => vite.asset(name).err(),
            PageMethod::Inline => vite.page().inline(name).err(),
            PageMethod::Preload => vite.page().preload(name).err(),
            _ => vite.tags(name).err(),
        };
        self.names.iter().filter_map(|(name, place)| Some((place.clone(), error(name)?))).collect()
    }

    /// Returns whether a name must be an input of the build: an entry, or a script or stylesheet
    /// that the template uses as an asset.
    fn is_of_inputs(&self, name: &str) -> bool {
        self.method.is_of_entries() || is_code(name)
    }
}

/// Returns whether Vite compiles the file to a script or a stylesheet.
fn is_code(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    FileKind::from_source(name) == FileKind::Style
        || matches!(
            extension,
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte" | "astro"
        )
}

/// Names of entries or assets, each with the positions that use it.
pub type Names<'s> = BTreeMap<&'s str, Vec<&'s Place>>;

impl Scanned {
    /// Returns the number of templates that were read.
    #[must_use]
    pub fn templates(&self) -> usize {
        self.templates
    }

    /// Returns all calls, sorted by position.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Returns URLs that are written directly in the text of templates: absolute paths and URLs
    /// with a host. URLs in HTML comments are skipped.
    #[must_use]
    pub fn urls(&self) -> &[(String, Place)] {
        &self.urls
    }

    /// Returns the syntax errors of templates and Rust files, with the message of the parser.
    #[must_use]
    pub fn syntax_errors(&self) -> &[(Place, String)] {
        &self.syntax_errors
    }

    /// Returns the names that the build does not contain, with the error that rendering returns.
    ///
    /// Each position points to the string literal of the name, or to the method name for a group.
    /// Groups with a dynamic part are skipped.
    #[must_use]
    pub fn missing(&self, vite: &Vite) -> Vec<(Place, Error)> {
        self.calls.iter().flat_map(|call| call.missing(vite)).collect()
    }

    /// Returns the names that must be inputs of the build. Parts of groups are not included; see
    /// [`groups`](Self::groups).
    ///
    /// These are the arguments of `tags`, `styles`, `scripts`, `preloads` and `urls`, and the
    /// scripts and stylesheets among the arguments of `asset`, `inline` and `preload`.
    #[must_use]
    pub fn entries(&self) -> Names<'_> {
        self.names(|call, name| call.method != PageMethod::Group && call.is_of_inputs(name))
    }

    /// Returns the names that must be assets of the build or public files.
    #[must_use]
    pub fn assets(&self) -> Names<'_> {
        self.names(|call, name| !call.is_of_inputs(name))
    }

    /// Returns the groups: each list of parts with the positions that use it.
    ///
    /// Groups with a dynamic part are skipped.
    #[must_use]
    pub fn groups(&self) -> BTreeMap<Vec<&str>, Vec<&Place>> {
        let mut groups: BTreeMap<Vec<&str>, Vec<&Place>> = BTreeMap::new();
        for call in self.calls.iter().filter(|call| call.method == PageMethod::Group && !call.is_dynamic) {
            let parts = call.names.iter().map(|(name, _)| name.as_str()).collect();
            groups.entry(parts).or_default().push(&call.place);
        }
        groups
    }

    fn names(&self, is_wanted: impl Fn(&Call, &str) -> bool) -> Names<'_> {
        let mut names = Names::new();
        for call in &self.calls {
            for (name, place) in call.names.iter().filter(|(name, _)| is_wanted(call, name)) {
                names.entry(name).or_default().push(place);
            }
        }
        names
    }
}
