//! A build inside the binary, read through rust-embed's trait.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::container::Container;
use super::disk::{IMPORT_MAP, INFO, PLACES};
use crate::build::files::Files;
use crate::build::source::Source;
use crate::dotfiles::is_hidden;
use crate::encoding::Encoding;
use crate::error::{Error, ErrorKind};
use crate::serve::file::{Content, FoundFile};
use crate::serve::options::ServeOptions;

/// The files that a type embeds.
#[derive(Clone, Copy)]
pub(super) struct Embedded {
    /// The name of the type, for error messages.
    name: &'static str,
    get: fn(&str) -> Option<EmbeddedFile>,
    names: fn() -> Vec<Cow<'static, str>>,
}

impl Embedded {
    pub(super) fn new<E: RustEmbed>() -> Self {
        Self { name: std::any::type_name::<E>(), get: E::get, names: || E::iter().collect() }
    }

    fn no_manifest(self) -> Error {
        let places = PLACES.map(|place| self.describe(place)).join(" or ");
        let help = "run `npm run build` before `cargo build`, and set `#[folder]` to the directory that `build.outDir` names; \
                    without the plugin, also set `build.manifest: true` in vite.config.js";
        Error::new(ErrorKind::ManifestNotFound, format!("no manifest at {places}")).with_help(help)
    }
}

impl Container for Embedded {
    fn find(&self) -> Result<Source, Error> {
        let read = |name: &str| (self.get)(name).map(|file| file.data.into_owned());
        let manifest = PLACES.into_iter().find_map(|place| Some((place, read(place)?)));
        let (place, manifest) = manifest.ok_or_else(|| self.no_manifest())?;
        Ok(Source {
            place: self.describe(place),
            manifest,
            build_info: read(INFO),
            import_map: read(IMPORT_MAP),
            files: self.files(),
        })
    }

    fn files(&self) -> Arc<dyn Files> {
        Arc::new(*self)
    }

    fn served(&self, manifest: &str, options: &ServeOptions) -> Vec<FoundFile> {
        // Vite 4 and earlier write the manifest beside the files.
        let is_manifest = |name: &str| {
            let plain = Encoding::split(name).map_or(name, |(plain, _)| plain);
            [name, plain].iter().any(|name| self.describe(name) == manifest)
        };
        let names = (self.names)()
            .into_iter()
            .filter(|name| !is_hidden(name, options.well_known) && !is_manifest(name));
        let files = names.filter_map(|name| {
            let EmbeddedFile { data, metadata } = (self.get)(&name)?;
            let bytes = match data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            let modified = metadata.last_modified().map(std::time::Duration::from_secs);
            let modified = modified.map(|since| std::time::UNIX_EPOCH + since);
            let digest = Some(metadata.sha256_hash());
            Some(FoundFile { name: name.into_owned(), content: Content::Memory(bytes), modified, digest })
        });
        files.collect()
    }
}

impl Files for Embedded {
    fn has(&self, file: &str) -> bool {
        (self.get)(file).is_some()
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        (self.get)(file).map(|file| file.data.into_owned()).ok_or_else(|| {
            Error::new(ErrorKind::AssetFileMissing, format!("missing file {}", self.describe(file)))
                .with_help("run `npm run build`, then `cargo build`")
        })
    }

    fn describe(&self, file: &str) -> String {
        format!("{file} in {}", self.name)
    }
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Embedded").field(&self.name).finish()
    }
}
