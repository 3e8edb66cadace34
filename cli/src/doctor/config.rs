//! Vite's configuration, as it comes out.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::finding::Finding;
use super::look::Config;
use crate::code;

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
    let cure = "write one, or have `vite-bridge init` do it";
    Finding::warning("config", code::CONFIG_MISSING, "there is no vite.config.js", cure)
}

fn plugin(config: &Config, folder: &Path) -> Finding {
    let Some(plugin) = &config.plugin else {
        let cure = "`plugins: [bridge()]`, with `import bridge from 'vite-bridge'`";
        return Finding::warning("plugin", code::PLUGIN_MISSING, "it is not among Vite's plugins", cure);
    };
    let crate_version = crate_version(folder).unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned());
    if release(plugin) == release(&crate_version) {
        return Finding::ok("plugin", format!("{plugin}, as the crate {crate_version}"));
    }
    let message = format!("the npm package is {plugin}, the crate {crate_version}");
    let cure = format!("install vite-bridge@{crate_version} by the package manager, or update the crate");
    Finding::fault("plugin", code::PLUGIN_MISMATCH, message, cure)
}

/// What has to be the same: `0.1` of `0.1.3`, `1` of `1.2.3`.
fn release(version: &str) -> Vec<&str> {
    let parts: Vec<&str> = version.split('.').collect();
    let of = if parts.first() == Some(&"0") { 2 } else { 1 };
    parts.into_iter().take(of).collect()
}

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
}

/// That of the application, by the nearest Cargo.lock.
fn crate_version(folder: &Path) -> Option<String> {
    let text = folder.ancestors().find_map(|folder| fs::read_to_string(folder.join("Cargo.lock")).ok())?;
    let lock: Lock = toml::from_str(&text).ok()?;
    lock.package.into_iter().find(|package| package.name == "vite-bridge").map(|package| package.version)
}

fn manifest(config: &Config) -> Option<Finding> {
    if config.manifest == true {
        return None;
    }
    let message = format!("`build.manifest` is {}", config.manifest);
    let cure = "drop the line, which the plugin sets; or `build: { manifest: true }`";
    Some(Finding::fault("manifest", code::MANIFEST_OFF, message, cure))
}

fn hmr(config: &Config) -> Option<Finding> {
    if config.hmr.is_empty() {
        return None;
    }
    let message = format!(
        "`server.hmr` has {{ {} }}: the socket is sought past the application's port",
        config.hmr.join(", ")
    );
    let cure = "drop them; the page finds the socket at its own port";
    Some(Finding::fault("hmr", code::HMR_ELSEWHERE, message, cure))
}

fn origin(config: &Config) -> Option<Finding> {
    let origin = config.origin.as_ref()?;
    let message = format!("`server.origin` is {origin}: assets are asked of Vite's own port");
    Some(Finding::fault("origin", code::SERVER_ORIGIN_SET, message, "drop it"))
}

fn app_type(config: &Config) -> Option<Finding> {
    if config.app_type == "custom" || config.plugin.is_none() {
        return None;
    }
    let message = format!("`appType` is {:?}: Vite answers unknown paths with its own page", config.app_type);
    let cure = "drop the line; the plugin sets \"custom\"";
    Some(Finding::fault("appType", code::APP_TYPE_NOT_CUSTOM, message, cure))
}
