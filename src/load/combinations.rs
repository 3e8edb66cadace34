//! Checks for options that have no effect in any mode. A mode may ignore an option.

use super::builder::{Builder, Location};
use crate::error::{Error, ErrorKind};

impl Builder {
    /// Returns an error for the first option that has no effect.
    pub(super) fn check_combinations(&self) -> Result<(), Error> {
        match &self.location {
            Location::Bytes(_) => self.check_bytes()?,
            Location::ManifestFile(_) if !self.needs_manifest => {
                return Err(no_effect(
                    "require_manifest(false)",
                    "the manifest is given by its path",
                    "open the directory",
                ));
            }
            Location::Dist(_) | Location::ManifestFile(_) => {}
        }
        self.check_embedded()?;
        #[cfg(feature = "serve")]
        if let Some(option) = self.serve_options.given.filter(|_| !self.serves_files) {
            return Err(no_effect(option, "files are not served", "remove it or `.serve_files(false)`"));
        }
        Ok(())
    }

    /// A manifest in memory has no files.
    fn check_bytes(&self) -> Result<(), Error> {
        let open = "open the output directory with `Vite::builder(dist)`, or remove the option";
        let refused = |option: &str| Err(no_effect(option, "only a manifest is given, without files", open));
        if self.verify_files == Some(true) {
            return refused("verify_files(true)");
        }
        if !self.needs_manifest {
            return refused("require_manifest(false)");
        }
        if self.watch {
            return refused("watch(true)");
        }
        #[cfg(feature = "serve")]
        if let Some(option) = self.serve_options.given {
            return refused(option);
        }
        Ok(())
    }

    fn check_embedded(&self) -> Result<(), Error> {
        if self.embedded.is_none() {
            return Ok(());
        }
        if !matches!(self.location, Location::Dist(_)) {
            let remove = "begin with `Vite::builder(dist)`, or remove `.embedded()`";
            return Err(no_effect("embedded", "the manifest is given", remove));
        }
        #[cfg(feature = "serve")]
        if self.serve_options.has_memory_limit {
            return Err(no_effect("in_memory_up_to", "the build is inside the binary", "remove the option"));
        }
        if self.watch {
            let remove = "remove `.watch(true)`, or open a directory";
            return Err(no_effect("watch(true)", "the build is inside the binary", remove));
        }
        Ok(())
    }
}

fn no_effect(option: &str, reason: &str, help: &str) -> Error {
    let option = if option.ends_with(')') { option.to_owned() } else { format!("{option}(..)") };
    Error::new(ErrorKind::Unsupported, format!("`.{option}` has no effect: {reason}")).with_help(help)
}
