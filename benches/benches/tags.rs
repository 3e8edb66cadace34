//! Benchmarks of tags and loading, with other libraries in the same run:
//! `cargo bench -p vite-bridge-benches`.

use std::hint::black_box;

use criterion::Criterion;
use vite_bridge::Builder;
use vite_bridge_benches::contender::contenders;
use vite_bridge_benches::manifests::{ENTRY, manifest};
use vite_bridge_benches::rounds::{Case, measure, print};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    tags(&mut criterion, "tags-10", "One entry of a 10-chunk manifest", &manifest(10, 8));
    tags(&mut criterion, "tags-5000", "The same entry in a 5,000-chunk manifest", &manifest(5000, 8));
    tags(&mut criterion, "tags-119", "An entry that reaches 119 of 5,000 chunks", &manifest(5000, 119));
    load(&mut criterion, &manifest(5000, 119));
}

fn tags(criterion: &mut Criterion, group: &str, title: &str, manifest: &str) {
    let contenders = contenders(manifest);
    let mut text = String::new();
    (contenders[0].write)(&mut text);
    let mut cases: Vec<Case<'_>> = contenders
        .iter()
        .map(|contender| {
            let mut out = String::with_capacity(64 * 1024);
            let call = move || {
                out.clear();
                (contender.write)(&mut out);
                black_box(&out);
            };
            Case { name: contender.name, call: Box::new(call) }
        })
        .collect();
    let mut out = String::with_capacity(64 * 1024);
    cases.push(Case {
        name: "push_str of the same bytes",
        call: Box::new(move || {
            out.clear();
            out.push_str(black_box(&text));
            black_box(&out);
        }),
    });
    let counts: Vec<String> = contenders.iter().map(|c| format!("{} {}", c.name, c.elements())).collect();
    print(
        &format!("{title} (elements printed: {})", counts.join(", ")),
        &measure(criterion, group, &mut cases),
    );
}

/// Measures loading, from bytes to prepared entries. The peer only parses.
fn load(criterion: &mut Criterion, manifest: &str) {
    let open = || Builder::manifest_bytes(manifest).read_environment(false).open().expect("a build");
    assert!(open().tags(ENTRY).is_ok());
    let mut cases = [
        Case {
            name: "vite-manifest, parse alone",
            call: Box::new(|| drop(black_box(vite_manifest::parse_manifest(manifest)))),
        },
        Case { name: "vite-bridge, parse, graph and 50 entries", call: Box::new(|| drop(black_box(open()))) },
    ];
    print("Loading 5,000 chunks with 50 entries", &measure(criterion, "load", &mut cases));
}
