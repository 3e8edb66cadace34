//! One error type for the whole crate; each text names what was sought, where, and what cures it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// What went wrong, as one of a growing list of kinds with stable names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No chunk of the build has that key, source or entry name.
    UnknownEntry,
    /// No asset of the build and no public file has that name.
    UnknownAsset,
    /// The manifest names a file that is not in the output directory.
    AssetFileMissing,
    /// The name is an image, a font or the like: neither a script nor a stylesheet.
    EntryNotLoadable,
    /// Several chunks answer to that name.
    AmbiguousName,
    /// The chunk exists, but is no entry, and entries are strict.
    NotAnEntry,
    /// A chunk imports a key that the manifest does not have.
    MissingImport,
    /// There is no manifest where one is sought.
    ManifestNotFound,
    /// The manifest is empty or no JSON.
    ManifestInvalidJson,
    /// The file is Vite's SSR manifest.
    ManifestIsSsrManifest,
    /// The file is JSON, but no manifest of a Vite build.
    ManifestWrongShape,
    /// `.vite/bridge.json` cannot be read.
    BuildInfoInvalid,
    /// `.vite/bridge.json` was written for another manifest.
    BuildInfoMismatch,
    /// `importmap.json` cannot be read.
    ImportMapInvalid,
    /// No HTML attribute can have that name, or it is one that the tags set themselves.
    InvalidAttributeName,
    /// The text is no `base` of Vite's.
    InvalidBase,
    /// The base of the tags is not that of the build.
    BaseMismatch,
    /// A source was changed after the build.
    BuildOutdated,
    /// The text is no URL of a development server.
    InvalidDevServer,
    /// Vite, or what should run beside it, cannot be started.
    DevServerNotStarted,
    /// `VITE_BRIDGE_MODE`, or the mode chosen, cannot be followed.
    InvalidMode,
    /// The text cannot be an HTTP header, its value, or a media type.
    InvalidHeader,
    /// The text is no pattern of file names.
    InvalidPattern,
    /// `askama.toml` cannot be read, or lacks what is asked of it.
    InvalidConfig,
    /// There are no templates where they are sought.
    NoTemplates,
    /// The file's content is not UTF-8 text and cannot be written into a page.
    NotText,
    /// The call has no answer in the mode at hand.
    Unsupported,
    /// A value that a filter needs was not passed to the template.
    MissingValue,
    /// The operating system refused to read a file.
    Io,
}

impl ErrorKind {
    /// The stable name, as the command line prints it: `unknown_entry`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownEntry => "unknown_entry",
            Self::UnknownAsset => "unknown_asset",
            Self::AssetFileMissing => "asset_file_missing",
            Self::EntryNotLoadable => "entry_not_loadable",
            Self::AmbiguousName => "ambiguous_name",
            Self::NotAnEntry => "not_an_entry",
            Self::MissingImport => "missing_import",
            Self::ManifestNotFound => "manifest_not_found",
            Self::ManifestInvalidJson => "manifest_invalid_json",
            Self::ManifestIsSsrManifest => "manifest_is_ssr_manifest",
            Self::ManifestWrongShape => "manifest_wrong_shape",
            Self::BuildInfoInvalid => "build_info_invalid",
            Self::BuildInfoMismatch => "build_info_mismatch",
            Self::ImportMapInvalid => "import_map_invalid",
            Self::InvalidAttributeName => "invalid_attribute_name",
            Self::InvalidBase => "invalid_base",
            Self::BaseMismatch => "base_mismatch",
            Self::BuildOutdated => "build_outdated",
            Self::InvalidDevServer => "invalid_dev_server",
            Self::DevServerNotStarted => "dev_server_not_started",
            Self::InvalidMode => "invalid_mode",
            Self::InvalidHeader => "invalid_header",
            Self::InvalidPattern => "invalid_pattern",
            Self::InvalidConfig => "invalid_config",
            Self::NoTemplates => "no_templates",
            Self::NotText => "not_text",
            Self::Unsupported => "unsupported",
            Self::MissingValue => "missing_value",
            Self::Io => "io",
        }
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)
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
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
