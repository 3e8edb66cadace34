//! Builder: everything that can be chosen before a build is opened.

use std::path::{Path, PathBuf};

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

/// How a build is opened and how its tags are written.
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
    /// Default: yes, where there are files.
    pub(super) verify_files: Option<bool>,
    pub(super) needs_manifest: bool,
    #[cfg(feature = "embed")]
    pub(super) embedded: Option<Embedded>,
    #[cfg(feature = "serve")]
    pub(super) serves_files: bool,
    #[cfg(feature = "serve")]
    pub(super) serve_options: ServeOptions,
    #[cfg(feature = "watch")]
    pub(super) watch: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Location {
    Dist(PathBuf),
    ManifestFile(PathBuf),
    Bytes(Vec<u8>),
}

impl Builder {
    /// A build in a directory; see [`Vite::open`].
    pub fn new(dist: impl AsRef<Path>) -> Self {
        Self::at(Location::Dist(dist.as_ref().to_owned()))
    }

    /// A build by the path of its manifest, for `build.manifest: "name.json"`. Files, import map and build info are
    /// sought in its directory, or in that one's parent if it is `.vite`.
    pub fn manifest_file(path: impl AsRef<Path>) -> Self {
        Self::at(Location::ManifestFile(path.as_ref().to_owned()))
    }

    /// A build by the bytes of its manifest, as `include_bytes!` gives them; there are no files then, so that nothing
    /// is verified and [`Page::inline`](crate::Page::inline) is an error.
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
            verify_files: None,
            needs_manifest: true,
            #[cfg(feature = "embed")]
            embedded: None,
            #[cfg(feature = "serve")]
            serves_files: true,
            #[cfg(feature = "serve")]
            serve_options: ServeOptions::default(),
            #[cfg(feature = "watch")]
            watch: false,
        }
    }

    /// Vite's `base`. Default: what the plugin's build info says, else `/`. See [`Base`](crate::url::Base) for the forms.
    pub fn base(mut self, base: impl Into<String>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// The order of stylesheets. Default: [`CssOrder::DependencyFirst`].
    pub fn css_order(mut self, order: CssOrder) -> Self {
        self.options.css_order = order;
        self
    }

    /// Where `integrity` comes from. Default: [`Integrity::Manifest`].
    pub fn integrity(mut self, integrity: Integrity) -> Self {
        self.options.integrity = integrity;
        self
    }

    /// The `crossorigin` attribute. Default: [`Crossorigin::Auto`].
    pub fn crossorigin(mut self, crossorigin: Crossorigin) -> Self {
        self.options.crossorigin = crossorigin;
        self
    }

    /// Whether imported scripts are preloaded. Default: yes.
    pub fn modulepreload(mut self, preload: bool) -> Self {
        self.options.no_modulepreload = !preload;
        self
    }

    /// Whether a script has to be an input of the build to be used by name. Default: no, any chunk will do. CSS passes
    /// always, since Vite does not mark it reliably.
    pub fn strict_entries(mut self, strict: bool) -> Self {
        self.options.strict_entries = strict;
        self
    }

    /// What is printed for a name that is not there. Default: [`OnMissing::Error`].
    ///
    /// With [`OnMissing::Comment`] even a missing build is no error of [`open`](Self::open): every call prints it.
    pub fn on_missing(mut self, policy: OnMissing) -> Self {
        self.options.on_missing = policy;
        self
    }

    /// An extra attribute on elements of one kind: `true` for a bare one, `false` or `None` to drop one that is there.
    ///
    /// A name that HTML does not allow is an error of [`open`](Self::open).
    pub fn attribute(
        mut self,
        kind: ElementKind,
        name: impl Into<String>,
        value: impl Into<AttributeValue>,
    ) -> Self {
        self.options.attributes.push(Some(kind), name.into(), value.into());
        self
    }

    /// An extra attribute on every element.
    pub fn attribute_on_all(mut self, name: impl Into<String>, value: impl Into<AttributeValue>) -> Self {
        self.options.attributes.push(None, name.into(), value.into());
        self
    }

    /// Whether every file that the manifest names must exist. Default: yes.
    pub fn verify_files(mut self, verify: bool) -> Self {
        self.verify_files = Some(verify);
        self
    }

    /// The build from inside the binary, as [rust-embed](https://docs.rs/rust-embed) has it: manifest, build info, files and their
    /// encodings. The directory given before is where development looks for Vite; in a debug build rust-embed itself reads the disk.
    #[cfg(feature = "embed")]
    pub fn embedded<E: rust_embed::RustEmbed>(mut self) -> Self {
        self.embedded = Some(Embedded::new::<E>());
        self
    }

    /// Whether there must be a manifest. Default: yes. Without one there are no entries, and a directory of files is served.
    pub fn require_manifest(mut self, require: bool) -> Self {
        self.needs_manifest = require;
        self
    }

    /// Whether the output directory is watched, so that a new build is shown without a restart. Default: no.
    ///
    /// A new build is swapped in whole, within 400 ms of its last file; pages being rendered keep theirs. One that is not
    /// complete is tried again whenever the directory changes; one that stays broken is refused, and a line in the log says
    /// why. The directory may be replaced as well, by a rename or another symbolic link under its name. Network file systems,
    /// and host folders in a container, often tell of no changes.
    #[cfg(feature = "watch")]
    pub fn watch(mut self, watch: bool) -> Self {
        self.watch = watch;
        self
    }

    /// Reads the build as production does, whatever the environment says. Files are neither verified nor served. For tools.
    #[doc(hidden)]
    pub fn for_tools(self) -> Self {
        let builder = self.mode(Mode::Production).read_environment(false).verify_files(false);
        #[cfg(feature = "serve")]
        let builder = builder.serve_files(false);
        builder
    }

    /// The mode. Default: [`Mode::Auto`].
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Whether `VITE_BRIDGE_MODE` is read. Default: yes.
    pub fn read_environment(mut self, read: bool) -> Self {
        self.reads_environment = read;
        self
    }

    /// The address of the dev server for [`Mode::Development`], `base` included: `http://localhost:5173/static/`.
    pub fn dev_server(mut self, url: impl Into<String>) -> Self {
        self.dev_server = Some(url.into());
        self
    }

    /// Whether development tags begin with React's refresh preamble. Default: no.
    pub fn react(mut self, react: bool) -> Self {
        self.react = react;
        self
    }
}
