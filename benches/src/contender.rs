//! Each library as one call that appends the tags of [`ENTRY`](crate::manifests::ENTRY) to a
//! buffer.

use std::fmt::Write as _;
use std::fs;

use axum_vite::ViteConfig;
use include_dir::{Dir, DirEntry, File};
use vite_bridge::{Builder, Page};
use vite_rust::{ViteConfig as RustConfig, ViteMode};

use crate::manifests::ENTRY;

/// A library with a loaded manifest. axum-vite loads it on each call.
pub struct Contender {
    /// The name of the library.
    pub name: &'static str,
    /// Appends the tags.
    pub write: Box<dyn Fn(&mut String)>,
}

impl Contender {
    /// Counts the printed elements.
    pub fn elements(&self) -> usize {
        let mut text = String::new();
        (self.write)(&mut text);
        text.matches("<link").count() + text.matches("<script").count()
    }
}

/// Returns vite-bridge and its peers, each with the same manifest.
pub fn contenders(manifest: &str) -> Vec<Contender> {
    vec![
        bridge(manifest),
        bridge_nonce(manifest),
        by_hand(manifest),
        vite_rust(manifest),
        axum_vite(manifest),
    ]
}

fn page(manifest: &str) -> Page {
    Builder::manifest_bytes(manifest).read_environment(false).open().expect("a build").page()
}

fn bridge(manifest: &str) -> Contender {
    let page = page(manifest);
    let write = move |out: &mut String| write!(out, "{}", page.tags(ENTRY).expect("tags")).expect("a string");
    Contender { name: "vite-bridge", write: Box::new(write) }
}

fn bridge_nonce(manifest: &str) -> Contender {
    let page = page(manifest).with_nonce("dGhpcyBpcyBhIG5vbmNlIQ==");
    let write = move |out: &mut String| write!(out, "{}", page.tags(ENTRY).expect("tags")).expect("a string");
    Contender { name: "vite-bridge with a nonce", write: Box::new(write) }
}

/// vite-manifest returns the imported chunks; the application writes the tags.
fn by_hand(manifest: &str) -> Contender {
    let manifest = vite_manifest::parse_manifest(manifest).expect("a manifest");
    let write = move |out: &mut String| {
        let entry = &manifest.manifest()[ENTRY];
        let imports = manifest.imported_chunks(ENTRY);
        for css in imports.iter().chain([entry]).filter_map(|chunk| chunk.css.as_ref()).flatten() {
            let _ = writeln!(out, "<link rel=\"stylesheet\" href=\"/{css}\">");
        }
        let _ = writeln!(out, "<script type=\"module\" src=\"/{}\"></script>", entry.file);
        for chunk in &imports {
            let _ = writeln!(out, "<link rel=\"modulepreload\" href=\"/{}\">", chunk.file);
        }
    };
    Contender { name: "vite-manifest + tags by hand", write: Box::new(write) }
}

fn vite_rust(manifest: &str) -> Contender {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("manifest.json");
    fs::write(&path, manifest).expect("a file");
    let path = path.display().to_string();
    let config = RustConfig::default()
        .set_manifest_path(&path)
        .set_entrypoints(vec![ENTRY])
        .set_force_mode(ViteMode::Manifest);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let vite = runtime.block_on(vite_rust::Vite::new(config)).map_err(|_| "vite-rust").expect("a manifest");
    let write =
        move |out: &mut String| out.push_str(&vite.get_tags().map_err(|_| "vite-rust").expect("tags"));
    Contender { name: "vite-rust", write: Box::new(write) }
}

/// axum-vite takes an embedded directory and parses the manifest on each call.
fn axum_vite(manifest: &str) -> Contender {
    let manifest: &'static str = Box::leak(manifest.to_owned().into_boxed_str());
    let file = DirEntry::File(File::new(".vite/manifest.json", manifest.as_bytes()));
    let entries: &'static [DirEntry<'static>] = Box::leak(Box::new([file]));
    let dir: &'static Dir<'static> = Box::leak(Box::new(Dir::new("", entries)));
    let config = ViteConfig::from_env(Some(dir));
    let write = move |out: &mut String| {
        let assets = config.entry_assets_for(ENTRY, "");
        for css in &assets.stylesheets {
            let _ = writeln!(out, "<link rel=\"stylesheet\" href=\"{css}\">");
        }
        let _ = writeln!(out, "<script type=\"module\" src=\"{}\"></script>", assets.script);
    };
    Contender { name: "axum-vite", write: Box::new(write) }
}
