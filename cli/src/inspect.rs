//! `vite-bridge inspect`: shows the files of an entry and their sizes.

use anstream::println;
use anstyle::{AnsiColor, Style};
use humansize::{DECIMAL, format_size};
use serde::Serialize;
use vite_bridge::Error;
use vite_bridge::build::Build;
use vite_bridge::manifest::FileKind;

use crate::args::BuildArgs;
use crate::cli_error::CliError;
use crate::outcome::Outcome;
use crate::print::{count, print_json};
use crate::tree::{Entry, File, Node};

/// Show the files that an entry loads at once and later, with their sizes
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "the comments are the help text, which is not Markdown")]
pub(crate) struct Args {
    #[command(flatten)]
    build: BuildArgs,
    /// Print JSON: {base, base_note, build_id, entries: [{entry, now, later, tree}]}. The sizes
    /// (size, br, gzip, zstd) are in bytes
    #[arg(long)]
    json: bool,
    /// A key of the manifest, a source file, or the name of an entry [default: a summary of all
    /// entries]
    #[arg(value_name = "ENTRY")]
    entry: Option<String>,
}

#[derive(Debug, Serialize)]
struct Report {
    base: String,
    base_note: String,
    build_id: String,
    entries: Vec<Entry>,
}

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

pub(crate) fn run(args: &Args) -> Outcome {
    match report(args) {
        Ok(report) if args.json => print_json(&report),
        Ok(report) => print(&report, args.entry.is_some()),
        Err(error) => return CliError::from(error).report(args.json),
    }
    Outcome::Done
}

fn report(args: &Args) -> Result<Report, Error> {
    let build = args.build.builder().load_build()?;
    let dist = args.build.dist();
    let keys = match &args.entry {
        Some(name) => vec![build.graph().find(name)?.0],
        None => entries(&build),
    };
    Ok(Report {
        base: build.base().to_string(),
        base_note: base_note(&build, args.build.has_base()),
        build_id: build.id().to_owned(),
        entries: keys.into_iter().map(|key| Entry::new(build.graph(), key, &dist)).collect(),
    })
}

fn entries(build: &Build) -> Vec<&str> {
    let is_entry = |chunk: &vite_bridge::manifest::Chunk| chunk.is_entry() && chunk.kind() != FileKind::Asset;
    build.graph().manifest().iter().filter(|(_, chunk)| is_entry(chunk)).map(|(key, _)| key).collect()
}

/// Returns the source of the base, since a manifest does not record it, and a warning for a
/// relative base.
fn base_note(build: &Build, is_given: bool) -> String {
    let source = match build.info().and_then(|info| info.base()) {
        _ if is_given => "from --base",
        Some(_) => "recorded by the plugin",
        None => {
            "assumed, because the manifest does not record it; pass the `base` of vite.config.js with --base"
        }
    };
    if build.base().is_relative() {
        return format!(
            "{source}; relative, so tags are correct only on pages in the output directory: set `.base(..)` to the URL path of the files"
        );
    }
    source.to_owned()
}

fn print(report: &Report, with_tree: bool) {
    println!("base {BOLD}{:?}{BOLD:#} {DIM}({}){DIM:#}", report.base, report.base_note);
    println!("build {}", report.build_id);
    for entry in &report.entries {
        println!();
        if with_tree {
            entry.tree.iter().for_each(print_node);
        } else {
            println!("{BOLD}{}{BOLD:#}", entry.entry);
        }
        println!("at once: {}", total(&entry.now));
        println!("later:   {}", total(&entry.later));
    }
    if report.entries.is_empty() {
        println!("the build has no entries");
    }
}

fn print_node(node: &Node) {
    let indent = "  ".repeat(node.depth);
    let arrow = match (node.depth, node.later) {
        (0, _) => "",
        (_, true) => "later: ",
        (_, false) => "imports ",
    };
    let again = if node.again { " (shown elsewhere)" } else { "" };
    println!("{indent}{DIM}{arrow}{DIM:#}{BOLD}{}{BOLD:#}{DIM}{again}{DIM:#}", node.key);
    if node.again {
        return;
    }
    for file in std::iter::once(&node.file).chain(&node.css).chain(&node.assets) {
        let style = style(file.kind);
        println!("{indent}  {style}{:6}{style:#} {} {DIM}{}{DIM:#}", file.kind, file.file, size(file));
    }
}

fn style(kind: &str) -> Style {
    match kind {
        "script" => AnsiColor::Yellow.on_default(),
        "style" => AnsiColor::Blue.on_default(),
        _ => AnsiColor::Green.on_default(),
    }
}

/// Returns the sizes of a file: `12 kB (br 3 kB, gzip 4 kB)`.
fn size(file: &File) -> String {
    let Some(size) = file.size else { return "missing".to_owned() };
    let encodings = [("br", file.br), ("gzip", file.gzip), ("zstd", file.zstd)];
    let sizes = encodings
        .iter()
        .filter_map(|(name, size)| Some(format!("{name} {}", format_size((*size)?, DECIMAL))));
    let sizes: Vec<_> = sizes.collect();
    let encoded = if sizes.is_empty() { String::new() } else { format!(" ({})", sizes.join(", ")) };
    format!("{}{encoded}", format_size(size, DECIMAL))
}

fn total(files: &[File]) -> String {
    let kind = |name: &str| files.iter().filter(|file| file.kind == name).count();
    let bytes: u64 = files.iter().filter_map(|file| file.size).sum();
    let sent: u64 = files.iter().filter_map(File::smallest).sum();
    let compressed = if files.iter().any(File::is_compressed) {
        format!(", {} compressed", format_size(sent, DECIMAL))
    } else {
        String::new()
    };
    let (scripts, styles) = (count(kind("script"), "script"), count(kind("style"), "stylesheet"));
    format!("{}{compressed} ({scripts}, {styles})", format_size(bytes, DECIMAL))
}
