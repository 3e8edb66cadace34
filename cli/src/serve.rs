//! `vite-bridge serve`: a production server for the files of a build.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anstream::println;
use axum::Router;
use axum::http::header::CACHE_CONTROL;
use axum::http::{Method, StatusCode, Uri};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use vite_bridge::{Builder, Sourcemaps, Vite};

use crate::cli_error::CliError;
use crate::code;
use crate::outcome::Outcome;

/// Serve the files of a build as an application in production does: as a preview, or as a file
/// server
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The output directory of the build. Without a manifest, no file is sent as immutable
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// Vite's base [default: the base that the plugin recorded, otherwise /]
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// The address to listen on
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:4173")]
    addr: SocketAddr,
    /// The max-age in seconds of files without a hash in their name. With `none`, no Cache-Control
    /// header is sent
    #[arg(long, value_name = "SECONDS|none", default_value = "60", value_parser = max_age)]
    max_age: MaxAge,
    /// Whether to serve source maps
    #[arg(long, value_name = "WHETHER", default_value = "serve")]
    sourcemaps: Maps,
    /// Do not allow other origins to read the files
    #[arg(long)]
    no_cors: bool,
    /// Serve x/index.html at /x/
    #[arg(long)]
    index: bool,
    /// Whether to serve .well-known. All other dotfiles stay hidden
    #[arg(long, value_name = "WHICH", default_value = "deny")]
    dotfiles: Dotfiles,
    /// Switch to a new build without a restart
    #[arg(long)]
    watch: bool,
    /// The level of the log on standard error; debug logs every request
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log: Level,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Debug, Clone, Copy)]
struct MaxAge(Option<Duration>);

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Maps {
    Serve,
    Deny,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Dotfiles {
    Deny,
    WellKnown,
}

fn max_age(text: &str) -> Result<MaxAge, String> {
    if text == "none" {
        return Ok(MaxAge(None));
    }
    let seconds = text.parse().map_err(|_| "expected a number of seconds or `none`".to_owned())?;
    Ok(MaxAge(Some(Duration::from_secs(seconds))))
}

pub(crate) fn run(args: &Args) -> Outcome {
    set_up_log(args.log);
    let opened = builder(args).open().map(|vite| app(&vite));
    let app = match opened {
        Ok(app) => app,
        Err(error) => return CliError::from(error).report(false),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(listen(args.addr, app))) {
        Ok(()) => Outcome::Done,
        Err(error) => cannot_listen(args.addr, &error).report(false),
    }
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> CliError {
    let message = format!("cannot listen on {address}");
    CliError::unavailable(code::CANNOT_LISTEN, message)
        .with_source(error)
        .with_help("choose another address with `--addr`")
}

fn builder(args: &Args) -> Builder {
    let builder =
        Vite::builder(&args.dist).for_tools().serve_files(true).require_manifest(false).watch(args.watch);
    let sourcemaps = match args.sourcemaps {
        Maps::Serve => Sourcemaps::serve(),
        Maps::Deny => Sourcemaps::deny(),
    };
    let builder = builder.max_age(args.max_age.0).sourcemaps(sourcemaps).cors(!args.no_cors);
    let builder = builder.index_files(args.index).well_known(args.dotfiles == Dotfiles::WellKnown);
    match &args.base {
        Some(base) => builder.base(base),
        None => builder,
    }
}

/// Sends the log of the library to standard error.
fn set_up_log(level: Level) {
    let level = match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let filter = tracing_subscriber::filter::Targets::new().with_target("vite_bridge", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
}

/// Returns a router that serves only the build. A 404 response is not cached, since the next build
/// may have the file.
fn app(vite: &Vite) -> Router {
    vite.mount(Router::new().fallback(|method: Method, uri: Uri| async move {
        tracing::debug!(%method, path = uri.path(), status = 404, "file not found");
        (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], "file not found\n")
    }))
}

async fn listen(address: SocketAddr, app: Router) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/", listener.local_addr()?);
    vite_bridge::axum::serve(listener, app).with_graceful_shutdown(stop_signal()).await
}

/// Waits for Ctrl-C or for SIGTERM and SIGHUP, which service managers send.
///
/// On Windows, waits for Ctrl-C, Ctrl-Break, and the end of the console. Without a signal handler,
/// waits forever: the system then ends the process.
async fn stop_signal() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let mut sender = Some(sender);
    let heard = ctrlc::set_handler(move || drop(sender.take()));
    if heard.is_ok() {
        // The handler drops the sender, so the receiver returns an error.
        let _: Result<(), _> = receiver.await;
    } else {
        std::future::pending::<()>().await;
    }
}
