//! `vite-bridge serve`: a production server for one build.

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
use vite_bridge::{Builder, Error, Mode, Sourcemaps, Vite};

use crate::args::{fail, fail_with};
use crate::code;
use crate::outcome::Outcome;

/// Serve a build as an application in production does: to look at it, or as a server of its own
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The build's output directory; without a manifest in it nothing is immutable
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// Vite's base [default: what the plugin recorded, else /]
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// Where to listen
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:4173")]
    addr: SocketAddr,
    /// How long a file without a hash in its name may be kept; none for no Cache-Control
    #[arg(long, value_name = "SECONDS|none", default_value = "60", value_parser = max_age)]
    max_age: MaxAge,
    /// Whether source maps are served
    #[arg(long, value_name = "WHETHER", default_value = "serve")]
    sourcemaps: Maps,
    /// Let no other origin read the files
    #[arg(long)]
    no_cors: bool,
    /// Serve x/index.html at /x/
    #[arg(long)]
    index: bool,
    /// Whether .well-known is served, alone of all names with a dot in front
    #[arg(long, value_name = "WHICH", default_value = "deny")]
    dotfiles: Dotfiles,
    /// Show a new build without a restart
    #[arg(long)]
    watch: bool,
    /// What is logged, on standard error: debug has every request
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
    let seconds = text.parse().map_err(|_| "it is neither a number of seconds nor `none`".to_owned())?;
    Ok(MaxAge(Some(Duration::from_secs(seconds))))
}

pub(crate) fn run(args: &Args) -> Outcome {
    log(args.log);
    let opened = builder(args).open().and_then(|vite| app(&vite));
    let app = match opened {
        Ok(app) => app,
        Err(error) => return fail(&error, false),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(listen(args.addr, app))) {
        Ok(()) => Outcome::Done,
        Err(fault) => {
            fail_with(Some(code::CANNOT_LISTEN), &format!("cannot serve at {}: {fault}", args.addr));
            Outcome::Elsewhere
        }
    }
}

fn builder(args: &Args) -> Builder {
    let builder = Vite::builder(&args.dist).mode(Mode::Production).read_environment(false);
    let builder = builder.require_manifest(false).verify_files(false).watch(args.watch);
    let sourcemaps = match args.sourcemaps {
        Maps::Serve => Sourcemaps::Serve,
        Maps::Deny => Sourcemaps::Deny,
    };
    let builder = builder.max_age(args.max_age.0).sourcemaps(sourcemaps).cors(!args.no_cors);
    let builder = builder.index_files(args.index).well_known(args.dotfiles == Dotfiles::WellKnown);
    match &args.base {
        Some(base) => builder.base(base),
        None => builder,
    }
}

/// The crate's own lines.
fn log(level: Level) {
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

/// Nothing but the build: what it has not is nowhere, and may be there after the next one.
fn app(vite: &Vite) -> Result<Router, Error> {
    vite.mount(Router::new().fallback(|method: Method, uri: Uri| async move {
        tracing::debug!(%method, path = uri.path(), status = 404, "not there");
        (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], "there is no such file\n")
    }))
}

async fn listen(address: SocketAddr, app: Router) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/", listener.local_addr()?);
    vite_bridge::axum::serve(listener, app).with_graceful_shutdown(stop()).await
}

/// Ctrl-C, and what ends a service.
async fn stop() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let mut sender = Some(sender);
    let heard = ctrlc::set_handler(move || drop(sender.take()));
    if heard.is_ok() {
        // Its end is the signal.
        let _: Result<(), _> = receiver.await;
    } else {
        std::future::pending::<()>().await;
    }
}
