//! Compares random graphs with a naive reference. The reference shares neither code nor types with
//! `Graph`.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, proptest};
use serde_json::{Value, json};
use vite_bridge::{Builder, CssOrder};

/// A chunk of the reference.
#[derive(Debug, Clone)]
struct Plain {
    file: String,
    imports: Vec<String>,
    css: Vec<String>,
}

/// Generates up to 12 chunks that share CSS files. Random imports include cycles, self-imports,
/// diamonds and repeats.
fn graphs() -> impl Strategy<Value = BTreeMap<String, Plain>> {
    let chunk = (vec(any::<u8>(), 0..5), vec(0..8_u8, 0..4), 0..10_u8);
    vec(chunk, 1..12).prop_map(|chunks| {
        let count = chunks.len();
        let key = |at: usize| format!("k{at}.ts");
        chunks
            .iter()
            .enumerate()
            .map(|(at, (imports, css, kind))| {
                // Two keys may share a file, as two sources with the same content do.
                let name = at % 9;
                let file = if *kind == 0 { format!("f{name}.css") } else { format!("f{name}.js") };
                let imports = imports.iter().map(|target| key(usize::from(*target) % count)).collect();
                let css = css.iter().map(|sheet| format!("c{sheet}.css")).collect();
                (key(at), Plain { file, imports, css })
            })
            .collect()
    })
}

/// Vite's recursion in its simplest form: lists and `contains`, without a graph.
struct Reference<'a> {
    chunks: &'a BTreeMap<String, Plain>,
    entry_first: bool,
}

impl Reference<'_> {
    fn expected(&self, entries: &[String]) -> Vec<String> {
        let (mut styles, mut scripts, mut preloads) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            let mut order = Vec::new();
            self.visit(entry, &mut Vec::new(), &mut order);
            if self.entry_first {
                order.retain(|key| key != entry);
                order.insert(0, entry.clone());
            }
            for key in &order {
                let chunk = &self.chunks[key];
                let own = chunk.file.ends_with(".css").then_some(&chunk.file);
                styles.extend(chunk.css.iter().chain(own).cloned());
                if chunk.file.ends_with(".js")
                    && !entries.iter().any(|entry| self.chunks[entry].file == chunk.file)
                {
                    preloads.push(chunk.file.clone());
                }
            }
            if self.chunks[entry].file.ends_with(".js") {
                scripts.push(self.chunks[entry].file.clone());
            }
        }
        let lines = |kind: &str, files: Vec<String>| {
            without_repeats(files).into_iter().map(|file| format!("{kind} /{file}")).collect()
        };
        let lists: [Vec<String>; 3] =
            [lines("stylesheet", styles), lines("script", scripts), lines("modulepreload", preloads)];
        lists.concat()
    }

    fn visit(&self, key: &String, on_the_way: &mut Vec<String>, order: &mut Vec<String>) {
        if on_the_way.contains(key) {
            return;
        }
        on_the_way.push(key.clone());
        for import in &self.chunks[key].imports {
            self.visit(import, on_the_way, order);
        }
        order.push(key.clone());
    }
}

fn without_repeats(list: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for item in list {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    once
}

fn manifest(chunks: &BTreeMap<String, Plain>) -> Value {
    chunks
        .iter()
        .map(|(key, chunk)| {
            (
                key.clone(),
                json!({"file": chunk.file, "imports": chunk.imports, "css": chunk.css, "isEntry": true}),
            )
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tags_of_random_graphs_equal_the_reference(chunks in graphs(), picks in vec(any::<u8>(), 1..4), entry_first in any::<bool>()) {
        let keys: Vec<&String> = chunks.keys().collect();
        let entries: Vec<String> = picks.iter().map(|pick| keys[usize::from(*pick) % keys.len()].clone()).collect();
        let order = if entry_first { CssOrder::EntryFirst } else { CssOrder::DependencyFirst };
        let vite = Builder::manifest_bytes(manifest(&chunks).to_string()).read_environment(false).css_order(order).open()?;
        let tags = vite.tags(&entries)?;
        let found: Vec<String> = tags
            .elements()
            .map(|element| format!("{} {}", element.kind().as_str(), element.href().unwrap_or_default()))
            .collect();
        prop_assert_eq!(found, Reference { chunks: &chunks, entry_first }.expected(&entries));
    }

    #[test]
    fn the_reader_never_panics(bytes in vec(any::<u8>(), 0..200)) {
        let _ = Builder::manifest_bytes(bytes).read_environment(false).open();
    }
}
