//! Addresses: Vite's `base`, a development server's address, and the URL of a file below either.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use crate::error::{Error, ErrorKind};

/// The WHATWG path percent-encode set (URL Standard, 1.3) plus `%`, since a file name is no URL yet.
///
/// Nothing more: the URL in a tag must be the very string that the build's chunks import, or the browser
/// loads a module twice. Non-ASCII is always encoded.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%');

/// The public base path of a build, as `base` in Vite's config: where the built files are found by a browser.
///
/// | text | meaning |
/// |---|---|
/// | `/`, `/build/`, `/build` | a path on the application's own origin; a missing last slash is added |
/// | `https://cdn.example.com/x/` | another origin |
/// | `//cdn.example.com/x/` | another origin, by the page's own scheme |
/// | `./`, empty | relative to the page: right only for pages that lie in the output directory itself |
///
/// See <https://vite.dev/config/shared-options.html#base>.
///
/// # Examples
///
/// ```
/// use vite_bridge::url::Base;
///
/// let base: Base = "/static".parse()?;
/// assert_eq!(base.href("assets/a b.js"), "/static/assets/a%20b.js");
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Base {
    text: Box<str>,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Path,
    Relative,
    CrossOrigin,
}

impl Base {
    /// The base as text; it is empty, or ends with a slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the base is `./` or empty.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        self.form == Form::Relative
    }

    /// Whether the base names an origin of its own, as a CDN does.
    #[must_use]
    pub fn is_cross_origin(&self) -> bool {
        self.form == Form::CrossOrigin
    }

    /// The path at which a server of these files has them, with a slash at both ends: behind a CDN that of its URL.
    #[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "a server asks"))]
    pub(crate) fn mount(&self) -> &str {
        match self.form {
            Form::Path => &self.text,
            Form::Relative => "/",
            Form::CrossOrigin => {
                let authority = self.text.split_once("//").map_or("", |(_, rest)| rest);
                authority.find('/').and_then(|at| authority.get(at..)).unwrap_or("/")
            }
        }
    }

    /// The URL of a file of the build, percent-encoded, not HTML-escaped.
    #[must_use]
    pub fn href(&self, file: &str) -> String {
        let mut href = String::with_capacity(self.text.len() + file.len());
        href.push_str(&self.text);
        push_path(&mut href, file);
        href
    }
}

impl Default for Base {
    fn default() -> Self {
        Self { text: "/".into(), form: Form::Path }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Base {
    type Err = Error;

    /// # Errors
    ///
    /// [`ErrorKind::InvalidBase`] for what Vite would not take as `base`: no leading slash, a query, a
    /// fragment, another scheme than http and https.
    fn from_str(text: &str) -> Result<Self, Error> {
        if matches!(text, "" | "." | "./") {
            let text = if text == "." { "./" } else { text };
            return Ok(Self { text: text.into(), form: Form::Relative });
        }
        if text.contains('\\') {
            return Err(invalid_base(text, "it contains a backslash"));
        }
        if let Some(rest) = text.strip_prefix("//") {
            let url = parse_base(text, &format!("https://{rest}"))?;
            let authority = rest.split('/').next().unwrap_or_default();
            return Ok(Self {
                text: format!("//{authority}{}", with_slash(url.path())).into(),
                form: Form::CrossOrigin,
            });
        }
        if text.starts_with('/') {
            // As Vite resolves it: against a made-up host (packages/vite/src/node/config.ts, resolveBaseUrl).
            let url = parse_base(text, &format!("http://vite.dev{text}"))?;
            return Ok(Self { text: with_slash(url.path()).into(), form: Form::Path });
        }
        if text.contains("://") {
            let url = parse_base(text, text)?;
            return Ok(Self { text: with_slash(url.as_str()).into(), form: Form::CrossOrigin });
        }
        Err(invalid_base(text, "it must start with `/`, `./`, `//` or `https://`"))
    }
}

/// The address of a development server, Vite's `base` included: `http://localhost:5173/static/`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(Box<str>);

impl Origin {
    /// The address as text; it ends with a slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, the port always said: `localhost:5173`.
    pub(crate) fn authority(&self) -> String {
        let url = Url::parse(&self.0).ok();
        let parts = url.as_ref().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
        parts.map_or_else(String::new, |(host, port)| format!("{host}:{port}"))
    }

    /// The address as sources of a Content Security Policy: for requests, and for its socket.
    pub(crate) fn policy_sources(&self) -> (String, String) {
        let origin =
            Url::parse(&self.0).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization());
        let socket = origin.replacen("http", "ws", 1);
        (origin, socket)
    }

    /// The address's path: Vite's `base` on any other port.
    #[must_use]
    pub fn base(&self) -> Base {
        let path = Url::parse(&self.0).map_or_else(|_| "/".to_owned(), |url| url.path().to_owned());
        Base { text: path.into(), form: Form::Path }
    }

    /// The URL of a path below the server's base, percent-encoded, not HTML-escaped.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        let mut href = self.0.to_string();
        push_path(&mut href, path);
        href
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = Error;

    /// # Errors
    ///
    /// [`ErrorKind::InvalidDevServer`] for anything but an http or https URL with a host.
    fn from_str(text: &str) -> Result<Self, Error> {
        let invalid = |why: &str| {
            Error::new(
                ErrorKind::InvalidDevServer,
                format!("invalid address of a dev server: {text:?}: {why}"),
            )
            .with_help("write the address as Vite prints it, e.g. http://localhost:5173/")
        };
        let url = Url::parse(text).map_err(|source| invalid(&source.to_string()))?;
        check_web_url(&url).map_err(invalid)?;
        Ok(Self(with_slash(url.as_str()).into()))
    }
}

fn parse_base(text: &str, url: &str) -> Result<Url, Error> {
    let url = Url::parse(url).map_err(|source| invalid_base(text, &source.to_string()))?;
    check_web_url(&url).map_err(|why| invalid_base(text, why))?;
    Ok(url)
}

fn check_web_url(url: &Url) -> Result<(), &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("its scheme is neither http nor https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it contains a user name or password");
    }
    if url.query().is_some() {
        return Err("it contains a query");
    }
    if url.fragment().is_some() {
        return Err("it contains a fragment");
    }
    Ok(())
}

fn invalid_base(text: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidBase, format!("invalid base {text:?}: {why}")).with_help(
        "use the value of `base` in vite.config.js, e.g. /, /static/, ./ or https://cdn.example.com/app/",
    )
}

fn with_slash(text: &str) -> Cow<'_, str> {
    if text.ends_with('/') { text.into() } else { format!("{text}/").into() }
}

fn push_path(href: &mut String, path: &str) {
    let path = path.strip_prefix("./").unwrap_or(path).trim_start_matches('/');
    if path.contains('\\') {
        href.extend(utf8_percent_encode(&path.replace('\\', "/"), PATH));
    } else {
        href.extend(utf8_percent_encode(path, PATH));
    }
}
