//! `vite-bridge compress`: writes compressed copies of the files of a build.

use std::path::PathBuf;
use std::time::Duration;

use anstream::println;
use humansize::{DECIMAL, format_size};
use indicatif::{ProgressBar, ProgressStyle};
use vite_bridge::compress::{Compress, Compressed, CompressedFile, FileState};

use crate::cli_error::CliError;
use crate::code;
use crate::outcome::Outcome;
use crate::print::{count, print_json};

/// Write a .br and a .gz file for each file of a build that compresses well
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The output directory of the build
    #[arg(value_name = "DIST", default_value = "dist")]
    dist: PathBuf,
    /// Also write .zst files
    #[arg(long)]
    zstd: bool,
    /// Write nothing, and fail if a compressed file is missing or out of date
    #[arg(long)]
    check: bool,
    /// Print JSON: {files: [{file, size, original, state}]}. The sizes are in bytes
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let bar = progress_bar();
    let shown = bar.clone();
    let compress = Compress::new(&args.dist).zstd(args.zstd).progress(move |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    });
    let compressed = if args.check { compress.check() } else { compress.run() };
    bar.finish_and_clear();
    match compressed {
        Err(error) => CliError::from(error).report(args.json),
        Ok(compressed) => {
            if args.json {
                print_json(&compressed);
            } else {
                print(&compressed, args);
            }
            let is_stale = args.check && compressed.changes().next().is_some();
            if is_stale { Outcome::Failed } else { Outcome::Done }
        }
    }
}

/// Creates a progress bar. It is hidden unless standard error is a terminal.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:30} {decimal_bytes} of {decimal_total_bytes}, {eta} left");
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
            let message = format!("{} in {dist}", count(changes, "stale compressed file"));
            CliError::new(code::COMPRESSED_OUTDATED, message)
                .with_help(format!("run `vite-bridge {command} {dist}`"))
                .report(false);
            return;
        }
    }
    for extension in ["br", "gz", "zst"] {
        let is_written = |file: &&CompressedFile| {
            file.state != FileState::Removed && file.file.ends_with(&format!(".{extension}"))
        };
        let files: Vec<_> = compressed.files().iter().filter(is_written).collect();
        if !files.is_empty() {
            let size: u64 = files.iter().map(|file| file.size).sum();
            let original: u64 = files.iter().filter_map(|file| file.original).sum();
            let (size, original) = (format_size(size, DECIMAL), format_size(original, DECIMAL));
            println!("{:9} {original} to {size}", format!("{} .{extension}", files.len()));
        }
    }
    let in_state = |state: FileState| compressed.files().iter().filter(|file| file.state == state).count();
    let (written, unchanged) = (in_state(FileState::Written), in_state(FileState::Unchanged));
    println!("{written} written, {unchanged} unchanged, {} removed", in_state(FileState::Removed));
}

fn print_stale(file: &CompressedFile) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let why = match (file.state, file.original) {
        (FileState::Written, _) => "missing or out of date",
        (_, None) => "its original file is gone",
        (_, Some(_)) => "no longer needed",
    };
    println!("{}: {style}stale{style:#}: {why}", file.file);
}
