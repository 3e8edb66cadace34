//! The kind of a file, by its extension only.

use std::fmt;

/// The kind of a file: script, stylesheet or asset.
///
/// The extension of the built file decides, never the key of the manifest. Vite 5 writes a key
/// `_shared-!~{00w}~.js` whose file is CSS, and the legacy plugin writes a key `x-legacy.css` whose
/// file is JavaScript.
///
/// # Examples
///
/// ```
/// use vite_bridge::manifest::FileKind;
///
/// assert_eq!(FileKind::from_file("assets/main-D4c3B2a1.css"), FileKind::Style);
/// assert_eq!(FileKind::from_source("src/main.scss"), FileKind::Style);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// A module: `.js`, `.mjs` or `.cjs`.
    Script,
    /// A stylesheet: `.css`.
    Style,
    /// Any other file, such as an image or a font.
    Asset,
}

impl FileKind {
    /// Returns the kind of a built file.
    #[must_use]
    pub fn from_file(file: &str) -> Self {
        match extension(file) {
            "js" | "mjs" | "cjs" => Self::Script,
            "css" => Self::Style,
            _ => Self::Asset,
        }
    }

    /// Returns the kind of a source in development, where Vite compiles each source under its own
    /// name.
    ///
    /// The extensions of Vite's `CSS_LANGS_RE` are stylesheets. Any other source is a script,
    /// because Vite serves it as a module.
    #[must_use]
    pub fn from_source(path: &str) -> Self {
        match extension(path) {
            "css" | "less" | "sass" | "scss" | "styl" | "stylus" | "pcss" | "postcss" | "sss" => Self::Style,
            _ => Self::Script,
        }
    }

    /// Returns whether a source is an image, a font, audio or video.
    pub(crate) fn is_media_source(path: &str) -> bool {
        // `.ts` is TypeScript, but the list of media types has it as an MPEG transport stream.
        extension(path) != "ts"
            && mime_guess::from_path(path).first_raw().is_some_and(|media_type| {
                ["image/", "font/", "audio/", "video/"].iter().any(|kind| media_type.starts_with(kind))
            })
    }

    /// Returns the name in JSON: `script`, `style` or `asset`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Style => "style",
            Self::Asset => "asset",
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The preload of a file: `as`, media type, and whether the browser fetches it with CORS.
///
/// Browsers fetch fonts and the files of `fetch()` with CORS (WHATWG HTML, 4.6.8.14 "preload").
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreloadAs {
    pub(crate) destination: &'static str,
    pub(crate) media_type: Option<&'static str>,
    pub(crate) cors: bool,
}

impl PreloadAs {
    pub(crate) fn from_file(file: &str) -> Self {
        let media_type = mime_guess::from_path(file).first_raw();
        let destination = match media_type.and_then(|media_type| media_type.split('/').next()) {
            Some("font") => "font",
            Some("image") => "image",
            Some("audio") => "audio",
            Some("video") => "video",
            _ if matches!(extension(file), "eot" | "ttc") => "font",
            _ if extension(file) == "vtt" => "track",
            _ if FileKind::from_file(file) == FileKind::Style => "style",
            _ => "fetch",
        };
        Self { destination, media_type, cors: matches!(destination, "font" | "fetch") }
    }
}

fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
