//! `cargo run` in two steps: a build while the old application still runs, then a start as cargo
//! does it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use cargo_metadata::{Message, Metadata, MetadataCommand, Package};
use vite_bridge::Error;
use vite_bridge::spawn::{OutputStream, ProcessGroup};

use super::diagnostics::{CompileError, Diagnostics};
use super::output::{Writer, keep_colors};

/// A `cargo run` command, split into its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CargoRun {
    cargo: String,
    /// The options before `run`: `+nightly`, `--offline`.
    before: Vec<String>,
    options: Vec<String>,
    /// The arguments of the application.
    pub(super) arguments: Vec<String>,
}

/// Options of `cargo run` whose value may be the next argument. The first other argument without a
/// `-` belongs to the application.
const WITH_VALUE: [&str; 18] = [
    "--artifact-dir",
    "--bin",
    "--color",
    "--config",
    "--example",
    "--features",
    "--jobs",
    "--lockfile-path",
    "--manifest-path",
    "--message-format",
    "--package",
    "--profile",
    "--target",
    "--target-dir",
    "-F",
    "-j",
    "-p",
    "-Z",
];

impl CargoRun {
    /// Splits a command, or returns `None` if it is not `cargo run`.
    pub(super) fn parse(command: &[String]) -> Option<Self> {
        let (cargo, rest) = command.split_first()?;
        if Path::new(cargo).file_stem()? != "cargo" {
            return None;
        }
        let run = after_options(rest, |argument| argument.starts_with('+'));
        let (before, rest) = rest.split_at_checked(run)?;
        let (_, rest) = rest.split_first().filter(|(name, _)| matches!(name.as_str(), "run" | "r"))?;
        let (options, arguments) = rest.split_at_checked(after_options(rest, |_| false))?;
        let arguments = arguments.strip_prefix(&["--".to_owned()]).unwrap_or(arguments);
        let [before, options, arguments] = [before, options, arguments].map(<[String]>::to_vec);
        Some(Self { cargo: cargo.clone(), before, options, arguments })
    }

    /// Runs `cargo metadata` for the packages and their dependencies.
    pub(super) fn metadata(&self) -> Result<Metadata, cargo_metadata::Error> {
        let mut metadata = MetadataCommand::new();
        if let Some(manifest) = self.value_of("--manifest-path") {
            metadata.manifest_path(manifest);
        }
        metadata.cargo_path(&self.cargo).exec()
    }

    /// Starts `cargo build` with the options of the command.
    pub(super) fn build(&self, metadata: Option<&Metadata>) -> Result<Build, Error> {
        let mut command = Command::new(&self.cargo);
        command.args(&self.before).arg("build").args(&self.options);
        if let Some(name) = metadata.and_then(|metadata| self.default_run(metadata)) {
            command.args(["--bin", &name]);
        }
        command.arg("--message-format=json-diagnostic-rendered-ansi");
        keep_colors(&mut command);
        let output = Arc::new(Mutex::new(Output::default()));
        let (shared, prefix) = (Arc::clone(&output), Writer::Cargo.prefix());
        let read = move |stream, line: &[u8]| {
            let line = String::from_utf8_lossy(line);
            let mut output = shared.lock().unwrap_or_else(PoisonError::into_inner);
            match stream {
                OutputStream::Stdout => output.message(&line, &prefix),
                OutputStream::Stderr => output.status(line.trim_end(), &prefix),
            }
        };
        Ok(Build { group: ProcessGroup::spawn_with(&mut command, read)?, output })
    }

    /// Returns the field `default-run` of the package, unless the command names a program.
    fn default_run(&self, metadata: &Metadata) -> Option<String> {
        if self.value_of("--bin").or_else(|| self.value_of("--example")).is_some() {
            return None;
        }
        let package = match self.value_of("--package").or_else(|| self.value_of("-p")) {
            Some(name) => metadata.packages.iter().find(|package| package.name.as_str() == name)?,
            None => metadata.root_package()?,
        };
        package.default_run.clone()
    }

    fn value_of(&self, option: &str) -> Option<&str> {
        let mut options = self.options.iter();
        options
            .find_map(|argument| {
                argument
                    .strip_prefix(option)
                    .and_then(|rest| rest.strip_prefix('='))
                    .map(Some)
                    .or((argument == option).then_some(None))
            })?
            .or_else(|| options.next().map(String::as_str))
    }
}

/// Returns the number of leading arguments that are options or values of options.
fn after_options(arguments: &[String], is_more: impl Fn(&str) -> bool) -> usize {
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        if argument == "--" || !(argument.starts_with('-') || is_more(argument)) {
            break;
        }
        at += if WITH_VALUE.contains(&argument.as_str()) { 2 } else { 1 };
    }
    at.min(arguments.len())
}

/// A running build.
#[derive(Debug)]
pub(super) struct Build {
    group: ProcessGroup,
    output: Arc<Mutex<Output>>,
}

/// The result of a build.
#[derive(Debug)]
pub(super) enum Built {
    Program(Program),
    Failed(CompileError),
}

/// A program that cargo built.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) executable: PathBuf,
    package: Option<String>,
}

/// The parsed output of cargo.
#[derive(Debug, Default)]
struct Output {
    programs: Vec<Program>,
    diagnostics: Diagnostics,
}

impl Output {
    fn message(&mut self, line: &str, prefix: &str) {
        match serde_json::from_str(line) {
            Ok(Message::CompilerMessage(message)) => {
                let text = message.message.rendered.as_deref().unwrap_or(&message.message.message);
                text.lines().for_each(|line| anstream::eprintln!("{prefix}{line}"));
                self.diagnostics.add(message.message);
            }
            Ok(Message::CompilerArtifact(artifact)) => {
                let package = Some(artifact.package_id.repr.clone());
                let program = artifact.executable.map(|path| Program { executable: path.into(), package });
                self.programs.extend(program);
            }
            Ok(_) => {}
            // The line is not JSON, so it comes from a build script or another program.
            Err(_) => anstream::eprintln!("{prefix}{}", line.trim_end()),
        }
    }

    fn status(&mut self, line: &str, prefix: &str) {
        anstream::eprintln!("{prefix}{line}");
        self.diagnostics.status(line);
    }
}

impl Build {
    /// Returns whether the build succeeded, or `None` while it runs.
    pub(super) fn poll(&mut self) -> Result<Option<bool>, Error> {
        Ok(self.group.try_wait()?.map(|status| status.success()))
    }

    /// Returns the result after the build has ended.
    pub(super) fn finish(self, is_success: bool) -> Built {
        let Self { group, output } = self;
        // Dropping the group waits until the last lines are read.
        drop(group);
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        let Output { programs, diagnostics } = std::mem::take(&mut *output);
        match (is_success, programs.as_slice()) {
            (true, [program]) => Built::Program(program.clone()),
            (true, []) => Built::Failed(
                CompileError::other("cargo built no program")
                    .with_help("select a package with `--package` or a binary with `--bin`"),
            ),
            (true, several) => {
                let names: Vec<_> =
                    several.iter().filter_map(|one| one.executable.file_stem()?.to_str()).collect();
                let message = format!("cargo built several programs: {}", names.join(", "));
                let help = "select one with `--bin`, or set `default-run` in Cargo.toml";
                Built::Failed(CompileError::other(message).with_help(help))
            }
            (false, _) => Built::Failed(diagnostics.into_error()),
        }
    }
}

impl Program {
    /// Returns the command for the program, with the environment variables of its package that
    /// `cargo run` sets.
    pub(super) fn command(&self, run: &CargoRun, metadata: Option<&Metadata>) -> Command {
        let mut command = Command::new(&self.executable);
        command.args(&run.arguments).env("CARGO", &run.cargo);
        let is_own = |package: &&Package| Some(&package.id.repr) == self.package.as_ref();
        if let Some(package) = metadata.and_then(|metadata| metadata.packages.iter().find(is_own)) {
            let folder = package.manifest_path.parent().map(ToString::to_string).unwrap_or_default();
            command.env("CARGO_MANIFEST_DIR", folder).env("CARGO_MANIFEST_PATH", &package.manifest_path);
            command.env("CARGO_PKG_NAME", package.name.as_str());
            command.env("CARGO_PKG_VERSION", package.version.to_string());
        }
        command
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by a panic")]
mod tests {
    use super::CargoRun;

    fn parse(line: &str) -> Option<[String; 3]> {
        let command: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let run = CargoRun::parse(&command)?;
        Some([run.before, run.options, run.arguments].map(|arguments| arguments.join(" ")))
    }

    #[test]
    fn a_cargo_run_is_split_into_its_own_options_and_the_arguments_of_the_application() {
        let cases = [
            ("cargo run", ["", "", ""]),
            ("cargo r", ["", "", ""]),
            ("cargo +nightly --offline run --release", ["+nightly --offline", "--release", ""]),
            ("cargo --config a.b=1 run -p app", ["--config a.b=1", "-p app", ""]),
            ("cargo run --example demo -- --port 1", ["", "--example demo", "--port 1"]),
            ("cargo run --bin=app 3000 --verbose", ["", "--bin=app", "3000 --verbose"]),
            ("/usr/bin/cargo run -F a,b -j 2 serve", ["", "-F a,b -j 2", "serve"]),
        ];
        for (line, parts) in cases {
            assert_eq!(parse(line), Some(parts.map(str::to_owned)), "{line}");
        }
        for other in ["cargo leptos run", "just run", "cargo", "cargo test", "./run", ""] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn the_value_of_an_option_is_found_in_both_spellings() {
        let command =
            ["cargo", "run", "--example", "demo", "--manifest-path=a/Cargo.toml"].map(str::to_owned);
        let run = CargoRun::parse(&command).expect("a run");
        assert_eq!(run.value_of("--example"), Some("demo"));
        assert_eq!(run.value_of("--manifest-path"), Some("a/Cargo.toml"));
        assert_eq!(run.value_of("--bin"), None);
    }
}
