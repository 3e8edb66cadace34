//! Scanner: the templates of a project, and what they name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::askama;
use super::config::Config;
use super::inline::RustTemplates;
use super::language::{SyntaxError, Template};
use super::receivers::Receivers;
use super::scanned::{Call, Place, Scanned};
use super::sources::{Source, clean, files};
use super::urls::urls;
use crate::build::graph::bare_name;
use crate::error::{Error, ErrorKind};

/// Finds what the templates of a project name: Askama's, in files and in `#[template(source = "...")]` of Rust files.
///
/// Calls of `tags`, `styles`, `scripts`, `preloads`, `urls`, `block`, `asset`, `inline` and `preload` count, on a receiver whose last name is
/// `vite` or `page`, and the filters `vite_tags` and so on. A page is followed through `let`, macro arguments and includes. What is
/// no literal is reported, never guessed. Not looked into: the arguments of Rust macros, and templates in doc comments.
///
/// # Examples
///
/// ```no_run
/// use vite_bridge::scan::Scanner;
///
/// let scanned = Scanner::new(".").scan()?;
/// for (entry, places) in scanned.entries() {
///     println!("{entry}, at {}", places[0]);
/// }
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scanner {
    root: PathBuf,
    templates: Option<Vec<String>>,
    sources: Vec<String>,
    receivers: BTreeSet<String>,
    allow_empty: bool,
}

impl Scanner {
    /// The project in a folder, its `askama.toml` included; templates in Rust files below `src/`.
    pub fn new(root: impl AsRef<Path>) -> Self {
        Self {
            root: root.as_ref().to_owned(),
            templates: None,
            sources: vec!["src".to_owned()],
            receivers: ["page", "vite"].map(str::to_owned).into(),
            allow_empty: false,
        }
    }

    /// The folders of templates, in place of those of `askama.toml` (`templates`).
    #[must_use]
    pub fn templates<S: Into<String>>(mut self, folders: impl IntoIterator<Item = S>) -> Self {
        self.templates = Some(folders.into_iter().map(Into::into).collect());
        self
    }

    /// The folders of Rust files, in place of `src`.
    #[must_use]
    pub fn sources<S: Into<String>>(mut self, folders: impl IntoIterator<Item = S>) -> Self {
        self.sources = folders.into_iter().map(Into::into).collect();
        self
    }

    /// Another name, beside `vite` and `page`, that a page has in templates.
    #[must_use]
    pub fn receiver(mut self, name: impl Into<String>) -> Self {
        self.receivers.insert(name.into());
        self
    }

    /// Whether a project without templates is none to complain of. Default: no.
    #[must_use]
    pub fn allow_empty(mut self, allow: bool) -> Self {
        self.allow_empty = allow;
        self
    }

    /// Where templates are looked for, there or not.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] of `askama.toml`.
    pub fn folders(&self) -> Result<Vec<PathBuf>, Error> {
        let config = Config::read(&self.root)?;
        let folders = self.templates.as_ref().unwrap_or(&config.dirs);
        Ok(folders.iter().map(|folder| self.root.join(folder)).collect())
    }

    /// Scans.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] of `askama.toml`, [`ErrorKind::NoTemplates`], and [`ErrorKind::Io`]. What does not parse is among
    /// [`Scanned::faults`].
    pub fn scan(&self) -> Result<Scanned, Error> {
        let config = Config::read(&self.root)?;
        let folders = self.templates.as_ref().unwrap_or(&config.dirs);
        let mut texts = Vec::new();
        let mut scanned = Scanned::default();
        let rust = files(&self.root, &self.sources, Some("rs"))?;
        let mut syntaxes = BTreeMap::new();
        for file in &rust {
            match RustTemplates::read(&file.text) {
                Ok(found) => {
                    syntaxes.extend(found.syntaxes);
                    texts.extend(found.inline.into_iter().map(|inline| Text::inline(file, inline)));
                }
                Err((at, message)) => scanned.syntax_errors.push((file.place_of(at), message)),
            }
        }
        let templates = files(&self.root, folders, None)?;
        texts.extend(templates.iter().map(|file| Text::from_file(file, syntaxes.get(&file.name))));
        if texts.is_empty() && !self.allow_empty {
            return Err(self.no_templates(folders));
        }
        self.read(&texts, &config, folders, &mut scanned)?;
        Ok(scanned)
    }

    /// Scans the text of one template, with Askama's own delimiters, as an editor may.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::scan::Scanner;
    ///
    /// let scanned = Scanner::new(".").scan_text("home.html", r#"{{ vite.tags("src/main.ts")? }}"#);
    /// assert_eq!(scanned.entries()["src/main.ts"][0].to_string(), "home.html:1:14");
    /// ```
    #[must_use]
    pub fn scan_text(&self, name: &str, text: &str) -> Scanned {
        let mut scanned = Scanned::default();
        let source = Source { place: name.into(), name: name.to_owned(), text: text.to_owned() };
        let texts = [Text::from_file(&source, None)];
        // Nothing is asked of a configuration that is the default.
        let _ = self.read(&texts, &Config::default(), &[], &mut scanned);
        scanned
    }

    /// Reads templates, and follows pages through them.
    fn read(
        &self,
        texts: &[Text<'_>],
        config: &Config,
        folders: &[String],
        scanned: &mut Scanned,
    ) -> Result<(), Error> {
        scanned.templates = texts.len();
        let mut templates = Vec::new();
        for text in texts {
            let syntax = config.syntax(text.syntax.as_deref())?;
            templates.push(askama::read(&text.text, &syntax).unwrap_or_else(
                |SyntaxError { at, message }| {
                    scanned.syntax_errors.push((text.place(at), message));
                    Template::default()
                },
            ));
        }
        let find = |path: &str, from: usize| find(path, texts.get(from)?, folders, texts);
        let receivers = Receivers::follow(&templates, &self.receivers, find);
        for (at, (text, template)) in texts.iter().zip(&templates).enumerate() {
            scanned.calls.extend(calls(at, text, template, &receivers));
            let urls = urls(&text.text, &template.texts).into_iter();
            scanned.urls.extend(urls.map(|(url, at)| (url.to_owned(), text.place(at))));
        }
        scanned.calls.sort_by(|one, other| one.place.cmp(&other.place));
        Ok(())
    }

    fn no_templates(&self, folders: &[String]) -> Error {
        let message = format!(
            "no templates in {} below {}, and none in Rust files below {}",
            folders.join(", "),
            self.root.display(),
            self.sources.join(", ")
        );
        Error::new(ErrorKind::NoTemplates, message)
            .with_help("name the folder with `--templates DIR`, or allow a project without templates with `--allow-empty`")
    }
}

/// A template's text, and where it stands.
struct Text<'s> {
    source: &'s Source,
    text: std::borrow::Cow<'s, str>,
    /// For each byte where it comes from; none of a file of its own.
    places: Option<Vec<usize>>,
    syntax: Option<String>,
}

impl<'s> Text<'s> {
    fn from_file(source: &'s Source, syntax: Option<&String>) -> Self {
        Self { source, text: source.text.as_str().into(), places: None, syntax: syntax.cloned() }
    }

    fn inline(source: &'s Source, inline: super::inline::Inline) -> Self {
        Self { source, text: inline.text.into(), places: Some(inline.places), syntax: inline.syntax }
    }

    fn place(&self, at: usize) -> Place {
        self.source
            .place_of(self.places.as_ref().map_or(at, |places| places.get(at).copied().unwrap_or_default()))
    }
}

/// As Askama looks: beside the template, then in each folder.
fn find(path: &str, from: &Text<'_>, folders: &[String], texts: &[Text<'_>]) -> Option<usize> {
    let beside = from.source.place.with_file_name("").join(path);
    let places = std::iter::once(beside).chain(folders.iter().map(|folder| Path::new(folder).join(path)));
    places
        .map(|place| clean(&place))
        .find_map(|place| texts.iter().position(|text| text.places.is_none() && text.source.place == place))
}

fn calls(at: usize, text: &Text<'_>, template: &Template, receivers: &Receivers<'_>) -> Vec<Call> {
    let uses = template.scopes.iter().enumerate().flat_map(|(number, scope)| {
        let is_page = move |names: &[String]| receivers.is_page((at, number), names);
        scope.uses.iter().filter(move |used| used.receiver.as_deref().is_none_or(is_page))
    });
    uses.map(|used| Call {
        method: used.method,
        names: used.names.iter().map(|(name, at)| (bare_name(name).to_owned(), text.place(*at))).collect(),
        is_dynamic: used.is_dynamic,
        place: text.place(used.at),
    })
    .collect()
}
