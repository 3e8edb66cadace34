//! The error type of the crate. A message says what failed and where; the help says how to fix it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Defines the kinds and their stable names in one list.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal,)+) => {
        /// The kind of an [`Error`].
        ///
        /// The list may grow. The name of a kind never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl ErrorKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// Returns the stable name, as the command line prints it: `unknown_entry`.
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
    /// No chunk of the build has the requested key, source or entry name.
    UnknownEntry = "unknown_entry",
    /// No asset of the build and no public file has the requested name.
    UnknownAsset = "unknown_asset",
    /// The manifest names a file that is missing from the output directory.
    AssetFileMissing = "asset_file_missing",
    /// The requested entry is an asset, such as an image or a font, so it has no tags.
    EntryNotLoadable = "entry_not_loadable",
    /// The name matches several chunks.
    AmbiguousName = "ambiguous_name",
    /// The chunk exists but is not an entry, and entries are strict.
    NotAnEntry = "not_an_entry",
    /// A chunk imports a key that is missing from the manifest.
    MissingImport = "missing_import",
    /// The output directory has no manifest.
    ManifestNotFound = "manifest_not_found",
    /// The manifest is empty or not valid JSON.
    ManifestInvalidJson = "manifest_invalid_json",
    /// The file is Vite's SSR manifest instead of the manifest of a client build.
    ManifestIsSsrManifest = "manifest_is_ssr_manifest",
    /// The file is valid JSON but not a manifest of a Vite build.
    ManifestWrongShape = "manifest_wrong_shape",
    /// The build info, `.vite/bridge.json`, is invalid or has an unsupported version.
    BuildInfoInvalid = "build_info_invalid",
    /// The build info, `.vite/bridge.json`, belongs to another manifest.
    BuildInfoMismatch = "build_info_mismatch",
    /// The import map of the build, `importmap.json`, is not a JSON object.
    ImportMapInvalid = "import_map_invalid",
    /// The attribute name is invalid in HTML, or the crate sets this attribute itself.
    InvalidAttributeName = "invalid_attribute_name",
    /// The text is not a valid `base` of Vite.
    InvalidBase = "invalid_base",
    /// Tags use another base than the build, or a relative base.
    BaseMismatch = "base_mismatch",
    /// A source changed after the build.
    BuildOutdated = "build_outdated",
    /// The URL of the dev server or the dev file is invalid, or the proxy does not support it.
    InvalidDevServer = "invalid_dev_server",
    /// The text is not an IP address and not a network.
    InvalidPeer = "invalid_peer",
    /// Vite, or a program that runs next to it, cannot be started.
    DevServerNotStarted = "dev_server_not_started",
    /// The dev file names a server that does not answer as the Vite of this project.
    DevServerSilent = "dev_server_silent",
    /// `VITE_BRIDGE_MODE` is an unknown mode, or development mode has no dev server address.
    InvalidMode = "invalid_mode",
    /// The header name, header value or media type is invalid, or a rule may not set this header.
    InvalidHeader = "invalid_header",
    /// The text is not a valid pattern of file names.
    InvalidPattern = "invalid_pattern",
    /// `askama.toml` is invalid, or a template uses a name that it does not define.
    AskamaConfigInvalid = "askama_config_invalid",
    /// The template folders contain no templates.
    NoTemplates = "no_templates",
    /// The file is not UTF-8 text, so a page cannot contain it.
    NotText = "not_text",
    /// The current mode or build does not support the call, or an option has no effect.
    Unsupported = "unsupported",
    /// The template was rendered without a value that a filter needs.
    MissingValue = "missing_value",
    /// The operating system returned an error.
    Io = "io",
}

impl ErrorKind {
    /// Returns the URL of the page that explains the error, with cause, example and cure.
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
/// | format | output |
/// |---|---|
/// | `{}` | the message, then a line `help: ..` |
/// | `{:#}` | the message, the causes and the help on one line, for logs |
/// | `{:?}` | the message, the causes, the help and the URL of the explanation |
///
/// `{}` does not repeat the text of [`source`](StdError::source), so that reporters of error chains
/// show each cause once. A `main` that returns `Result<(), Box<dyn Error>>` prints `{:?}`.
///
/// Cloning is cheap.
///
/// # Examples
///
/// ```
/// use vite_bridge::{ErrorKind, Mode, Vite};
///
/// let builder = Vite::builder("no/such/directory").mode(Mode::Production);
/// let error = builder.open().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ManifestNotFound);
/// ```
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

/// The most frequent help text.
pub(crate) const BUILD_AGAIN: &str = "run `npm run build` again";

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let (message, help, suggestions, source) = (message.into(), None, Vec::new(), None);
        Self(Arc::new(Inner { kind, message, help, suggestions, source }))
    }

    /// Creates an error of the operating system. `action` is an infinitive: "read", "write",
    /// "watch".
    pub(crate) fn io(
        action: &str,
        subject: impl fmt::Display,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Self::new(ErrorKind::Io, format!("cannot {action} {subject}")).with_source(source)
    }

    /// A file of the npm package with a schema that this crate does not know.
    pub(crate) fn version_mismatch(kind: ErrorKind, place: &str, found: u32, known: u32) -> Self {
        Self::new(kind, format!("{place} has version {found}, but this crate reads version {known}"))
            .with_help("use the same release of the npm package and the crate `vite-bridge`")
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

    /// Returns the kind, for code that reacts to it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the message, which says what failed and where, without the help text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the help text, which says in the imperative how to fix the error, if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::Builder;
    ///
    /// let error = Builder::manifest_bytes("{}").verify_files(true).open().unwrap_err();
    /// assert!(error.help().is_some_and(|help| help.contains("`Vite::builder(dist)`")));
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
