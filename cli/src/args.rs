//! Arguments that several commands share.

use std::path::{Path, PathBuf};

use vite_bridge::{Builder, Mode};

/// The arguments that select a build.
#[derive(Debug, clap::Args)]
pub(crate) struct BuildArgs {
    /// The output directory of the build, which contains .vite/manifest.json or manifest.json
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// Read this manifest. The output directory is the folder of the manifest, or the folder above
    /// .vite
    #[arg(long, value_name = "FILE", conflicts_with = "dist")]
    manifest: Option<PathBuf>,
    /// Vite's base [default: the base that the plugin recorded, otherwise /]
    #[arg(long, value_name = "URL")]
    base: Option<String>,
}

impl BuildArgs {
    /// Returns a builder that loads the build and does not serve its files.
    pub(crate) fn builder(&self) -> Builder {
        let builder = match &self.manifest {
            Some(file) => Builder::manifest_file(file),
            None => Builder::new(&self.dist),
        };
        let builder = as_built(builder).serve_files(false);
        match &self.base {
            Some(base) => builder.base(base),
            None => builder,
        }
    }

    pub(crate) fn has_base(&self) -> bool {
        self.base.is_some()
    }

    /// Returns the output directory.
    pub(crate) fn dist(&self) -> &Path {
        let Some(file) = &self.manifest else {
            return &self.dist;
        };
        let folder = file.parent().unwrap_or(Path::new(""));
        if folder.ends_with(".vite") { folder.parent().unwrap_or(Path::new("")) } else { folder }
    }
}

/// Sets the options of a tool: production mode, without environment variables and without a check
/// of the files.
///
/// The environment belongs to the application, so `VITE_BRIDGE_MODE` must not change the result of
/// a command.
pub(crate) fn as_built(builder: Builder) -> Builder {
    builder.mode(Mode::Production).read_environment(false).verify_files(false)
}
