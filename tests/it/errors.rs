//! Errors: stable names, full texts, sources.

use std::error::Error as _;

use serde_json::json;
use vite_bridge::ErrorKind;
use vite_bridge::manifest::Manifest;

use crate::support::{Dist, build, fails};

#[test]
fn the_names_of_error_kinds_are_stable() {
    let names = [
        (ErrorKind::UnknownEntry, "unknown_entry"),
        (ErrorKind::UnknownAsset, "unknown_asset"),
        (ErrorKind::AssetFileMissing, "asset_file_missing"),
        (ErrorKind::EntryNotLoadable, "entry_not_loadable"),
        (ErrorKind::AmbiguousName, "ambiguous_name"),
        (ErrorKind::NotAnEntry, "not_an_entry"),
        (ErrorKind::MissingImport, "missing_import"),
        (ErrorKind::ManifestNotFound, "manifest_not_found"),
        (ErrorKind::ManifestInvalidJson, "manifest_invalid_json"),
        (ErrorKind::ManifestIsSsrManifest, "manifest_is_ssr_manifest"),
        (ErrorKind::ManifestWrongShape, "manifest_wrong_shape"),
        (ErrorKind::BuildInfoInvalid, "build_info_invalid"),
        (ErrorKind::BuildInfoMismatch, "build_info_mismatch"),
        (ErrorKind::ImportMapInvalid, "import_map_invalid"),
        (ErrorKind::InvalidAttributeName, "invalid_attribute_name"),
        (ErrorKind::InvalidBase, "invalid_base"),
        (ErrorKind::BaseMismatch, "base_mismatch"),
        (ErrorKind::BuildOutdated, "build_outdated"),
        (ErrorKind::InvalidDevServer, "invalid_dev_server"),
        (ErrorKind::DevServerNotStarted, "dev_server_not_started"),
        (ErrorKind::DevServerSilent, "dev_server_silent"),
        (ErrorKind::InvalidPeer, "invalid_peer"),
        (ErrorKind::InvalidMode, "invalid_mode"),
        (ErrorKind::InvalidHeader, "invalid_header"),
        (ErrorKind::InvalidPattern, "invalid_pattern"),
        (ErrorKind::AskamaConfigInvalid, "askama_config_invalid"),
        (ErrorKind::NoTemplates, "no_templates"),
        (ErrorKind::NotText, "not_text"),
        (ErrorKind::Unsupported, "unsupported"),
        (ErrorKind::MissingValue, "missing_value"),
        (ErrorKind::Io, "io"),
    ];
    for (kind, name) in names {
        assert_eq!(kind.to_string(), name);
    }
    assert_eq!(names.len(), ErrorKind::ALL.len(), "a kind is missing from this list");
}

#[test]
fn a_library_error_is_the_source() {
    let error = Manifest::from_slice(b"{ not").expect_err("invalid JSON");
    let source = error.source().expect("a source");
    assert!(source.downcast_ref::<serde_json::Error>().is_some());
    let (text, url) = (format!("{error:?}"), ErrorKind::ManifestInvalidJson.url());
    assert_eq!(
        text,
        format!(
            "invalid JSON in the manifest, line 1, column 3\n\
             caused by: {source}\n\
             help: run `npm run build` again\n\
             see {url}"
        )
    );
    assert!(!error.to_string().contains(&source.to_string()), "reporters print the source themselves");
    assert_eq!(
        format!("{error:#}"),
        format!("invalid JSON in the manifest, line 1, column 3: {source}; help: run `npm run build` again")
    );
}

#[test]
fn an_unreadable_file_is_named_with_the_reason() {
    let dist = Dist::new(&[(".vite/manifest.json/is-a-folder", "")]);
    let text = dist.hide(&fails(dist.builder().open(), ErrorKind::Io));
    assert!(text.starts_with("cannot read DIST/.vite/manifest.json"), "{text}");
}

#[test]
fn an_unknown_asset_error_suggests_names_and_causes() {
    let manifest = json!({"src/images/logo.png": {"file": "logo-1.png", "src": "src/images/logo.png"}});
    let vite = build(&manifest).open().expect("a build");
    let error = vite.asset("/src/images/logo.jpg").expect_err("unknown");
    assert_eq!(error.suggestions(), ["src/images/logo.png"]);
    assert_eq!(
        error.to_string(),
        "unknown asset \"src/images/logo.jpg\" in the manifest; did you mean \"src/images/logo.png\"?\nhelp: import it in a script or stylesheet, write its name as a literal in a template, add it to the plugin's option `assets`, or put it into `public/`; then run `npm run build`"
    );
}

#[test]
fn distant_names_are_not_suggested() {
    let manifest = json!({"src/main.ts": {"file": "m.js", "isEntry": true}});
    let error = build(&manifest).open().expect("a build").tags("pages/checkout.tsx").expect_err("unknown");
    assert_eq!(error.suggestions(), [""; 0]);
    assert!(!error.to_string().contains("did you mean"), "{error}");
}
