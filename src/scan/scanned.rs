//! Scanned: what templates name, with the places that name it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::language::Method;
use crate::error::Error;
use crate::manifest::FileKind;
use crate::vite::Vite;

/// Where something stands: a file, relative to the scanner's folder; line and column from 1, in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[allow(missing_docs, reason = "said above")]
#[non_exhaustive]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One call in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub(super) method: Method,
    pub(super) names: Vec<(String, Place)>,
    pub(super) is_dynamic: bool,
    pub(super) place: Place,
}

/// What a [`Scanner`](super::Scanner) found.
#[derive(Debug, Clone, Default)]
pub struct Scanned {
    pub(super) templates: usize,
    pub(super) calls: Vec<Call>,
    pub(super) urls: Vec<(String, Place)>,
    pub(super) syntax_errors: Vec<(Place, String)>,
}

impl Call {
    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The literals among its arguments, with the places of their quotes.
    #[must_use]
    pub fn names(&self) -> &[(String, Place)] {
        &self.names
    }

    /// Whether its argument, or a part of it, is no literal.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.is_dynamic
    }

    /// Where the method's or the filter's name is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    fn missing(&self, vite: &Vite) -> Vec<(Place, Error)> {
        if self.method == Method::Group {
            let parts: Vec<&str> = self.names.iter().map(|(name, _)| name.as_str()).collect();
            let error = vite.page().group(&parts).err().filter(|_| !self.is_dynamic);
            return error.map(|error| (self.place.clone(), error)).into_iter().collect();
        }
        let error = |name: &str| match self.method {
            Method::Asset => vite.asset(name).err(),
            Method::Inline => vite.page().inline(name).err(),
            Method::Preload => vite.page().preload(name).err(),
            _ => vite.tags(name).err(),
        };
        self.names.iter().filter_map(|(name, place)| Some((place.clone(), error(name)?))).collect()
    }

    /// Whether what it names has to be an input of the build: an entry, or a script or stylesheet whose file is asked for.
    fn is_of_inputs(&self, name: &str) -> bool {
        self.method.is_of_entries() || is_code(name)
    }
}

/// Whether Vite compiles it to a script or a stylesheet.
fn is_code(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    FileKind::from_source(name) == FileKind::Style
        || matches!(
            extension,
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte" | "astro"
        )
}

/// Names with the places that name them.
pub type Names<'s> = BTreeMap<&'s str, Vec<&'s Place>>;

impl Scanned {
    /// How many templates were read.
    #[must_use]
    pub fn templates(&self) -> usize {
        self.templates
    }

    /// Every call, by place.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// URLs that stand in the templates' text as they are, from the root or with a host.
    #[must_use]
    pub fn urls(&self) -> &[(String, Place)] {
        &self.urls
    }

    /// What does not parse, with the words of its parser.
    #[must_use]
    pub fn syntax_errors(&self) -> &[(Place, String)] {
        &self.syntax_errors
    }

    /// Each name that a build lacks, where it stands, with the error that rendering would end in.
    #[must_use]
    pub fn missing(&self, vite: &Vite) -> Vec<(Place, Error)> {
        self.calls.iter().flat_map(|call| call.missing(vite)).collect()
    }

    /// What has to be an input of the build, each once.
    #[must_use]
    pub fn entries(&self) -> Names<'_> {
        self.names(|call, name| call.method != Method::Group && call.is_of_inputs(name))
    }

    /// What has to be an asset of the build, or a public file.
    #[must_use]
    pub fn assets(&self) -> Names<'_> {
        self.names(|call, name| !call.is_of_inputs(name))
    }

    /// The lists of parts of groups, each once.
    #[must_use]
    pub fn groups(&self) -> BTreeMap<Vec<&str>, Vec<&Place>> {
        let mut groups: BTreeMap<Vec<&str>, Vec<&Place>> = BTreeMap::new();
        for call in self.calls.iter().filter(|call| call.method == Method::Group && !call.is_dynamic) {
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
