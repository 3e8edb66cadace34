//! Reads any bytes as a manifest. The result is tags or an error with a text, never a panic.
//!
//! `cargo +nightly fuzz run manifest fuzz/corpus/manifest tests/manifests -- -max_total_time=600`
#![no_main]

use libfuzzer_sys::fuzz_target;
use vite_bridge::build::Graph;
use vite_bridge::manifest::{FileKind, Manifest};
use vite_bridge::{Builder, CssOrder, Error};

fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = use_all(bytes) {
        assert!(!error.to_string().is_empty());
    }
});

fn use_all(bytes: &[u8]) -> Result<(), Error> {
    let graph = Graph::new(Manifest::from_slice(bytes)?)?;
    let vite =
        Builder::manifest_bytes(bytes).read_environment(false).css_order(CssOrder::EntryFirst).open()?;
    let page = vite.page().with_nonce("n");
    // Limits the number of entries: in a huge manifest, each one can reach all chunks.
    for (key, chunk) in graph.manifest().iter().take(50) {
        let files = graph.entry_files(&[key], CssOrder::DependencyFirst);
        assert_eq!(files.is_err(), chunk.kind() == FileKind::Asset, "{key:?}");
        let Ok(tags) = page.tags(key) else { continue };
        let html = tags.to_string();
        let elements = tags.elements().count();
        assert_eq!(html.lines().filter(|line| line.starts_with('<')).count(), elements, "{html}");
        assert_eq!(html.matches('<').count(), elements + html.matches("</script>").count(), "{html}");
        page.asset(key)?;
    }
    Ok(())
}
