//! A check of the project's English: long sentences, and phrases that are hard to read.
//!
//! It only finds candidates. Readers decide which sentences are good.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// The largest number of words in a sentence that passes.
const LONGEST: usize = 30;

/// Phrases of translated English. CONTRIBUTING says what to write instead.
const PHRASES: &str = r"(?ix)\b(?:
    (?:is|are)\ (?:no|none)
    | to\ be\ had | held\ against | asked\ of | that\ of | those\ of | in\ silence | the\ one\ before | the\ very
    | nobody | whatever | all\ the\ same| as\ it\ is | by\ it | of\ (?:its|our|their)\ own | in\ place\ of
    | what\ (?:is|was|it|they|a|the|does|has|one|lies|stands|comes|came|may|can|no|needs|there)
    | whole | for\ who | so\ that\ nothing | holds?\ (?:no|it)
)\b";

/// A long sentence or a listed phrase, with its place.
#[derive(Debug)]
pub(super) struct Stumble(pub(super) String);

/// The number of sentences in a list of files, and the stumbles in them.
#[derive(Default)]
pub(super) struct Prose {
    pub(super) sentences: usize,
    pub(super) stumbles: Vec<Stumble>,
}

struct Patterns {
    phrases: Regex,
    code: Regex,
    link: Regex,
    end: Regex,
    comment: Regex,
}

impl Patterns {
    fn new() -> Self {
        let pattern = |text: &str| Regex::new(text).expect("a pattern");
        Self {
            phrases: pattern(PHRASES),
            code: pattern(r"`[^`]*`|\{[^}]*\}"),
            link: pattern(r"\[([^\]]*)\](?:\([^)]*\))?"),
            end: pattern(r"[.!?;:]\s+"),
            comment: pattern(r"^\s*(?://[/!]?|\*|/\*\*?)\s?(.*)$"),
        }
    }
}

impl Prose {
    pub(super) fn read(root: &Path, files: &[PathBuf]) -> Self {
        let patterns = Patterns::new();
        let mut prose = Self::default();
        for path in files {
            let text = fs::read_to_string(path).expect("a file");
            let place = path.strip_prefix(root).unwrap_or(path).display().to_string();
            for (line, paragraph) in paragraphs(path, &text, &patterns.comment) {
                prose.add(&format!("{place}:{line}"), &paragraph, &patterns);
            }
        }
        prose
    }

    fn add(&mut self, place: &str, paragraph: &str, patterns: &Patterns) {
        let text = patterns.code.replace_all(paragraph, "X");
        let text = patterns.link.replace_all(&text, "$1").replace("no longer", "not");
        for sentence in patterns.end.split(&text) {
            let words =
                sentence.split_whitespace().filter(|word| word.starts_with(char::is_alphabetic)).count();
            if words == 0 {
                continue;
            }
            self.sentences += 1;
            if words > LONGEST {
                self.stumbles.push(Stumble(format!("{place}: {words} words: {sentence}")));
            }
            for found in patterns.phrases.find_iter(sentence) {
                self.stumbles.push(Stumble(format!("{place}: \"{}\": {sentence}", found.as_str())));
            }
        }
    }
}

/// Returns the paragraphs of a file with their line numbers: the text outside of code in Markdown,
/// the comments in source code.
fn paragraphs(path: &Path, text: &str, comment: &Regex) -> Vec<(usize, String)> {
    let is_markdown = path.extension().is_some_and(|extension| extension == "md");
    let mut found = Vec::new();
    let mut open = (0, String::new());
    let mut is_code = false;
    for (number, line) in text.lines().enumerate().chain([(usize::MAX, "")]) {
        let line = if is_markdown {
            Some(line)
        } else {
            comment.captures(line).and_then(|all| all.get(1)).map(|text| text.as_str())
        };
        let line = line.unwrap_or_default().trim();
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        let is_item = line.starts_with("- ")
            || line.starts_with("* ")
            || line.starts_with('|')
            || line.starts_with('#');
        if is_code || is_fence || line.is_empty() || is_item {
            found.extend((!open.1.is_empty()).then(|| std::mem::take(&mut open)));
        }
        if is_code || is_fence || line.is_empty() || line.starts_with('#') || line.starts_with('@') {
            continue;
        }
        if line.starts_with('|') {
            found.extend(line.split('|').map(|cell| (number + 1, cell.trim().to_owned())));
            continue;
        }
        if open.1.is_empty() {
            open.0 = number + 1;
        }
        open.1.push_str(line);
        open.1.push(' ');
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Patterns, Prose, paragraphs};

    #[test]
    fn code_is_skipped_and_a_long_sentence_is_found() {
        let patterns = Patterns::new();
        let text = "/// Reads the file.\n/// ```\n/// what is this\n/// ```\nfn x() {}\n";
        assert_eq!(paragraphs(Path::new("a.rs"), text, &patterns.comment).len(), 1);
        let mut prose = Prose::default();
        prose.add("a.rs:1", &"word ".repeat(31), &patterns);
        prose.add("a.rs:2", "Nobody knows what is there.", &patterns);
        assert_eq!((prose.sentences, prose.stumbles.len()), (2, 3), "{:?}", prose.stumbles);
    }
}
