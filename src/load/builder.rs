//! Builder: the options that are set before a build is opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::container::Container;
#[cfg(feature = "embed")]
use super::embedded::Embedded;
use super::mode::Mode;
use crate::dev::server::Access;
#[cfg(doc)]
use crate::error::ErrorKind;
#[cfg(feature = "serve")]
use crate::serve::options::ServeOptions;
use crate::tags::ElementKind;
use crate::tags::options::{AttributeValue, Crossorigin, CssOrder, Integrity, OnMissing, Options};
#[cfg(doc)]
use crate::vite::Vite;

/// The options for opening a build and for writing its tags.
///
/// [`Vite::builder`](crate::Vite::builder) creates a builder, and [`open`](Self::open) returns the
/// handle. The order of different options does not matter. If one option is set twice, the last
/// call wins. `attribute`, `header`, `media_type`, `allow_host`, `allow_peer` and `deny_path` can
/// be called several times.
///
/// A mode ignores the options that do not concern it. If an option has no effect in any mode,
/// `open` returns [`ErrorKind::Unsupported`].
///
/// # Examples
///
/// ```no_run
/// use vite_bridge::tags::ElementKind;
/// use vite_bridge::{Crossorigin, Vite};
///
/// let vite = Vite::builder("dist")
///     .base("https://cdn.example.com/app/")
///     .crossorigin(Crossorigin::Bare)
///     .attribute(ElementKind::Script, "data-turbo-track", "reload")
///     .open()?;
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `open`"]
pub struct Builder {
    pub(super) location: Location,
    pub(super) options: Options,
    pub(super) base: Option<String>,
    pub(super) mode: Mode,
    pub(super) reads_environment: bool,
    pub(super) dev_server: Option<String>,
    pub(super) react: bool,
    pub(super) access: Access,
    /// The networks whose machines may use the development proxy, as text.
    #[cfg(feature = "proxy")]
    pub(super) peers: Vec<String>,
    /// `None`: verify unless the build is a manifest in memory.
    pub(super) verify_files: Option<bool>,
    pub(super) needs_manifest: bool,
    pub(super) embedded: Option<Arc<dyn Container>>,
    #[cfg(feature = "serve")]
    pub(super) serves_files: bool,
    #[cfg(feature = "serve")]
    pub(super) serve_options: ServeOptions,
    pub(super) watch: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Location {
    Dist(PathBuf),
    ManifestFile(PathBuf),
    Bytes(Vec<u8>),
}

impl Builder {
    /// Creates a builder for the build in a directory, Vite's `build.outDir`. See [`Vite::open`].
    pub fn new(dist: impl AsRef<Path>) -> Self {
        Self::at(Location::Dist(dist.as_ref().to_owned()))
    }

    /// Creates a builder for the build with this manifest, for `build.manifest: "name.json"` in
    /// Vite's configuration.
    ///
    /// The files, the import map and the build info are read from the folder of the manifest. If
    /// that folder is `.vite`, they are read from its parent.
    ///
    /// The default mode does not look for a dev server then: use [`Mode::Development`] with
    /// [`dev_server`](Self::dev_server).
    pub fn manifest_file(path: impl AsRef<Path>) -> Self {
        Self::at(Location::ManifestFile(path.as_ref().to_owned()))
    }

    /// Creates a builder for the bytes of a manifest, as returned by `include_bytes!`.
    ///
    /// Such a build has no files: they are neither verified nor served, and
    /// [`Page::inline`](crate::Page::inline) returns [`ErrorKind::Unsupported`]. The default mode
    /// does not look for a dev server: use [`Mode::Development`] with
    /// [`dev_server`](Self::dev_server).
    pub fn manifest_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::at(Location::Bytes(bytes.into()))
    }

    fn at(location: Location) -> Self {
        Self {
            location,
            options: Options::default(),
            base: None,
            mode: Mode::default(),
            reads_environment: true,
            dev_server: None,
            react: false,
            access: Access::default(),
            #[cfg(feature = "proxy")]
            peers: Vec::new(),
            verify_files: None,
            needs_manifest: true,
            embedded: None,
            #[cfg(feature = "serve")]
            serves_files: true,
            #[cfg(feature = "serve")]
            serve_options: ServeOptions::default(),
            watch: false,
        }
    }

    /// Sets the public base path of the files, Vite's
    /// [`base`](https://vite.dev/config/shared-options.html#base). Default: the base in the
    /// plugin's build info, or `/` without build info.
    ///
    /// [`Base`](crate::url::Base) lists the valid forms. [`open`](Self::open) returns
    /// [`ErrorKind::InvalidBase`] for any other text.
    pub fn base(mut self, base: impl Into<String>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// Sets the order of stylesheets. Default: [`CssOrder::DependencyFirst`].
    pub fn css_order(mut self, order: CssOrder) -> Self {
        self.options.css_order = order;
        self
    }

    /// Sets the source of the `integrity` attribute. Default: [`Integrity::Manifest`].
    pub fn integrity(mut self, integrity: Integrity) -> Self {
        self.options.integrity = integrity;
        self
    }

    /// Sets the `crossorigin` attribute of scripts, preloads and stylesheets. Default:
    /// [`Crossorigin::Auto`].
    pub fn crossorigin(mut self, crossorigin: Crossorigin) -> Self {
        self.options.crossorigin = crossorigin;
        self
    }

    /// Sets whether tags preload imported scripts with `<link rel="modulepreload">`. Default:
    /// `true`.
    pub fn modulepreload(mut self, preload: bool) -> Self {
        self.options.no_modulepreload = !preload;
        self
    }

    /// Sets whether a script must be an entry of the build to have tags. Default: `false`, any
    /// chunk has tags.
    ///
    /// With `true`, other scripts are an error ([`ErrorKind::NotAnEntry`]). Stylesheets are always
    /// allowed, because Vite does not mark CSS entries reliably (vitejs/vite#21456).
    pub fn strict_entries(mut self, strict: bool) -> Self {
        self.options.strict_entries = strict;
        self
    }

    /// Sets the output for a name that the build does not contain. Default: [`OnMissing::Error`].
    ///
    /// With [`OnMissing::Comment`], [`open`](Self::open) also succeeds if the build cannot be
    /// loaded. Every call then prints the reason as a comment.
    pub fn on_missing(mut self, policy: OnMissing) -> Self {
        self.options.on_missing = policy;
        self
    }

    /// Adds an attribute to all elements of one kind.
    ///
    /// The value `true` writes the name only. `false` and `None` remove an attribute that the
    /// element would have. If the name is not a valid HTML attribute name, or an attribute that
    /// tags set themselves, [`open`](Self::open) returns [`ErrorKind::InvalidAttributeName`].
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::Vite;
    /// use vite_bridge::tags::ElementKind;
    ///
    /// let builder = Vite::builder("dist")
    ///     .attribute(ElementKind::Script, "async", true)
    ///     .attribute(ElementKind::Stylesheet, "data-turbo-track", "reload");
    /// ```
    pub fn attribute(
        mut self,
        kind: ElementKind,
        name: impl Into<String>,
        value: impl Into<AttributeValue>,
    ) -> Self {
        self.options.attributes.push(Some(kind), name.into(), value.into());
        self
    }

    /// Adds an attribute to every element, like [`attribute`](Self::attribute).
    pub fn attribute_on_all(mut self, name: impl Into<String>, value: impl Into<AttributeValue>) -> Self {
        self.options.attributes.push(None, name.into(), value.into());
        self
    }

    /// Sets whether [`open`](Self::open) checks that all files in the manifest exist. Default:
    /// `true`.
    ///
    /// A missing file is an error ([`ErrorKind::AssetFileMissing`]). A manifest that is given as
    /// bytes has no files, so it is not checked.
    pub fn verify_files(mut self, verify: bool) -> Self {
        self.verify_files = Some(verify);
        self
    }

    /// Reads the build from inside the binary, where [rust-embed](https://docs.rs/rust-embed) has
    /// put it: manifest, build info, files and compressed files.
    ///
    /// In development, the dev server is still found through the directory that was given to
    /// [`Vite::builder`]. In a debug build, rust-embed itself reads the files from disk.
    #[cfg(feature = "embed")]
    pub fn embedded<E: rust_embed::RustEmbed>(mut self) -> Self {
        self.embedded = Some(Arc::new(Embedded::new::<E>()));
        self
    }

    /// Sets whether the build must have a manifest. Default: `true`.
    ///
    /// With `false`, a directory without a valid manifest is served as plain files, and it has no
    /// entries.
    pub fn require_manifest(mut self, require: bool) -> Self {
        self.needs_manifest = require;
        self
    }

    /// Sets whether a new build in the output directory is loaded without a restart. Default:
    /// `false`.
    ///
    /// A new build replaces the old one in one step, within 400 ms of its last file. Pages that are
    /// being rendered keep the old build. The crate tries again to load an incomplete build after
    /// each change of the directory. It rejects a build that stays incomplete, with a warning in
    /// the log, and the old build stays in use.
    ///
    /// The directory itself may be replaced, by a rename or through a symbolic link. Network file
    /// systems and host folders in a container often report no changes.
    #[cfg(feature = "watch")]
    pub fn watch(mut self, watch: bool) -> Self {
        self.watch = watch;
        self
    }

    /// Reads the build as in production and ignores the environment. Files are neither verified nor
    /// served. For tools.
    #[doc(hidden)]
    pub fn for_tools(self) -> Self {
        let builder = self.mode(Mode::Production).read_environment(false).verify_files(false);
        #[cfg(feature = "serve")]
        let builder = builder.serve_files(false);
        builder
    }

    /// Sets the mode. Default: [`Mode::Auto`].
    ///
    /// The environment variable `VITE_BRIDGE_MODE` overrides it; see
    /// [`read_environment`](Self::read_environment).
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::{Mode, Vite};
    ///
    /// let vite = Vite::builder("dist").mode(Mode::Disabled).read_environment(false).open()?;
    /// assert_eq!(vite.tags("src/main.ts")?.to_string(), "");
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets whether the environment variable `VITE_BRIDGE_MODE` overrides the mode, and whether the
    /// variables `VITE_BRIDGE_DEV_SERVER`, `VITE_BRIDGE_ALLOW_HOSTS` and `VITE_BRIDGE_ALLOW_PEERS`
    /// are read. Default: `true`.
    pub fn read_environment(mut self, read: bool) -> Self {
        self.reads_environment = read;
        self
    }

    /// Sets the address of the dev server for [`Mode::Development`], including Vite's `base`:
    /// `http://localhost:5173/static/`.
    ///
    /// `Mode::Development` requires it. The other modes ignore it: [`Mode::Auto`] reads the address
    /// from the plugin's dev file. The environment variable `VITE_BRIDGE_DEV_SERVER` replaces the
    /// address in both modes, in `Mode::Auto` only in a debug build that opens a directory.
    pub fn dev_server(mut self, url: impl Into<String>) -> Self {
        self.dev_server = Some(url.into());
        self
    }

    /// Sets whether tags in development begin with React's refresh preamble (Vite's [backend
    /// guide](https://vite.dev/guide/backend-integration.html), step 1). Default: `false`.
    ///
    /// The plugin's dev file, if there is one, overrides this.
    pub fn react(mut self, react: bool) -> Self {
        self.react = react;
        self
    }
}
