//! FileKind: what a file is to a browser, by its extension and by nothing else.

/// Script, stylesheet or asset.
///
/// Decided by the extension of a built file, never by a manifest's key: Vite 5 has a key `_shared-!~{00w}~.js` whose
/// file is CSS, and the legacy plugin a key `x-legacy.css` whose file is JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// `.js`, `.mjs`, `.cjs`: a module.
    Script,
    /// `.css`.
    Style,
    /// Anything else: an image, a font, a worker's data.
    Asset,
}

impl FileKind {
    /// The kind of a built file.
    #[must_use]
    pub fn from_file(file: &str) -> Self {
        match extension(file) {
            "js" | "mjs" | "cjs" => Self::Script,
            "css" => Self::Style,
            _ => Self::Asset,
        }
    }

    /// The kind that a source has in development, where Vite compiles it under its own name.
    ///
    /// The extensions are those of Vite's `CSS_LANGS_RE`.
    #[must_use]
    pub fn from_source(path: &str) -> Self {
        match extension(path) {
            "css" | "less" | "sass" | "scss" | "styl" | "stylus" | "pcss" | "postcss" | "sss" => Self::Style,
            _ => Self::Script,
        }
    }

    /// Whether a source is neither a script nor a style in any language that Vite knows: an image, a font.
    pub(crate) fn is_media_source(path: &str) -> bool {
        // `.ts` is TypeScript here; the list of media types knows it as an MPEG transport stream.
        extension(path) != "ts"
            && mime_guess::from_path(path).first_raw().is_some_and(|media_type| {
                ["image/", "font/", "audio/", "video/"].iter().any(|kind| media_type.starts_with(kind))
            })
    }

    /// The name in JSON: `script`, `style`, `asset`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Style => "style",
            Self::Asset => "asset",
        }
    }
}

/// How a file is preloaded: the `as` of `<link rel="preload">`, its media type, and whether it is fetched with CORS.
///
/// Fonts always are, and so is what `fetch()` reads (WHATWG HTML, 4.6.8.14 "preload").
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
