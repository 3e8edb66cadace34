//! Scans any text as a template. The result is calls with correct places or an error with a place,
//! never a panic.
//!
//! ```sh
//! cargo +nightly fuzz run scan fuzz/corpus/scan tests/cases/scan -- \
//!   -max_total_time=600 -dict=fuzz/seeds/scan.dict
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use vite_bridge::scan::{Place, Scanner};

fuzz_target!(|text: &str| {
    let scanned = Scanner::new(".").scan_text("a.html", text);
    let lines: Vec<&str> = text.split('\n').collect();
    let rest = |place: &Place| -> String {
        let line = lines.get(place.line - 1).unwrap_or_else(|| panic!("{place} is not in the text"));
        assert!(place.column <= line.chars().count() + 1, "{place} is not in the line");
        line.chars().skip(place.column - 1).collect()
    };
    for (place, message) in scanned.syntax_errors() {
        rest(place);
        assert!(!message.is_empty());
    }
    assert!(scanned.syntax_errors().is_empty() || scanned.calls().is_empty());
    for call in scanned.calls() {
        assert!(rest(call.place()).contains(call.method().as_str()), "{}", call.place());
        for (name, place) in call.names() {
            assert!(rest(place).starts_with('"'), "{name} is not at {place}");
        }
    }
    for (url, place) in scanned.urls() {
        assert!(rest(place).starts_with(url.as_str()), "{url} is not at {place}");
    }
    assert_eq!(scanned.templates(), 1);
    let (entries, assets, groups) = (scanned.entries(), scanned.assets(), scanned.groups());
    let names = scanned.calls().iter().flat_map(|call| call.names()).map(|(name, _)| name.as_str());
    for name in names {
        let is_known = entries.contains_key(name) || assets.contains_key(name);
        assert!(is_known || scanned.calls().iter().any(|call| call.method().as_str() == "group"), "{name}");
    }
    assert!(groups.values().all(|places| !places.is_empty()));
});
