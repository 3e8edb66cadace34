//! Loading: from a directory or from bytes to a [`Vite`]; the only place that reads the environment.

mod dev_file;
mod disk;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crate::build::Build;
use crate::dev_info::DevInfo;
use crate::development::{Access, Development};
use crate::element::ElementKind;
use crate::error::{Error, ErrorKind};
use crate::files::NoFiles;
use crate::found::Found;
use crate::manifest::Manifest;
use crate::options::{AttributeValue, Crossorigin, CssOrder, Integrity, OnMissing, Options};
use crate::snapshot::Snapshot;
use crate::view::View;
use crate::vite::Vite;

/// Where tags and files come from; chosen at run time.
///
/// The environment variable `VITE_BRIDGE_MODE` (`auto`, `development`, `production`, `disabled`) overrides
/// [`Builder::mode`]; any other text in it is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// In a debug build the dev server, if the npm plugin's file says that one runs and it answers; else the build. A release
    /// build ignores the file.
    #[default]
    Auto,
    /// The dev server named by [`Builder::dev_server`], in any profile.
    Development,
    /// The build.
    Production,
    /// Nothing is printed and no build is needed: for unit tests.
    Disabled,
}

impl FromStr for Mode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "auto" => Ok(Self::Auto),
            "development" => Ok(Self::Development),
            "production" => Ok(Self::Production),
            "disabled" => Ok(Self::Disabled),
            other => {
                let what = format!(
                    "{other:?} is no mode; VITE_BRIDGE_MODE is auto, development, production or disabled"
                );
                Err(Error::new(ErrorKind::InvalidMode, what))
            }
        }
    }
}

const MODE_VARIABLE: &str = "VITE_BRIDGE_MODE";

impl Vite {
    /// Opens the build in a directory, Vite's `build.outDir`, with the defaults of [`Builder`].
    ///
    /// The manifest is sought at `.vite/manifest.json` (Vite 5 and later), then at `manifest.json`. A relative path is
    /// relative to the working directory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ManifestNotFound`] with the places that were tried, the errors of [`Manifest`](crate::Manifest)
    /// and [`Graph`](crate::Graph), and [`ErrorKind::AssetFileMissing`] for a manifest that names a file which is not
    /// there.
    pub fn open(dist: impl AsRef<Path>) -> Result<Self, Error> {
        Builder::new(dist).open()
    }

    /// Options beyond those of [`open`](Self::open).
    pub fn builder(dist: impl AsRef<Path>) -> Builder {
        Builder::new(dist)
    }
}

/// How a build is opened and how its tags are written.
///
/// # Examples
///
/// ```no_run
/// use vite_bridge::{Crossorigin, ElementKind, Vite};
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
    place: Place,
    options: Options,
    base: Option<String>,
    mode: Mode,
    reads_environment: bool,
    dev_server: Option<String>,
    react: bool,
    access: Access,
    verify_files: bool,
}

#[derive(Debug, Clone)]
enum Place {
    Dist(PathBuf),
    ManifestFile(PathBuf),
    Bytes(Vec<u8>),
}

impl Builder {
    /// A build in a directory; see [`Vite::open`].
    pub fn new(dist: impl AsRef<Path>) -> Self {
        Self::at(Place::Dist(dist.as_ref().to_owned()))
    }

    /// A build by the path of its manifest, for `build.manifest: "name.json"`. Files, import map and build info are
    /// sought in its directory, or in that one's parent if it is `.vite`.
    pub fn manifest_file(path: impl AsRef<Path>) -> Self {
        Self::at(Place::ManifestFile(path.as_ref().to_owned()))
    }

    /// A build by the bytes of its manifest, as `include_bytes!` gives them; there are no files then, so that nothing
    /// is verified and [`Page::inline`](crate::Page::inline) is an error.
    pub fn manifest_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::at(Place::Bytes(bytes.into())).verify_files(false)
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            options: Options::default(),
            base: None,
            mode: Mode::default(),
            reads_environment: true,
            dev_server: None,
            react: false,
            access: Access::default(),
            verify_files: true,
        }
    }

    /// Vite's `base`. Default: what the plugin's build info says, else `/`. See [`Base`](crate::Base) for the forms.
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
        self.verify_files = verify;
        self
    }

    /// The mode. Default: [`Mode::Auto`].
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Whether `VITE_BRIDGE_MODE` is read. Default: yes.
    pub fn environment(mut self, read: bool) -> Self {
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

    /// A host name beyond localhost, `*.localhost` and addresses that the development proxy answers to, port aside.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.access.hosts.push(name.into());
        self
    }

    /// A peer beyond this machine that the development proxy answers, such as a telephone on the same network. Vite serves
    /// the sources of the project: allow whom you would show them to.
    pub fn allow_peer(mut self, peer: IpAddr) -> Self {
        self.access.peers.push(peer);
        self
    }

    /// Opens what was described.
    ///
    /// # Errors
    ///
    /// Those of [`Vite::open`]; [`ErrorKind::InvalidBase`], [`ErrorKind::InvalidAttributeName`],
    /// [`ErrorKind::InvalidMode`], [`ErrorKind::InvalidDevServer`].
    pub fn open(self) -> Result<Vite, Error> {
        let on_missing = self.options.on_missing;
        let options = self.options()?;
        let mode = self.mode_of_environment()?;
        let server = if mode == Mode::Auto { self.running_server() } else { None };
        if let Some(DevInfo { origin, root, has_react }) = server {
            let server =
                Development::new(origin, has_react, options, self.access).with_sources(disk::files(root));
            return Ok(Vite::new(View::Development(server), on_missing));
        }
        match mode {
            Mode::Disabled => Ok(Vite::disabled()),
            Mode::Development => Ok(Vite::new(View::Development(self.development(options)?), on_missing)),
            Mode::Auto | Mode::Production => match self.load(options) {
                Ok(snapshot) => Ok(Vite::new(View::Built(Box::new(snapshot)), on_missing)),
                Err(error) if on_missing == OnMissing::Comment => {
                    Ok(Vite::new(View::Missing(error), on_missing))
                }
                Err(error) => Err(error),
            },
        }
    }

    /// Loads the build for a look at its parts, as `vite-bridge inspect` does.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn load_build(self) -> Result<Build, Error> {
        let options = self.options()?;
        self.load(options).map(Build::new)
    }

    /// Reads the manifest alone, its imports unchecked, as `vite-bridge check` does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ManifestNotFound`] and the errors of [`Manifest::from_slice`].
    pub fn read_manifest(&self) -> Result<Manifest, Error> {
        let found = self.find()?;
        Manifest::read(&found.manifest, &found.place)
    }

    fn options(&self) -> Result<Options, Error> {
        self.options.attributes.check()?;
        let base = self.base.as_deref().map(str::parse).transpose()?;
        Ok(Options { base, ..self.options.clone() })
    }

    fn mode_of_environment(&self) -> Result<Mode, Error> {
        match std::env::var(MODE_VARIABLE) {
            Ok(mode) if self.reads_environment && !mode.is_empty() => mode.parse(),
            _ => Ok(self.mode),
        }
    }

    fn development(&self, options: Options) -> Result<Development, Error> {
        let url = self.dev_server.as_deref().ok_or_else(|| {
            let what = "development mode needs the dev server's address: add `.dev_server(\"http://localhost:5173/\")`";
            Error::new(ErrorKind::InvalidMode, what)
        })?;
        Ok(Development::new(url.parse()?, self.react, options, self.access.clone()))
    }

    /// The one place that asks for the profile.
    fn running_server(&self) -> Option<DevInfo> {
        match &self.place {
            Place::Dist(dist) if cfg!(debug_assertions) => dev_file::find(dist),
            _ => None,
        }
    }

    fn load(&self, options: Options) -> Result<Snapshot, Error> {
        let snapshot = Snapshot::new(self.find()?, options)?;
        if self.verify_files {
            snapshot.verify_files()?;
        }
        Ok(snapshot)
    }
    fn find(&self) -> Result<Found, Error> {
        match &self.place {
            Place::Dist(dist) => disk::find(dist),
            Place::ManifestFile(file) => disk::read(file),
            Place::Bytes(bytes) => Ok(Found {
                place: "the manifest".to_owned(),
                manifest: bytes.clone(),
                build_info: None,
                import_map: None,
                files: Arc::new(NoFiles),
            }),
        }
    }
}
