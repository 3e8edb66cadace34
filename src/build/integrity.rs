//! The integrity of built files: from the build info, from the manifest, or computed.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::files::Files;
use crate::error::Error;
use crate::manifest::{BuildInfo, FileKind, Manifest};
use crate::tags::options::{Digest, Integrity};

/// Returns the integrity of each file.
pub(crate) fn by_file(
    integrity: Integrity,
    manifest: &Manifest,
    info: Option<&BuildInfo>,
    files: &dyn Files,
) -> Result<BTreeMap<String, String>, Error> {
    match integrity {
        Integrity::Off => Ok(BTreeMap::new()),
        Integrity::Compute(digest) => computed(digest, manifest, files),
        Integrity::Manifest => {
            let mut by_file = in_manifest(manifest);
            by_file.extend(info.into_iter().flat_map(|info| info.integrity().clone()));
            Ok(by_file)
        }
    }
}

/// CSS is looked up by file, because in Vite 5 to 8 the CSS of a script has no chunk in the
/// manifest.
fn in_manifest(manifest: &Manifest) -> BTreeMap<String, String> {
    let own = manifest.iter().filter_map(|(_, chunk)| Some((chunk.file(), chunk.integrity()?)));
    let css = manifest.iter().flat_map(|(_, chunk)| {
        chunk
            .css()
            .iter()
            .zip(chunk.css_integrity())
            .filter_map(|(file, value)| Some((file.as_str(), value.as_deref()?)))
    });
    css.chain(own).map(|(file, value)| (file.to_owned(), value.to_owned())).collect()
}

fn computed(
    digest: Digest,
    manifest: &Manifest,
    files: &dyn Files,
) -> Result<BTreeMap<String, String>, Error> {
    let mut by_file = BTreeMap::new();
    for (_, file) in manifest.files() {
        if FileKind::from_file(file) != FileKind::Asset && !by_file.contains_key(file) {
            by_file.insert(file.to_owned(), attribute(digest, &files.read(file)?));
        }
    }
    Ok(by_file)
}

/// Returns the value of the `integrity` attribute (W3C Subresource Integrity, 3.5).
fn attribute(digest: Digest, bytes: &[u8]) -> String {
    match digest {
        Digest::Sha256 => format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes))),
        Digest::Sha384 => format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes))),
        Digest::Sha512 => format!("sha512-{}", STANDARD.encode(Sha512::digest(bytes))),
    }
}
