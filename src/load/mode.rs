//! Mode: where tags and files come from, and the environment that overrides it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// Where tags and files come from; chosen at run time.
///
/// The environment variable `VITE_BRIDGE_MODE` (`auto`, `development`, `production`, `disabled`) overrides
/// [`Builder::mode`](crate::Builder::mode); any other text in it is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Mode {
    /// In a debug build the dev server, if the npm plugin's file says that one runs and it answers; else the build. A release
    /// build ignores the file.
    #[default]
    Auto,
    /// The dev server named by [`Builder::dev_server`](crate::Builder::dev_server), in any profile.
    Development,
    /// The build.
    Production,
    /// Nothing is printed and no build is needed: for unit tests.
    Disabled,
}

impl Mode {
    /// Returns the name, as `VITE_BRIDGE_MODE` has it: `auto`, `development`, `production` or `disabled`.
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
    /// What the environment says, where it says anything.
    pub(super) fn from_environment() -> Result<Option<Self>, Error> {
        match std::env::var(VARIABLE) {
            Ok(mode) if !mode.is_empty() => mode.parse().map(Some),
            _ => Ok(None),
        }
    }
}
