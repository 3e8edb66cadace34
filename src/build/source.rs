//! Source: what a loader found of a build, as bytes, and how it is read.

use std::sync::Arc;

use super::files::Files;
use crate::error::{BUILD_AGAIN, Error, ErrorKind};
use crate::manifest::BuildInfo;
use crate::tags::{Element, ElementKind, html};

/// What a loader found of a build.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where the manifest was, for errors.
    pub(crate) place: String,
    pub(crate) manifest: Vec<u8>,
    pub(crate) build_info: Option<Vec<u8>>,
    pub(crate) import_map: Option<Vec<u8>>,
    pub(crate) files: Arc<dyn Files>,
}

impl Source {
    /// What the plugin recorded of this very build.
    pub(crate) fn build_info(&self, build_id: &str) -> Result<Option<BuildInfo>, Error> {
        self.build_info.as_ref().map(|bytes| read_info(bytes, &self.place, build_id)).transpose()
    }

    /// The element of `importmap.json`, which `build.chunkImportMap` writes.
    pub(crate) fn import_map(&self) -> Result<Option<Element>, Error> {
        self.import_map.as_ref().map(|bytes| read_import_map(bytes, &self.place)).transpose()
    }
}

fn read_info(bytes: &[u8], place: &str, build_id: &str) -> Result<BuildInfo, Error> {
    let info = BuildInfo::read(bytes, &format!("bridge.json beside {place}"))?;
    if info.build_id() != build_id {
        let message = format!(
            "bridge.json belongs to build {}, but {place} is build {build_id}: two builds are mixed, or one is being written",
            info.build_id()
        );
        return Err(Error::new(ErrorKind::BuildInfoMismatch, message).with_help(BUILD_AGAIN));
    }
    Ok(info)
}

fn read_import_map(bytes: &[u8], place: &str) -> Result<Element, Error> {
    let map: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(bytes).map_err(|error| {
        Error::new(ErrorKind::ImportMapInvalid, format!("invalid importmap.json in the build of {place}"))
            .with_help(BUILD_AGAIN)
            .with_source(error)
    })?;
    let json = serde_json::Value::Object(map).to_string();
    Ok(Element::with_content(ElementKind::Importmap, html::script_json(&json)))
}
