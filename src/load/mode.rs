//! Mode: the source of tags and files, and the environment variable that overrides it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// The source of tags and files, selected at run time.
///
/// The environment variable `VITE_BRIDGE_MODE` (`auto`, `development`, `production` or `disabled`)
/// overrides [`Builder::mode`](crate::Builder::mode). An empty value is ignored. For any other
/// value, [`Builder::open`](crate::Builder::open) returns [`ErrorKind::InvalidMode`].
///
/// # Examples
///
/// ```
/// use vite_bridge::Mode;
///
/// let mode: Mode = "production".parse()?;
/// assert_eq!(mode, Mode::Production);
/// assert_eq!(Mode::default(), Mode::Auto);
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Mode {
    /// Selects the dev server in a debug build if the plugin's dev file names one that runs.
    /// Otherwise selects the build.
    ///
    /// In a debug build without a dev server and without a build, pages wait for the dev server
    /// (feature `watch`). They also wait if the dev file names a server that does not answer. A
    /// release build ignores the dev file.
    #[default]
    Auto,
    /// Selects the dev server that [`Builder::dev_server`](crate::Builder::dev_server) names, in
    /// debug and release builds.
    Development,
    /// Selects the build.
    Production,
    /// Prints nothing and needs no build, for unit tests.
    Disabled,
}

impl Mode {
    /// Returns the name of the mode, as in `VITE_BRIDGE_MODE`: `auto`, `development`, `production`
    /// or `disabled`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Development => "development",
            Self::Production => "production",
            Self::Disabled => "disabled",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "auto" => Ok(Self::Auto),
            "development" => Ok(Self::Development),
            "production" => Ok(Self::Production),
            "disabled" => Ok(Self::Disabled),
            other => Err(Error::new(ErrorKind::InvalidMode, format!("unknown mode {other:?}"))
                .with_help("set VITE_BRIDGE_MODE to auto, development, production or disabled")),
        }
    }
}

const VARIABLE: &str = "VITE_BRIDGE_MODE";

impl Mode {
    /// Reads the mode from the environment, if the variable is set.
    pub(super) fn from_environment() -> Result<Option<Self>, Error> {
        match std::env::var(VARIABLE) {
            Ok(mode) if !mode.is_empty() => mode.parse().map(Some),
            _ => Ok(None),
        }
    }
}
