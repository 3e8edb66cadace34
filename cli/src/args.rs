//! Arguments that several commands share.

use std::path::{Path, PathBuf};

use vite_bridge::Builder;

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
        let builder = builder.for_tools();
        match &self.base {
            Some(base) => builder.base(base),
            None => builder,
        }
    }

    pub(crate) fn has_base(&self) -> bool {
        self.base.is_some()
    }

    /// Returns the output directory.
    pub(crate) fn dist(&self) -> PathBuf {
        self.builder().output_directory().map(Path::to_owned).unwrap_or_default()
    }
}
