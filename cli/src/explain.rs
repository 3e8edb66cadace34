//! `vite-bridge explain`: what a code means.

use anstream::println;

use crate::args::fail_with;
use crate::outcome::Outcome;

/// Every code, as the documentation has it.
pub(crate) const TEXT: &str = vite_bridge::guide::troubleshooting::TEXT;

/// Explain the code of an error or a fault: cause, example, cure
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The code, such as `unknown_entry` [default: list all of them]
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
    let close = entries(TEXT)
        .map(|(known, _)| known)
        .filter(|known| known.contains(code.as_str()) || code.contains(known));
    let close: Vec<_> = close.collect();
    let hint = if close.is_empty() {
        "`vite-bridge explain` lists them".to_owned()
    } else {
        format!("there is {}", close.join(", "))
    };
    fail_with(None, &format!("no error has the code {code:?}; {hint}"))
}

/// Codes with their entries.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("\n## `").skip(1).filter_map(|entry| {
        let (code, text) = entry.split_once("`\n")?;
        // Up to the next chapter.
        Some((code, text.split("\n# ").next()?.trim()))
    })
}
