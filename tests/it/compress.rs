//! `Compress`: encodings beside the files of a build.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use vite_bridge::ErrorKind;
use vite_bridge::compress::{Compress, Compressed, FileState};

use crate::support::{Dist, fails};

fn text(words: usize) -> String {
    (0..words).map(|n| format!("const word{n} = {};\n", n * 7919 % 1000)).collect()
}

fn build() -> Dist {
    let dist = Dist::new(&[
        (".vite/manifest.json", &text(50)),
        (".well-known/security.txt", &text(50)),
        ("assets/main-B1a2C3d4.js", &text(2000)),
        ("assets/photo.png", &text(50)),
        ("index.html", &text(50)),
        ("empty.css", ""),
        ("tiny.txt", "a"),
    ]);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    for name in ["assets/main-B1a2C3d4.js", "index.html"] {
        let file = fs::File::options().write(true).open(dist.path().join(name)).expect("a file");
        file.set_modified(old).expect("a time");
    }
    dist
}

fn files(compressed: &Compressed, state: FileState) -> Vec<&str> {
    compressed.files().iter().filter(|file| file.state == state).map(|file| file.file.as_str()).collect()
}

/// Returns every file with its bytes.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walk(root).into_iter();
    files.map(|name| (name.clone(), fs::read(root.join(&name)).expect("a file"))).collect()
}

fn walk(root: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                names.push(path.strip_prefix(root).expect("below").display().to_string());
            }
        }
    }
    names.sort();
    names
}

fn decoded(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).expect("a file");
    let mut plain = Vec::new();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("br") => brotli::Decompressor::new(bytes.as_slice(), 4096).read_to_end(&mut plain),
        Some("gz") => flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain),
        _ => zstd::Decoder::new(bytes.as_slice()).expect("zstd").read_to_end(&mut plain),
    }
    .expect("an encoding");
    plain
}

#[test]
fn encodings_decode_to_their_file_and_keep_its_time_and_permissions() {
    let dist = build();
    let compressed = Compress::new(dist.path()).zstd(true).run().expect("compressed");
    let written = files(&compressed, FileState::Written);
    assert_eq!(
        written,
        [
            ".well-known/security.txt.br",
            ".well-known/security.txt.gz",
            ".well-known/security.txt.zst",
            "assets/main-B1a2C3d4.js.br",
            "assets/main-B1a2C3d4.js.gz",
            "assets/main-B1a2C3d4.js.zst",
            "index.html.br",
            "index.html.gz",
            "index.html.zst",
        ],
        "nothing of a picture, an empty file, a tiny one, or .vite"
    );
    for name in written {
        let path = dist.path().join(name);
        let source = path.with_extension("");
        assert_eq!(decoded(&path), fs::read(&source).expect("a file"), "{name}");
        let (encoded, plain) = (fs::metadata(&path).expect("a file"), fs::metadata(&source).expect("a file"));
        assert_eq!(encoded.modified().ok(), plain.modified().ok(), "{name}");
        assert_eq!(encoded.permissions(), plain.permissions(), "{name}");
    }
    assert!(walk(dist.path()).iter().all(|name| !name.contains(".compress-")), "no draft is left");
    for file in compressed.files() {
        let on_disk = fs::metadata(dist.path().join(&file.file)).expect("a file").len();
        assert_eq!(file.size, on_disk);
        assert!(file.original.is_some_and(|original| file.size * 100 <= original * 95), "{file:?}");
    }
}

#[test]
fn equal_files_give_equal_bytes_and_a_second_run_changes_nothing() {
    let (one, other) = (build(), build());
    for dist in [&one, &other] {
        Compress::new(dist.path()).run().expect("compressed");
    }
    let first = tree(one.path());
    assert_eq!(first, tree(other.path()));
    let again = Compress::new(one.path()).run().expect("compressed");
    assert_eq!(again.changes().count(), 0);
    assert_eq!(files(&again, FileState::Unchanged).len(), 6);
    assert_eq!(first, tree(one.path()));
}

#[test]
fn stale_encodings_are_replaced_or_removed_and_archives_are_kept() {
    let dist = build();
    dist.write("download.tar.gz", "an archive without a plain file");
    dist.write("assets/photo.png.gz", "by another tool, newer than its file");
    Compress::new(dist.path()).zstd(true).run().expect("compressed");
    fs::remove_file(dist.path().join("index.html")).expect("removed");
    dist.write("assets/main-B1a2C3d4.js", &text(1000));
    dist.write(".well-known/security.txt", "a");
    let compressed = Compress::new(dist.path()).run().expect("compressed");
    assert_eq!(
        files(&compressed, FileState::Written),
        ["assets/main-B1a2C3d4.js.br", "assets/main-B1a2C3d4.js.gz"]
    );
    assert_eq!(
        files(&compressed, FileState::Removed),
        [
            ".well-known/security.txt.br",
            ".well-known/security.txt.gz",
            ".well-known/security.txt.zst",
            "assets/main-B1a2C3d4.js.zst",
            "index.html.br",
            "index.html.gz",
            "index.html.zst",
        ]
    );
    for file in compressed.files() {
        assert_eq!(dist.path().join(&file.file).exists(), file.state != FileState::Removed, "{file:?}");
    }
    assert!(dist.path().join("download.tar.gz").exists() && dist.path().join("assets/photo.png.gz").exists());
    assert_eq!(decoded(&dist.path().join("assets/main-B1a2C3d4.js.br")), text(1000).into_bytes());
}

#[test]
fn an_encoding_by_another_tool_is_stale_if_older_than_its_file() {
    let dist = build();
    dist.write("tiny.txt.gz", "of another tool");
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let file = fs::File::options().write(true).open(dist.path().join("tiny.txt.gz")).expect("a file");
    file.set_modified(old).expect("a time");
    let compressed = Compress::new(dist.path()).run().expect("compressed");
    assert_eq!(files(&compressed, FileState::Removed), ["tiny.txt.gz"]);
}

#[test]
fn a_check_reports_changes_and_writes_nothing() {
    let dist = build();
    let before = tree(dist.path());
    let checked = Compress::new(dist.path()).check().expect("checked");
    assert_eq!(before, tree(dist.path()));
    assert_eq!(checked, Compress::new(dist.path()).run().expect("compressed"));
    assert_eq!(Compress::new(dist.path()).check().expect("checked").changes().count(), 0);
    dist.write("index.html", &text(60));
    let stale = Compress::new(dist.path()).check().expect("checked");
    assert_eq!(files(&stale, FileState::Written), ["index.html.br", "index.html.gz"]);
}

#[test]
fn progress_ends_at_the_sum_of_the_sizes() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    let dist = build();
    let most = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&most);
    let compress = Compress::new(dist.path()).progress(move |done, total| {
        assert!(done <= total);
        seen.fetch_max(done, Ordering::Relaxed);
    });
    compress.run().expect("compressed");
    let hidden = fs::metadata(dist.path().join(".vite/manifest.json")).expect("a file").len();
    let record = fs::metadata(dist.path().join(".vite/compressed.json")).expect("a file").len();
    let variants: u64 = walk(dist.path())
        .iter()
        .filter(|name| name.ends_with(".br") || name.ends_with(".gz"))
        .map(|name| fs::metadata(dist.path().join(name)).expect("a file").len())
        .sum();
    let all: u64 = walk(dist.path())
        .iter()
        .map(|name| fs::metadata(dist.path().join(name)).expect("a file").len())
        .sum();
    assert_eq!(most.load(Ordering::Relaxed), all - hidden - record - variants);
}

#[test]
fn a_missing_or_unwritable_directory_is_an_error() {
    let text = fails(Compress::new("no/such/dist").run(), ErrorKind::Io);
    assert!(text == "cannot read no/such/dist\nhelp: run `npm run build` first", "{text}");
    let dist = build();
    fs::create_dir(dist.path().join("index.html.br")).expect("a folder in the way");
    let text = fails(Compress::new(dist.path()).run(), ErrorKind::Io);
    assert!(text.ends_with("index.html.br"), "{text}");
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_compressed() {
    let dist = build();
    let outside = Dist::new(&[("secret.js", &text(100))]);
    std::os::unix::fs::symlink(outside.path().join("secret.js"), dist.path().join("link.js"))
        .expect("a link");
    std::os::unix::fs::symlink(outside.path(), dist.path().join("folder")).expect("a link");
    let compressed = Compress::new(dist.path()).run().expect("compressed");
    assert!(
        compressed.files().iter().all(|file| !file.file.contains("link") && !file.file.contains("folder"))
    );
    assert_eq!(walk(outside.path()), ["secret.js"]);
}
