//! Addresses: Vite's `base`, the address of a dev server, and URLs of files below them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use crate::error::{Error, ErrorKind};

/// The WHATWG path percent-encode set (URL Standard, 1.3), and `%`, because file names are not
/// encoded.
///
/// A larger set would load modules twice: the URL in a tag must equal the URL that the chunks of
/// the build import. Non-ASCII characters are always encoded.
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

/// The public base path of a build: the address below which browsers load the built files.
///
/// It is the value of Vite's [`base`](https://vite.dev/config/shared-options.html#base):
///
/// | text | meaning |
/// |---|---|
/// | `/`, `/build/`, `/build` | a path on the application's origin; a missing last slash is added |
/// | `https://cdn.example.com/x/` | another origin |
/// | `//cdn.example.com/x/` | another origin, with the scheme of the page |
/// | `./`, empty | relative to the page; works only for pages in the output directory |
///
/// Default: `/`.
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
    /// Returns the text, which is empty or ends with a slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether the base is `./` or empty.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        self.form == Form::Relative
    }

    /// Returns whether the base is on another origin, for example a CDN.
    #[must_use]
    pub fn is_cross_origin(&self) -> bool {
        self.form == Form::CrossOrigin
    }

    /// Returns the path below which a server has the files, with a slash at both ends.
    ///
    /// For another origin it is the path of the URL, because a CDN usually requests the same path
    /// from the application.
    #[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "only serving uses it"))]
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

    /// Returns the URL of a built or public file: percent-encoded, not HTML-escaped.
    ///
    /// # Examples
    ///
    /// ```
    /// # use vite_bridge::url::Base;
    /// let base: Base = "https://cdn.example.com/app".parse()?;
    /// assert_eq!(base.href("assets/a.js"), "https://cdn.example.com/app/assets/a.js");
    /// # Ok::<(), vite_bridge::Error>(())
    /// ```
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

impl AsRef<str> for Base {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<Base> for String {
    fn from(address: Base) -> Self {
        address.as_str().to_owned()
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Base {
    type Err = Error;

    /// Parses the value of Vite's `base`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidBase`] if the text begins with neither `/`, `./`, `//`,
    /// `http://` nor `https://`. Returns it also if the text contains a backslash, a user name, a
    /// password, a query or a fragment.
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
            // Vite resolves the path against this placeholder host, too (resolveBaseUrl in
            // packages/vite/src/node/config.ts).
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

/// The address of a dev server with Vite's `base`: `http://localhost:5173/static/`.
///
/// # Examples
///
/// ```
/// use vite_bridge::url::DevServerUrl;
///
/// let origin: DevServerUrl = "http://localhost:5173/static".parse()?;
/// assert_eq!(origin.href("src/main.ts"), "http://localhost:5173/static/src/main.ts");
/// assert_eq!(origin.base().as_str(), "/static/");
/// # Ok::<(), vite_bridge::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DevServerUrl(Box<str>);

impl DevServerUrl {
    /// Returns the text, which ends with a slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the host and the port, also a default port: `localhost:5173`.
    pub(crate) fn authority(&self) -> String {
        let url = Url::parse(&self.0).ok();
        let parts = url.as_ref().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
        parts.map_or_else(String::new, |(host, port)| format!("{host}:{port}"))
    }

    /// Returns two sources for a Content Security Policy: one for requests, one for the HMR socket.
    pub(crate) fn policy_sources(&self) -> (String, String) {
        let origin =
            Url::parse(&self.0).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization());
        let socket = origin.replacen("http", "ws", 1);
        (origin, socket)
    }

    /// Returns the path of the address as a base, for requests through another port.
    #[must_use]
    pub fn base(&self) -> Base {
        let path = Url::parse(&self.0).map_or_else(|_| "/".to_owned(), |url| url.path().to_owned());
        Base { text: path.into(), form: Form::Path }
    }

    /// Returns the URL of a path below the base: percent-encoded, not HTML-escaped.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        let mut href = self.0.to_string();
        push_path(&mut href, path);
        href
    }
}

impl AsRef<str> for DevServerUrl {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<DevServerUrl> for String {
    fn from(address: DevServerUrl) -> Self {
        address.as_str().to_owned()
    }
}

impl fmt::Display for DevServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DevServerUrl {
    type Err = Error;

    /// Parses the URL that Vite prints when it starts.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidDevServer`] if the text is not an `http` or `https` URL, or
    /// contains a user name, a password, a query or a fragment.
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
