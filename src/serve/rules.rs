//! Rules: values for served files whose names match a pattern.

use globset::{GlobBuilder, GlobMatcher};
use http::header::{
    ACCEPT_RANGES, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    LAST_MODIFIED, TRANSFER_ENCODING,
};
use http::{HeaderName, HeaderValue};

use crate::error::{Error, ErrorKind};

/// Values by pattern, in the order in which they were added.
#[derive(Debug, Clone)]
pub(crate) struct Rules<T>(Vec<(Pattern, T)>);

impl<T> Default for Rules<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Rules<T> {
    pub(crate) fn push(&mut self, pattern: &str, value: T) -> Result<(), Error> {
        self.0.push((Pattern::new(pattern)?, value));
        Ok(())
    }

    /// Returns the values of all matching rules, in the order in which they were added.
    pub(crate) fn matching<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a T> {
        self.0.iter().filter(|(pattern, _)| pattern.matches(name)).map(|(_, value)| value)
    }
}

/// A glob: `*` matches within a path segment, `**` matches several segments. A pattern without a
/// slash is compared with the last segment, in any folder.
#[derive(Debug, Clone)]
struct Pattern {
    glob: GlobMatcher,
    is_anchored: bool,
}

impl Pattern {
    fn new(text: &str) -> Result<Self, Error> {
        let glob = GlobBuilder::new(text).literal_separator(true).build().map_err(|error| {
            Error::new(ErrorKind::InvalidPattern, format!("invalid pattern {text:?}"))
                .with_help("write a pattern such as \"*.pdf\" or \"fonts/**\"")
                .with_source(error)
        })?;
        Ok(Self { glob: glob.compile_matcher(), is_anchored: text.contains('/') })
    }

    fn matches(&self, name: &str) -> bool {
        let last = name.rsplit('/').next().unwrap_or(name);
        self.glob.is_match(if self.is_anchored { name } else { last })
    }
}

/// The headers that the file or the connection determines.
const COMPUTED: [HeaderName; 9] = [
    ACCEPT_RANGES,
    CONNECTION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_RANGE,
    CONTENT_TYPE,
    ETAG,
    LAST_MODIFIED,
    TRANSFER_ENCODING,
];

/// Parses a header that a rule may set.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let invalid = |message: String| Error::new(ErrorKind::InvalidHeader, message);
    let header: HeaderName =
        name.parse().map_err(|_| invalid(format!("invalid header name {name:?} (RFC 9110, 5.1)")))?;
    if header == CONTENT_TYPE {
        return Err(invalid(format!("{header} is set by the media type")).with_help("use `.media_type(..)`"));
    }
    if COMPUTED.contains(&header) {
        return Err(invalid(format!("{header} follows from the file and cannot be set by a rule")));
    }
    let value =
        value.parse().map_err(|_| invalid(format!("invalid value {value:?} of the header {header}")))?;
    Ok((header, value))
}

/// Parses a media type with its parameters (RFC 9110, 8.3.1).
pub(crate) fn media_type(text: &str) -> Result<HeaderValue, Error> {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let is_token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    let is_type = essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    text.parse().ok().filter(|_| is_type).ok_or_else(|| {
        Error::new(ErrorKind::InvalidHeader, format!("invalid media type {text:?}"))
            .with_help("write a media type such as \"text/wgsl\"")
    })
}
