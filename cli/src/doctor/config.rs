//! The checks of Vite's resolved configuration.

use std::path::Path;

use super::finding::Finding;
use super::look::Config;
use crate::code;
use crate::library_version::{is_compatible, locked};

pub(super) fn findings(config: &Config, folder: &Path) -> Vec<Finding> {
    let mut findings = vec![file(config), plugin(config, folder)];
    findings.extend(manifest(config));
    findings.extend(hmr(config));
    findings.extend(origin(config));
    findings.extend(app_type(config));
    findings
}

fn file(config: &Config) -> Finding {
    if let Some(file) = &config.file {
        return Finding::ok("config", format!("{}, base {}", file.display(), config.base));
    }
    let help = "run `vite-bridge init`, which writes one";
    Finding::warning("config", code::VITE_CONFIG_MISSING, "no vite.config.js", help)
}

fn plugin(config: &Config, folder: &Path) -> Finding {
    let Some(plugin) = &config.plugin else {
        let help = "add `import bridge from 'vite-bridge'` and `plugins: [bridge()]` to vite.config.js";
        return Finding::warning("plugin", code::PLUGIN_MISSING, "vite-bridge is not a plugin of Vite", help);
    };
    let crate_version = crate_version(folder);
    if is_compatible(plugin, &crate_version) {
        return Finding::ok("plugin", format!("{plugin}, compatible with the crate {crate_version}"));
    }
    let message = format!("the npm package is version {plugin}, but the crate is version {crate_version}");
    let help = format!("install the npm package vite-bridge@{crate_version}, or update the crate");
    Finding::error("plugin", code::PLUGIN_MISMATCH, message, help)
}

/// Returns the version of the library in the nearest Cargo.lock. Without one, the version of this
/// program.
fn crate_version(folder: &Path) -> String {
    let package = locked(folder).into_iter().next();
    package.map_or_else(|| env!("CARGO_PKG_VERSION").to_owned(), |package| package.version)
}

fn manifest(config: &Config) -> Option<Finding> {
    if config.manifest == true {
        return None;
    }
    let message = format!("`build.manifest` is {}", config.manifest);
    let help = "remove the setting if you use the plugin, or set `build.manifest` to true";
    Some(Finding::error("manifest", code::MANIFEST_OFF, message, help))
}

fn hmr(config: &Config) -> Option<Finding> {
    if config.hmr.is_empty() {
        return None;
    }
    let message = format!(
        "`server.hmr` has {{ {} }}, so the page connects to another port than the application's",
        config.hmr.join(", ")
    );
    let help = "remove these settings, so that the page connects to its own port";
    Some(Finding::error("hmr", code::HMR_ELSEWHERE, message, help))
}

fn origin(config: &Config) -> Option<Finding> {
    let origin = config.origin.as_ref()?;
    let message = format!("`server.origin` is {origin}, so the page requests assets from Vite's own port");
    Some(Finding::error("origin", code::SERVER_ORIGIN_SET, message, "remove `server.origin`"))
}

fn app_type(config: &Config) -> Option<Finding> {
    if config.app_type == "custom" || config.plugin.is_none() {
        return None;
    }
    let message =
        format!("`appType` is {:?}, so Vite answers unknown paths with its own page", config.app_type);
    let help = "remove `appType`, since the plugin sets it to \"custom\"";
    Some(Finding::error("appType", code::APP_TYPE_NOT_CUSTOM, message, help))
}
