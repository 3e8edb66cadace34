//! The error of a command, with its message and its help apart.

use std::error::Error as StdError;

use anstream::eprintln;
use vite_bridge::{Error, ErrorKind};

use crate::outcome::Outcome;
use crate::print::{more, print_json};

/// An error that ends a command.
///
/// The message says what failed and where. The help is one imperative sentence.
#[derive(Debug)]
pub(crate) struct CliError {
    code: Option<&'static str>,
    message: String,
    help: Option<String>,
    suggestions: Vec<String>,
    /// The address of the explanation. Only errors of the library have one.
    url: Option<String>,
    outcome: Outcome,
}

impl CliError {
    /// Creates an error of the project. The exit status is 1.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code: Some(code), ..Self::without_code(message) }
    }

    /// Creates an error that has no entry in the list of codes. The exit status is 1.
    pub(crate) fn without_code(message: impl Into<String>) -> Self {
        Self {
            code: None,
            message: message.into(),
            help: None,
            suggestions: Vec::new(),
            url: None,
            outcome: Outcome::Failed,
        }
    }

    /// Creates an error of a program, port, or server that is unavailable. The exit status is 3.
    pub(crate) fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        Self { outcome: Outcome::Unavailable, ..Self::new(code, message) }
    }

    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Appends the text of an error and of all its causes to the message.
    pub(crate) fn with_source(mut self, source: &dyn StdError) -> Self {
        self.message.push_str(&causes(Some(source)));
        self
    }

    /// Prints the error on standard error. With `json`, also prints it as an object on standard
    /// output.
    pub(crate) fn report(&self, json: bool) -> Outcome {
        if json {
            print_json(&serde_json::json!({ "error": {
                "kind": self.code,
                "message": self.message,
                "help": self.help,
                "suggestions": self.suggestions,
                "url": self.url,
            }}));
        }
        let red = anstyle::AnsiColor::Red.on_default().bold();
        let code = self.code.map(|code| format!("[{code}]")).unwrap_or_default();
        eprintln!("{red}error{code}{red:#}: {}", self.message);
        if let Some(help) = &self.help {
            eprintln!("  = help: {help}");
        }
        if let Some(code) = self.code {
            eprintln!("  = {}", more(code));
        }
        self.outcome
    }
}

impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        let kind = error.kind();
        let is_unavailable = kind == ErrorKind::DevServerNotStarted;
        Self {
            code: Some(kind.as_str()),
            message: message_with_causes(&error),
            help: error.help().map(str::to_owned),
            suggestions: error.suggestions().to_vec(),
            url: Some(kind.url()),
            outcome: if is_unavailable { Outcome::Unavailable } else { Outcome::Failed },
        }
    }
}

/// Returns the message of an error and the text of each of its causes, separated by colons.
pub(crate) fn message_with_causes(error: &Error) -> String {
    format!("{}{}", error.message(), causes(error.source()))
}

fn causes(first: Option<&dyn StdError>) -> String {
    let mut text = String::new();
    let mut next = first;
    while let Some(error) = next {
        text.push_str(&format!(": {error}"));
        next = error.source();
    }
    text
}
