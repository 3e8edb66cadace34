//! `vite-bridge explain`: prints the explanation of a code.

use anstream::println;

use crate::cli_error::CliError;
use crate::outcome::Outcome;

/// The troubleshooting page of the documentation, which explains every code.
pub(crate) const TEXT: &str = vite_bridge::guide::troubleshooting::TEXT;

/// Explain the code of a problem: cause, example, and cure
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The code, for example `unknown_entry` [default: list all codes]
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let Some(code) = &args.code else {
        entries(TEXT).for_each(|(code, _)| println!("{code}"));
        return Outcome::Done;
    };
    if let Some((_, text)) = entries(TEXT).find(|(known, _)| known == code) {
        println!("{text}");
        return Outcome::Done;
    }
    let close: Vec<_> = entries(TEXT)
        .map(|(known, _)| known)
        .filter(|known| known.contains(code.as_str()) || code.contains(known))
        .collect();
    let help = if close.is_empty() {
        "run `vite-bridge explain` to list all codes".to_owned()
    } else {
        format!("use one of the similar codes: {}", close.join(", "))
    };
    CliError::without_code(format!("unknown code {code:?}")).with_help(help).report(false)
}

/// Returns the codes of the troubleshooting page with their explanations.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("\n## `").skip(1).filter_map(|entry| {
        let (code, text) = entry.split_once("`\n")?;
        // The next chapter begins with a heading of the first level.
        Some((code, text.split("\n# ").next()?.trim()))
    })
}
