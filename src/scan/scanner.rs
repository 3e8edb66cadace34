//! `Scanner`: reads the templates of a project.

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

/// A scanner that finds the entries and assets that a project's Askama templates use.
///
/// It reads template files and templates in Rust files (`#[template(source = "...")]`). In
/// templates, it finds:
///
/// - Calls of `tags`, `styles`, `scripts`, `preloads`, `urls`, `group`, `asset`, `inline` and
///   `preload` on a receiver that is named `vite` or `page`, such as `vite` or `self.vite`. Add
///   other names with [`receiver`](Self::receiver).
/// - The same calls on a page that has another name because of `let`, a macro argument, or an
///   include. Calls on `once()`, `clone()` and `with_nonce(..)` count, too.
/// - The filters `vite_tags`, `vite_group`, and so on: `vite_` and the name of a method.
///
/// A name that is not a string literal is never guessed; see [`Call::is_dynamic`]. Constants of
/// [`Codegen`](crate::codegen::Codegen) such as `entries::SRC_MAIN_TS` are skipped outside groups,
/// because the compiler checks them.
///
/// The scanner skips the arguments of Rust macros, templates in doc comments, dotfiles, files that
/// are not UTF-8, and the folders `node_modules` and `target`. It follows symbolic links.
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
    /// Creates a scanner for the project in a folder.
    ///
    /// It reads `askama.toml` in this folder, the template folders that it names (default:
    /// `templates`), and templates in Rust files below `src`.
    pub fn new(root: impl AsRef<Path>) -> Self {
        Self {
            root: root.as_ref().to_owned(),
            templates: None,
            sources: vec!["src".to_owned()],
            receivers: ["page", "vite"].map(str::to_owned).into(),
            allow_empty: false,
        }
    }

    /// Sets the template folders. Default: `dirs` in `askama.toml`, otherwise `templates`.
    ///
    /// The folders are relative to the folder of the scanner. A missing folder is skipped.
    #[must_use]
    pub fn templates<S: Into<String>>(mut self, folders: impl IntoIterator<Item = S>) -> Self {
        self.templates = Some(folders.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the folders of Rust files. Default: `src`.
    ///
    /// The folders are relative to the folder of the scanner. A missing folder is skipped.
    #[must_use]
    pub fn sources<S: Into<String>>(mut self, folders: impl IntoIterator<Item = S>) -> Self {
        self.sources = folders.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a name under which templates use a page. Default: `vite` and `page`.
    #[must_use]
    pub fn receiver(mut self, name: impl Into<String>) -> Self {
        self.receivers.insert(name.into());
        self
    }

    /// Allows a project that has no templates. Default: `false`.
    #[must_use]
    pub fn allow_empty(mut self, allow: bool) -> Self {
        self.allow_empty = allow;
        self
    }

    /// Returns the template folders, whether they exist or not.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::AskamaConfigInvalid`] if `askama.toml` cannot be read or is invalid.
    pub fn folders(&self) -> Result<Vec<PathBuf>, Error> {
        let config = Config::read(&self.root)?;
        let folders = self.templates.as_ref().unwrap_or(&config.dirs);
        Ok(folders.iter().map(|folder| self.root.join(folder)).collect())
    }

    /// Scans the project.
    ///
    /// A syntax error does not stop the scan; see [`Scanned::syntax_errors`].
    ///
    /// # Errors
    ///
    /// - Returns [`ErrorKind::AskamaConfigInvalid`] if `askama.toml` cannot be read, is invalid, or lacks
    ///   a syntax that a template names.
    /// - Returns [`ErrorKind::NoTemplates`] if there are no templates. See
    ///   [`allow_empty`](Self::allow_empty).
    /// - Returns [`ErrorKind::Io`] if a file or folder cannot be read.
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

    /// Scans the text of one template with Askama's default delimiters, for example in an editor.
    ///
    /// `name` is the path that positions contain. `askama.toml` is not read, and includes and
    /// imported macros are not followed.
    ///
    /// # Examples
    ///
    /// ```
    /// use vite_bridge::scan::Scanner;
    ///
    /// let template = r#"{{ vite.tags("src/main.ts")? }}"#;
    /// let scanned = Scanner::new(".").scan_text("home.html", template);
    /// assert_eq!(scanned.entries()["src/main.ts"][0].to_string(), "home.html:1:14");
    /// ```
    #[must_use]
    pub fn scan_text(&self, name: &str, text: &str) -> Scanned {
        let mut scanned = Scanned::default();
        let source = Source { place: name.into(), name: name.to_owned(), text: text.to_owned() };
        let texts = [Text::from_file(&source, None)];
        // The default configuration cannot fail.
        let _ = self.read(&texts, &Config::default(), &[], &mut scanned);
        scanned
    }

    /// Reads templates, and adds their calls and URLs to `scanned`.
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
            .with_help("name the folders with `templates(..)`, or call `allow_empty(true)`")
    }
}

/// The text of a template, and its position in a file.
struct Text<'s> {
    source: &'s Source,
    text: std::borrow::Cow<'s, str>,
    /// For a template inside a Rust file, the file offset of each byte.
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

/// Resolves a path as Askama does: relative to the template, then in each template folder.
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
        scope.uses.iter().filter(move |found| found.receiver.as_deref().is_none_or(is_page))
    });
    uses.map(|found| Call {
        method: found.method,
        names: found.names.iter().map(|(name, at)| (bare_name(name).to_owned(), text.place(*at))).collect(),
        is_dynamic: found.is_dynamic,
        place: text.place(found.at),
    })
    .collect()
}
