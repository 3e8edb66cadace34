//! One error type for the whole crate; each text names what was sought, where, and what cures it.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;
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
    /// Returns the address of the page that explains the error: cause, example and cure.
    ///
    /// `vite-bridge explain CODE` prints the same text.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::ErrorKind;
    ///
    /// let url = ErrorKind::UnknownEntry.url();
    /// assert!(url.ends_with("/vite_bridge/guide/troubleshooting/index.html#unknown_entry"));
    /// ```
    #[must_use]
    pub fn url(self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        format!("https://docs.rs/vite-bridge/{version}/vite_bridge/guide/troubleshooting/index.html#{self}")
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error type of this crate.
///
/// - `{}` prints the message and, on a line of its own, `help:` with the cure. The text of [`source`](StdError::source) is
///   not repeated, so that reporters that print the whole chain show each cause once.
/// - `{:#}` prints the message, all causes and the help on one line, for logs.
/// - `{:?}` prints all of them on lines of their own, and the address of the page that explains the error. A `main` that returns
///   `Result<(), Box<dyn Error>>` shows this text.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    help: Option<String>,
    suggestions: Vec<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The most frequent cure.
pub(crate) const BUILD_AGAIN: &str = "run `npm run build` again";

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let (message, help, suggestions, source) = (message.into(), None, Vec::new(), None);
        Self(Arc::new(Inner { kind, message, help, suggestions, source }))
    }

    /// An error of the operating system. `action` is an infinitive: "read", "write", "watch".
    pub(crate) fn io(action: &str, path: &Path, source: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(ErrorKind::Io, format!("cannot {action} {}", path.display())).with_source(source)
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).help = Some(help.into());
        self
    }

    pub(crate) fn with_suggestions(mut self, suggestions: Vec<String>) -> Self {
        Arc::make_mut(&mut self.0).suggestions = suggestions;
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.0).source = Some(Arc::new(source));
        self
    }

    /// The causes, from the outermost to the innermost.
    fn causes(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        std::iter::successors(self.source(), |cause| (*cause).source())
    }

    /// Returns the kind, for decisions.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the message: what failed and where, without the cure.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the cure, if there is one: an imperative sentence.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::Vite;
    ///
    /// let error = Vite::builder("no/such/directory").open().expect_err("there is no build");
    /// assert!(error.help().is_some_and(|help| help.contains("npm run build")));
    /// ```
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Returns similar names, the closest first. For an ambiguous name, returns all candidates.
    #[must_use]
    pub fn suggestions(&self) -> &[String] {
        &self.0.suggestions
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if f.alternate() {
            self.causes().try_for_each(|cause| write!(f, ": {cause}"))?;
        }
        match &self.0.help {
            Some(help) if f.alternate() => write!(f, "; help: {help}"),
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        self.causes().try_for_each(|cause| write!(f, "\ncaused by: {cause}"))?;
        if let Some(help) = &self.0.help {
            write!(f, "\nhelp: {help}")?;
        }
        write!(f, "\nsee {}", self.0.kind.url())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
