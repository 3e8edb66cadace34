//! `vite-bridge compress`: encodings beside a build's files.

use std::path::PathBuf;
use std::time::Duration;

use anstream::println;
use humansize::{DECIMAL, format_size};
use indicatif::{ProgressBar, ProgressStyle};
use vite_bridge::compress::{Compress, Compressed, CompressedFile, FileState};

use crate::args::{count, fail, fail_with, print_json};
use crate::code;
use crate::outcome::Outcome;

/// Write .br and .gz beside each file of a build that gets smaller by it
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The build's output directory
    #[arg(value_name = "DIST", default_value = "dist")]
    dist: PathBuf,
    /// Write .zst too
    #[arg(long)]
    zstd: bool,
    /// Write nothing; fail if there were something to write or to remove
    #[arg(long)]
    check: bool,
    /// Print JSON: {files: [{file, size, original, state}]}, sizes in bytes
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let bar = bar();
    let shown = bar.clone();
    let compress = Compress::new(&args.dist).zstd(args.zstd).progress(move |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    });
    let compressed = if args.check { compress.check() } else { compress.run() };
    bar.finish_and_clear();
    match compressed {
        Err(error) => fail(&error, args.json),
        Ok(compressed) => {
            if args.json {
                print_json(&compressed);
            } else {
                print(&compressed, args);
            }
            let is_as_checked = !args.check || compressed.changes().next().is_none();
            if is_as_checked { Outcome::Done } else { Outcome::Faults }
        }
    }
}

/// On a terminal alone.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn print(compressed: &Compressed, args: &Args) {
    if args.check {
        compressed.changes().for_each(print_stale);
        let changes = compressed.changes().count();
        if changes > 0 {
            let command = if args.zstd { "compress --zstd" } else { "compress" };
            let dist = args.dist.display();
            let text = format!("{}; run `vite-bridge {command} {dist}`", count(changes, "fault"));
            fail_with(Some(code::COMPRESSED_OUTDATED), &text);
            return;
        }
    }
    for extension in ["br", "gz", "zst"] {
        let is = |file: &&CompressedFile| {
            file.state != FileState::Removed && file.file.ends_with(&format!(".{extension}"))
        };
        let files: Vec<_> = compressed.files().iter().filter(is).collect();
        if !files.is_empty() {
            let size: u64 = files.iter().map(|file| file.size).sum();
            let original: u64 = files.iter().filter_map(|file| file.original).sum();
            let (size, original) = (format_size(size, DECIMAL), format_size(original, DECIMAL));
            println!("{:9} {original} to {size}", format!("{} .{extension}", files.len()));
        }
    }
    let of = |state: FileState| compressed.files().iter().filter(|file| file.state == state).count();
    let (written, unchanged) = (of(FileState::Written), of(FileState::Unchanged));
    println!("{written} written, {unchanged} as they were, {} removed", of(FileState::Removed));
}

fn print_stale(file: &CompressedFile) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let why = match (file.state, file.original) {
        (FileState::Written, _) => "is missing, or of another content",
        (_, None) => "is of a file that is gone",
        (_, Some(_)) => "does not belong to its file, or is not worth its place",
    };
    println!("{}: {style}stale{style:#}: {why}", file.file);
}
