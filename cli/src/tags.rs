//! `vite-bridge tags`: prints the tags of entries.

use anstream::println;
use clap::ValueEnum;
use vite_bridge::{Builder, Crossorigin, CssOrder, Digest, Error, Integrity, Mode, Page, Tags};

use crate::args::BuildArgs;
use crate::cli_error::CliError;
use crate::outcome::Outcome;
use crate::print::print_json;

/// Print the tags of entries, as a template prints them
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    build: BuildArgs,
    /// The order of stylesheets
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = Order::DependencyFirst)]
    css_order: Order,
    /// Print development tags for the Vite server at this URL, which includes the base. Needs no
    /// build, and does not check names
    #[arg(long, value_name = "URL")]
    dev_url: Option<String>,
    /// Begin with the preamble of React Refresh
    #[arg(long, requires = "dev_url")]
    react: bool,
    /// Check that every file in the manifest exists
    #[arg(long)]
    verify_files: bool,
    /// Add this nonce to every element
    #[arg(long, value_name = "VALUE")]
    nonce: Option<String>,
    /// Add a crossorigin attribute to scripts, preloads and stylesheets
    #[arg(long, value_name = "VALUE", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "")]
    crossorigin: Option<Cors>,
    /// The source of the integrity attributes; `compute` hashes the files with SHA-384
    #[arg(long, value_name = "SOURCE", value_enum, default_value_t = Source::Manifest)]
    integrity: Source,
    /// Print no modulepreload tags for imported scripts
    #[arg(long)]
    no_modulepreload: bool,
    /// The output format; `link` is the value of a Link header
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Html)]
    format: Format,
    /// Keys of the manifest, source files, or names of entries
    #[arg(value_name = "ENTRY")]
    entries: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    DependencyFirst,
    EntryFirst,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Cors {
    #[value(name = "", alias = "true")]
    Bare,
    Anonymous,
    UseCredentials,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Source {
    Off,
    Manifest,
    Compute,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Json,
    Link,
}

pub(crate) fn run(args: &Args) -> Outcome {
    match tags(args) {
        Ok(tags) => {
            print(&tags, args);
            Outcome::Done
        }
        Err(error) => CliError::from(error).report(args.format == Format::Json),
    }
}

fn tags(args: &Args) -> Result<Tags, Error> {
    let page = builder(args).open()?.page();
    let page = args.nonce.as_deref().map_or(page.clone(), |nonce| Page::with_nonce(page, nonce));
    page.tags(&args.entries)
}

fn builder(args: &Args) -> Builder {
    let builder = args
        .build
        .builder()
        .css_order(match args.css_order {
            Order::DependencyFirst => CssOrder::DependencyFirst,
            Order::EntryFirst => CssOrder::EntryFirst,
        })
        .crossorigin(match args.crossorigin {
            None => Crossorigin::Auto,
            Some(Cors::Bare) => Crossorigin::Bare,
            Some(Cors::Anonymous) => Crossorigin::Anonymous,
            Some(Cors::UseCredentials) => Crossorigin::UseCredentials,
        })
        .integrity(match args.integrity {
            Source::Off => Integrity::Off,
            Source::Manifest => Integrity::Manifest,
            Source::Compute => Integrity::Compute(Digest::Sha384),
        })
        .modulepreload(!args.no_modulepreload)
        .verify_files(args.verify_files);
    match &args.dev_url {
        Some(url) => builder.mode(Mode::Development).dev_server(url).react(args.react),
        None => builder,
    }
}

fn print(tags: &Tags, args: &Args) {
    match args.format {
        Format::Json => print_json(tags),
        // Early hints do not help in development, since modules change with every edit.
        Format::Link if args.dev_url.is_some() => {}
        Format::Link => println_unless_empty(&tags.link_header()),
        Format::Html => println_unless_empty(&tags.to_string()),
    }
}

fn println_unless_empty(text: &str) {
    if !text.is_empty() {
        println!("{text}");
    }
}
