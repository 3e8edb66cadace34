//! One error type for the whole crate; each text names what was sought, where, and what cures it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Kinds with their stable names, in one list.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal,)+) => {
        /// What went wrong, as one of a growing list of kinds with stable names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl ErrorKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// The stable name, as the command line prints it: `unknown_entry`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// No chunk of the build has that key, source or entry name.
    UnknownEntry = "unknown_entry",
    /// No asset of the build and no public file has that name.
    UnknownAsset = "unknown_asset",
    /// The manifest names a file that is not in the output directory.
    AssetFileMissing = "asset_file_missing",
    /// The name is an image, a font or the like: neither a script nor a stylesheet.
    EntryNotLoadable = "entry_not_loadable",
    /// Several chunks answer to that name.
    AmbiguousName = "ambiguous_name",
    /// The chunk exists, but is no entry, and entries are strict.
    NotAnEntry = "not_an_entry",
    /// A chunk imports a key that the manifest does not have.
    MissingImport = "missing_import",
    /// There is no manifest where one is sought.
    ManifestNotFound = "manifest_not_found",
    /// The manifest is empty or no JSON.
    ManifestInvalidJson = "manifest_invalid_json",
    /// The file is Vite's SSR manifest.
    ManifestIsSsrManifest = "manifest_is_ssr_manifest",
    /// The file is JSON, but no manifest of a Vite build.
    ManifestWrongShape = "manifest_wrong_shape",
    /// `.vite/bridge.json` cannot be read.
    BuildInfoInvalid = "build_info_invalid",
    /// `.vite/bridge.json` was written for another manifest.
    BuildInfoMismatch = "build_info_mismatch",
    /// `importmap.json` cannot be read.
    ImportMapInvalid = "import_map_invalid",
    /// No HTML attribute can have that name, or it is one that the tags set themselves.
    InvalidAttributeName = "invalid_attribute_name",
    /// The text is no `base` of Vite's.
    InvalidBase = "invalid_base",
    /// The base of the tags is not that of the build.
    BaseMismatch = "base_mismatch",
    /// A source was changed after the build.
    BuildOutdated = "build_outdated",
    /// The text is no URL of a development server.
    InvalidDevServer = "invalid_dev_server",
    /// Vite, or what should run beside it, cannot be started.
    DevServerNotStarted = "dev_server_not_started",
    /// `VITE_BRIDGE_MODE`, or the mode chosen, cannot be followed.
    InvalidMode = "invalid_mode",
    /// The text cannot be an HTTP header, its value, or a media type.
    InvalidHeader = "invalid_header",
    /// The text is no pattern of file names.
    InvalidPattern = "invalid_pattern",
    /// `askama.toml` cannot be read, or lacks what is asked of it.
    InvalidConfig = "invalid_config",
    /// There are no templates where they are sought.
    NoTemplates = "no_templates",
    /// The file's content is not UTF-8 text and cannot be written into a page.
    NotText = "not_text",
    /// The call has no answer in the mode at hand.
    Unsupported = "unsupported",
    /// A value that a filter needs was not passed to the template.
    MissingValue = "missing_value",
    /// The operating system refused to read a file.
    Io = "io",
}

impl ErrorKind {
    /// Where it is explained: cause, example, cure.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::ErrorKind;
    ///
    /// assert!(ErrorKind::UnknownEntry.url().ends_with("/vite_bridge/errors/index.html#unknown_entry"));
    /// ```
    #[must_use]
    pub fn url(self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        format!("https://docs.rs/vite-bridge/{version}/vite_bridge/errors/index.html#{self}")
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error of every call of this crate. Its text is one paragraph for a person to read.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    what: String,
    suggestions: Vec<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self::build(kind, what.into(), Vec::new(), None)
    }

    pub(crate) fn with_suggestions(kind: ErrorKind, what: String, suggestions: Vec<String>) -> Self {
        Self::build(kind, what, suggestions, None)
    }

    pub(crate) fn with_source(
        kind: ErrorKind,
        what: impl Into<String>,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Self::build(kind, what.into(), Vec::new(), Some(Box::new(source)))
    }

    fn build(
        kind: ErrorKind,
        what: String,
        suggestions: Vec<String>,
        source: Option<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Inner { kind, what, suggestions, source }))
    }

    /// The kind, to decide on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Names close to the one sought, nearest first; all the candidates of an ambiguous name.
    #[must_use]
    pub fn suggestions(&self) -> &[String] {
        &self.0.suggestions
    }
}

/// `{:#}` adds where its kind is explained.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)?;
        if f.alternate() { write!(f, " (see {})", self.0.kind.url()) } else { Ok(()) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, what, suggestions, source } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("what", what)
            .field("suggestions", suggestions)
            .field("source", source)
            // For who sees it at the end of `main`.
            .field("see", &kind.url())
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
