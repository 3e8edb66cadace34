//! Opens the build or the dev server that a [`Builder`] describes.

use std::path::Path;
use std::sync::Arc;

use super::builder::{Builder, Location};
use super::dev_file::{self, Found};
use super::disk;
use super::mode::Mode;
use super::project::Place;
#[cfg(feature = "serve")]
use super::walk;
#[cfg(feature = "watch")]
use super::{follow_server::Following, watch_build};
use crate::build::Build;
use crate::build::files::{Files, NoFiles};
use crate::build::snapshot::Snapshot;
use crate::build::source::Source;
use crate::dev::info::DevInfo;
#[cfg(feature = "proxy")]
use crate::dev::proxy::Proxy;
use crate::dev::server::{Server, Settings, Sources};
use crate::dev::waiting::Waiting;
use crate::error::{Error, ErrorKind};
use crate::manifest::Manifest;
use crate::tags::options::{OnMissing, Options};
use crate::url::DevServerUrl;
use crate::view::View;
use crate::vite::Vite;

impl Vite {
    /// Opens the build in a directory, Vite's `build.outDir`, with the default options of
    /// [`Builder`].
    ///
    /// A relative path is relative to the working directory. The manifest is read from
    /// `.vite/manifest.json` (Vite 5 and later) or `manifest.json` (Vite 2 to 4).
    ///
    /// # Errors
    ///
    /// - Returns [`ErrorKind::ManifestNotFound`] if the directory has no manifest. The error lists
    ///   the places that were tried.
    /// - Returns [`ErrorKind::AssetFileMissing`] if a file that the manifest names is missing.
    /// - Returns the errors of [`Manifest`](crate::manifest::Manifest) and
    ///   [`Graph`](crate::build::Graph) if the manifest is invalid.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use vite_bridge::Vite;
    ///
    /// let vite = Vite::open("dist")?;
    /// println!("{}", vite.tags("src/main.ts")?);
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    pub fn open(dist: impl AsRef<Path>) -> Result<Self, Error> {
        Builder::new(dist).open()
    }

    /// Opens the build that a type embeds, with the default options of [`Builder`].
    ///
    /// In a debug build, the dev server is found through the directory `dist`. For another
    /// directory, use [`Builder::embedded`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`open`](Self::open).
    ///
    /// # Examples
    ///
    /// ```
    /// use rust_embed::RustEmbed;
    /// use vite_bridge::Vite;
    ///
    /// #[derive(RustEmbed)]
    /// #[folder = "examples/demo/dist"]
    /// struct Assets;
    ///
    /// let vite = Vite::embedded::<Assets>()?;
    /// assert!(vite.tags("src/main.ts").is_ok());
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
    #[cfg(feature = "embed")]
    pub fn embedded<E: rust_embed::RustEmbed>() -> Result<Self, Error> {
        Builder::new("dist").embedded::<E>().open()
    }

    /// Returns a builder for the build in a directory, to set options before it is opened.
    pub fn builder(dist: impl AsRef<Path>) -> Builder {
        Builder::new(dist)
    }
}

impl Builder {
    /// Opens the build or the dev server and returns a handle to it.
    ///
    /// # Errors
    ///
    /// - Returns the errors of [`Vite::open`].
    /// - Returns [`ErrorKind::InvalidBase`], [`ErrorKind::InvalidAttributeName`],
    ///   [`ErrorKind::InvalidHeader`] or [`ErrorKind::InvalidPattern`] if the value of an option is
    ///   invalid.
    /// - Returns [`ErrorKind::Unsupported`] if an option has no effect in any mode.
    /// - Returns [`ErrorKind::InvalidPeer`] if a network of `allow_peers` or of
    ///   `VITE_BRIDGE_ALLOW_PEERS` is invalid.
    /// - Returns [`ErrorKind::InvalidMode`] if `VITE_BRIDGE_MODE` is invalid, or if
    ///   [`Mode::Development`] has no [`dev_server`](Self::dev_server).
    /// - Returns [`ErrorKind::InvalidDevServer`] if the address of the dev server is invalid, or if
    ///   it needs the feature `proxy-tls`.
    /// - Returns [`ErrorKind::Io`] if a file cannot be read or the directory cannot be watched.
    pub fn open(self) -> Result<Vite, Error> {
        let on_missing = self.options.on_missing;
        let mode = self.chosen_mode()?;
        let is_mounted = Arc::default();
        let settings = Settings {
            has_react: self.react,
            options: self.options()?,
            is_mounted: Arc::clone(&is_mounted),
            #[cfg(feature = "proxy")]
            access: self.access(mode)?,
            #[cfg(not(feature = "proxy"))]
            access: self.access.clone(),
        };
        let place = self.place().filter(|_| mode == Mode::Auto);
        #[cfg(feature = "watch")]
        let following = place.clone().and_then(Following::new);
        let found = place.map_or(Found::Missing, |place| Found::look(&place, &Found::Missing));
        found.log(&Found::Missing);
        let view = match mode {
            Mode::Disabled => View::Disabled,
            Mode::Development => development(Server::new(self.named_server()?, settings.clone())),
            Mode::Production => self.build_view(settings.options.clone())?,
            Mode::Auto => match self.server_of_environment().filter(|_| self.dist_in_development().is_some())
            {
                Some(url) => development(Server::new(url.parse()?, settings.clone())),
                None => self.auto_view(&found, &settings)?,
            },
        };
        #[cfg(feature = "proxy")]
        if let View::Development(server) = &view {
            Proxy::new(server.origin())?;
        }
        let vite = Vite::new(view, on_missing, is_mounted);
        #[cfg(feature = "watch")]
        {
            let options = settings.options.clone();
            if let Some(following) = following {
                let builder = self.clone();
                following.start(&vite, found, move |found| builder.auto_view(found, &settings));
            }
            let is_watched = self.watch && matches!(mode, Mode::Auto | Mode::Production);
            if let Some(dist) = self.output_directory().filter(|_| is_watched).map(Path::to_owned) {
                watch_build::watch(&vite, &dist, move || self.load(options.clone()))?;
            }
        }
        Ok(vite)
    }

    /// Returns the output directory, or `None` for a manifest in memory or an embedded build.
    #[doc(hidden)]
    #[must_use]
    pub fn output_directory(&self) -> Option<&Path> {
        if self.embedded.is_some() {
            return None;
        }
        match &self.location {
            Location::Dist(dist) => Some(dist),
            Location::ManifestFile(file) => Some(disk::dist_of(file)),
            Location::Bytes(_) => None,
        }
    }

    /// Loads the build to inspect its parts, as `vite-bridge inspect` does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`open`](Self::open), except errors of the mode and the dev server.
    pub fn load_build(self) -> Result<Build, Error> {
        let options = self.options()?;
        self.load(options).map(Build::new)
    }

    /// Reads the manifest without checking its imports, as `vite-bridge check` does.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::ManifestNotFound`] and the errors of [`Manifest::from_slice`].
    #[doc(hidden)]
    pub fn read_manifest(&self) -> Result<Manifest, Error> {
        let found = self.find_source()?;
        Manifest::read(&found.manifest, &found.place)
    }

    fn options(&self) -> Result<Options, Error> {
        self.check_combinations()?;
        self.options.attributes.check()?;
        #[cfg(feature = "serve")]
        if let Some(error) = self.serve_options.error.clone() {
            return Err(error);
        }
        let base = self.base.as_deref().map(str::parse).transpose()?;
        Ok(Options { base, ..self.options.clone() })
    }

    /// Returns the address in `VITE_BRIDGE_DEV_SERVER`, for a dev server in another container or on
    /// another machine.
    fn server_of_environment(&self) -> Option<String> {
        let url = std::env::var("VITE_BRIDGE_DEV_SERVER").ok().filter(|_| self.reads_environment);
        url.filter(|url| !url.is_empty())
    }

    fn chosen_mode(&self) -> Result<Mode, Error> {
        let from_environment = if self.reads_environment { Mode::from_environment()? } else { None };
        Ok(from_environment.unwrap_or(self.mode))
    }

    fn named_server(&self) -> Result<DevServerUrl, Error> {
        let url = self.server_of_environment().or_else(|| self.dev_server.clone()).ok_or_else(|| {
            Error::new(ErrorKind::InvalidMode, "development mode needs the address of the dev server")
                .with_help("add `.dev_server(\"http://localhost:5173/\")`")
        })?;
        url.parse()
    }

    /// Loads the build. With [`OnMissing::Comment`], a failure becomes a view that prints its
    /// reason.
    fn build_view(&self, options: Options) -> Result<View, Error> {
        match self.load(options) {
            Ok(snapshot) => Ok(View::Built(Box::new(snapshot))),
            Err(error) if self.options.on_missing == OnMissing::Comment => Ok(View::Missing(error)),
            Err(error) => Err(error),
        }
    }

    /// Chooses a running dev server, or else the build. Pages wait for a server that should answer,
    /// and for the first one if there is no build.
    fn auto_view(&self, found: &Found, settings: &Settings) -> Result<View, Error> {
        match found {
            Found::Running(info) => return Ok(running(info, settings.clone())),
            // Without the feature, nobody would ask the server again.
            Found::Silent(_, reason) if cfg!(feature = "watch") => {
                let error = dev_file::silent(reason);
                let notice = format!("{}. The page reloads when Vite answers.", error.message());
                return Ok(waiting(error, notice, settings));
            }
            _ => {}
        }
        match self.build_view(settings.options.clone()) {
            Err(error) if error.kind() == ErrorKind::ManifestNotFound && self.may_wait() => {
                let error =
                    Error::new(error.kind(), format!("Vite does not run, and there is {}", error.message()))
                        .with_help("start Vite with `npm run dev`, or build with `npm run build`");
                tracing::warn!("pages wait for Vite: {error:#}");
                Ok(waiting(error, NOT_RUNNING.to_owned(), settings))
            }
            Ok(view) if self.dist_in_development().is_some() => {
                tracing::info!("no dev server is running: pages use the build");
                Ok(view)
            }
            view => view,
        }
    }

    /// Tells whether a dev server may start later, and this handle would notice it.
    fn may_wait(&self) -> bool {
        cfg!(feature = "watch") && self.place().is_some_and(|place| place.has_project)
    }

    /// Returns the place of the dev file, in a debug build without a configured server.
    fn place(&self) -> Option<Place> {
        let dist = self.dist_in_development().filter(|_| self.server_of_environment().is_none());
        dist.and_then(Place::of_dist)
    }

    /// Returns the path of the dev file of the output directory, for `vite-bridge doctor`.
    #[doc(hidden)]
    #[must_use]
    pub fn dev_file(&self) -> Option<std::path::PathBuf> {
        self.output_directory().and_then(Place::of_dist).map(|place| dev_file::path(&place))
    }

    /// Returns the output directory in a debug build, where it leads to the dev file. No other code
    /// checks the build profile.
    pub(super) fn dist_in_development(&self) -> Option<&Path> {
        match &self.location {
            Location::Dist(dist) if cfg!(debug_assertions) => Some(dist),
            _ => None,
        }
    }

    fn load(&self, options: Options) -> Result<Snapshot, Error> {
        let found = self.find_source()?;
        #[cfg(feature = "serve")]
        let manifest = found.place.clone();
        let snapshot = Snapshot::new(found, options)?;
        if self.verify_files.unwrap_or(!matches!(self.location, Location::Bytes(_))) {
            snapshot.verify_files()?;
        }
        #[cfg(feature = "serve")]
        let snapshot = self.with_served_files(snapshot, &manifest)?;
        tracing::info!(build = snapshot.build_id(), base = %snapshot.base(), "loaded the build");
        Ok(snapshot)
    }

    #[cfg(feature = "serve")]
    fn with_served_files(&self, mut snapshot: Snapshot, manifest: &str) -> Result<Snapshot, Error> {
        let options = &self.serve_options;
        if !self.serves_files {
            return Ok(snapshot);
        }
        if let Some(embedded) = &self.embedded {
            snapshot.serve(embedded.served(manifest, options), options);
            return Ok(snapshot);
        }
        if let Some(dist) = self.output_directory() {
            snapshot.serve(walk::files(dist, Path::new(manifest), options)?, options);
        }
        Ok(snapshot)
    }

    fn find_source(&self) -> Result<Source, Error> {
        let found = self.find_source_with_manifest();
        if self.needs_manifest {
            return found;
        }
        found.and_then(|found| Manifest::read(&found.manifest, &found.place).map(|_| found)).or_else(
            |error| {
                let files = self.plain_files().ok_or_else(|| error.clone())?;
                tracing::info!(error = %format_args!("{error:#}"), "serving files without a manifest");
                let (place, manifest) = (String::new(), b"{}".to_vec());
                Ok(Source { place, manifest, build_info: None, import_map: None, files })
            },
        )
    }

    fn find_source_with_manifest(&self) -> Result<Source, Error> {
        if let Some(embedded) = &self.embedded {
            return embedded.find();
        }
        match &self.location {
            Location::Dist(dist) => disk::find(dist),
            Location::ManifestFile(file) => disk::read(file),
            Location::Bytes(bytes) => Ok(Source {
                place: "the manifest".to_owned(),
                manifest: bytes.clone(),
                build_info: None,
                import_map: None,
                files: Arc::new(NoFiles),
            }),
        }
    }

    /// Returns the files of a build without a manifest, or `None` if the directory is missing.
    fn plain_files(&self) -> Option<Arc<dyn Files>> {
        if let Some(embedded) = &self.embedded {
            return Some(embedded.files());
        }
        match &self.location {
            Location::Dist(dist) if dist.is_dir() => Some(disk::files(dist.clone())),
            _ => None,
        }
    }
}

/// The text on pages without a build and a server.
const NOT_RUNNING: &str = "Vite is not running. Start it with `npm run dev`, and this page reloads.";

fn waiting(error: Error, notice: String, settings: &Settings) -> View {
    View::Waiting(Box::new(Waiting::new(error, notice, settings.clone())))
}

/// Returns the view of the dev server that a dev file names.
fn running(server: &DevInfo, settings: Settings) -> View {
    let settings = Settings { has_react: server.has_react, ..settings };
    let files = disk::files(server.root.clone());
    let sources = Sources { info: server.clone(), files };
    development(Server::new(server.origin.clone(), settings).with_sources(sources))
}

fn development(server: Server) -> View {
    View::Development(Box::new(server))
}
