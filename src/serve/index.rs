//! Index: the served files by name, with their headers. A request never becomes a file-system path.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_LOCATION, CONTENT_TYPE, ETAG, EXPIRES, LAST_MODIFIED, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256};

use super::file::{Content, FoundFile};
use super::options::ServeOptions;
use super::sourcemaps::{Authorize, Policy};
use crate::encoding::Encoding;
use crate::manifest::content_hash::has_hash;

/// The files that a build serves.
pub(crate) struct Index {
    files: HashMap<Box<str>, Arc<File>>,
    /// The hashed files of the previous build, for pages that were sent with it.
    kept: HashMap<Box<str>, Arc<File>>,
    /// The folders with hashed files of the build. An unknown hashed name in one of them belongs to
    /// another build, not to the application.
    hashed_folders: HashSet<Box<str>>,
    has_index_files: bool,
    authorize: Option<Authorize>,
}

/// A file with its encodings, such as `main.js` with `main.js.br`.
#[derive(Debug)]
pub(crate) struct File {
    /// The file itself first, then its encodings.
    pub(crate) variants: Vec<Variant>,
    pub(crate) modified: Option<SystemTime>,
    /// Whether the file is a source map that only authorized requests may read.
    pub(crate) is_guarded: bool,
}

/// A representation of a file (RFC 9110, 3.2).
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) encoding: Encoding,
    pub(crate) content: Content,
    pub(crate) etag: HeaderValue,
    /// The headers of a 200 response.
    pub(crate) headers: HeaderMap,
    /// The headers of a 304 response (RFC 9110, 15.4.5).
    pub(crate) not_modified: HeaderMap,
}

impl Index {
    pub(crate) fn new(served: Vec<FoundFile>, hashed: &BTreeSet<String>, options: &ServeOptions) -> Self {
        let mut found: BTreeMap<String, FoundFile> =
            served.into_iter().map(|file| (file.name.clone(), file)).collect();
        let originals: Vec<String> = found.keys().filter(|name| !is_variant(name, &found)).cloned().collect();
        let mut files = HashMap::with_capacity(originals.len());
        for name in originals {
            let is_map = name.strip_suffix(".map").is_some();
            let is_hashed = hashed.contains(name.strip_suffix(".map").unwrap_or(&name));
            let is_denied = is_map && matches!(options.sourcemaps.0, Policy::Deny);
            if let Some(file) = take(&name, &mut found).filter(|_| !is_denied) {
                files.insert(name.clone().into(), Arc::new(file_of(&name, file, is_map, is_hashed, options)));
            }
        }
        let hashed_folders = hashed.iter().map(|name| folder(name).into()).collect();
        let authorize = match &options.sourcemaps.0 {
            Policy::Authorized(authorize) => Some(authorize.clone()),
            Policy::Serve | Policy::Deny => None,
        };
        Self { files, kept: HashMap::new(), hashed_folders, has_index_files: options.index_files, authorize }
    }

    /// Keeps the hashed files of the previous build that are in memory, without the files that it
    /// had kept itself.
    #[cfg_attr(not(feature = "watch"), allow(dead_code, reason = "a watch swaps builds"))]
    pub(crate) fn keep_hashed_files_of(&mut self, previous: &Self) {
        let in_memory =
            |file: &File| file.variants.iter().all(|one| matches!(one.content, Content::Memory(_)));
        let files = previous.files.iter().filter(|(name, file)| has_hash(name) && in_memory(file));
        self.kept = files.map(|(name, file)| (name.clone(), Arc::clone(file))).collect();
    }

    /// Keeps the same files as another index of the same build.
    #[cfg_attr(not(feature = "watch"), allow(dead_code, reason = "a watch swaps builds"))]
    pub(crate) fn keep_same_files_as(&mut self, other: &Self) {
        self.kept.clone_from(&other.kept);
    }

    pub(crate) fn file(&self, name: &str) -> Option<&File> {
        self.files.get(name).or_else(|| self.kept.get(name)).map(|file| &**file)
    }

    /// Tells whether the request may read guarded files.
    pub(crate) fn admits(&self, head: &Parts) -> bool {
        self.authorize.as_ref().is_some_and(|authorize| authorize.admits(head))
    }

    pub(crate) fn has_index_files(&self) -> bool {
        self.has_index_files
    }

    /// Tells whether an unknown name must be a file of another build.
    pub(crate) fn is_from_another_build(&self, name: &str) -> bool {
        has_hash(name) && self.hashed_folders.contains(folder(name))
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

/// A file and the encodings that are smaller than it.
type WithEncodings = (FoundFile, Vec<(Encoding, FoundFile)>);

fn is_variant(name: &str, found: &BTreeMap<String, FoundFile>) -> bool {
    Encoding::split(name).is_some_and(|(name, _)| found.contains_key(name))
}

fn take(name: &str, found: &mut BTreeMap<String, FoundFile>) -> Option<WithEncodings> {
    let file = found.remove(name)?;
    let encoded = Encoding::ENCODED.into_iter().filter_map(|encoding| {
        let variant = found.remove(&format!("{name}.{}", encoding.extension()))?;
        (variant.content.size() < file.content.size()).then_some((encoding, variant))
    });
    let encoded = encoded.collect();
    Some((file, encoded))
}

fn file_of(
    name: &str,
    (file, encoded): WithEncodings,
    is_map: bool,
    is_hashed: bool,
    options: &ServeOptions,
) -> File {
    let modified = file.modified.and_then(truncate_to_seconds);
    let is_guarded = is_map && matches!(options.sourcemaps.0, Policy::Authorized(_));
    let mut common = HeaderMap::new();
    common.insert(CONTENT_TYPE, media_type(name));
    common.extend(cache_control(name, is_guarded, is_hashed, options).map(|policy| (CACHE_CONTROL, policy)));
    common.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    common.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if options.cors {
        common.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    for media_type in options.media_types.matching(name) {
        common.insert(CONTENT_TYPE, media_type.clone());
    }
    for (name, value) in options.headers.matching(name) {
        common.insert(name, value.clone());
    }
    if !encoded.is_empty() {
        vary_by_encoding(&mut common);
    }
    let all = [(Encoding::Identity, file)].into_iter().chain(encoded);
    let date = modified.map(httpdate::fmt_http_date);
    let variant = |(encoding, file)| variant(name, encoding, file, is_hashed, date.as_deref(), &common);
    let variants = all.map(variant).collect();
    File { variants, modified, is_guarded }
}

/// Adds `accept-encoding` to the `Vary` header of a rule (RFC 9110, 12.5.5).
fn vary_by_encoding(headers: &mut HeaderMap) {
    let existing = headers.get(VARY).and_then(|value| value.to_str().ok());
    let both =
        existing.and_then(|existing| HeaderValue::try_from(format!("{existing}, accept-encoding")).ok());
    headers.insert(VARY, both.unwrap_or(HeaderValue::from_static("accept-encoding")));
}

/// The headers of a 304 response (RFC 9110, 15.4.5), and the header that lets other origins read
/// it.
const NOT_MODIFIED_HEADERS: [HeaderName; 6] =
    [CACHE_CONTROL, CONTENT_LOCATION, ETAG, EXPIRES, VARY, ACCESS_CONTROL_ALLOW_ORIGIN];

fn variant(
    name: &str,
    encoding: Encoding,
    file: FoundFile,
    is_hashed: bool,
    date: Option<&str>,
    common: &HeaderMap,
) -> Variant {
    let etag = etag(name, encoding, &file, is_hashed);
    let [etag, length, date] =
        share_buffer([&etag, &file.content.size().to_string(), date.unwrap_or_default()]);
    let mut headers = common.clone();
    headers.insert(ETAG, etag.clone());
    if !date.is_empty() {
        headers.insert(LAST_MODIFIED, date);
    }
    let kept = headers.iter().filter(|(name, _)| NOT_MODIFIED_HEADERS.contains(name));
    let not_modified = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    headers.insert(CONTENT_LENGTH, length);
    if encoding != Encoding::Identity {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.as_str()));
    }
    Variant { encoding, content: file.content, etag, headers, not_modified }
}

/// Packs the values into one buffer with a single reference count. Each response clones the values,
/// and with a count for each value, the cores would contend for more cache lines.
fn share_buffer<const N: usize>(texts: [&str; N]) -> [HeaderValue; N] {
    let mut rest = Bytes::from(texts.concat());
    texts.map(|text| {
        let value = rest.split_to(text.len());
        HeaderValue::from_maybe_shared(value).unwrap_or(HeaderValue::from_static(""))
    })
}

/// Returns a strong entity tag, different for each encoding (RFC 9110, 8.8.3).
///
/// It is a digest of the content, so that all servers of a build agree. For a file that is not in
/// memory, it is a digest of the name and size, and of the time if the name has no hash.
fn etag(name: &str, encoding: Encoding, file: &FoundFile, is_hashed: bool) -> String {
    let digest: [u8; 32] = match (&file.content, file.digest) {
        (_, Some(digest)) => digest,
        (Content::Memory(bytes), None) => Sha256::digest(bytes).into(),
        (Content::Disk { size, .. }, None) => {
            let time =
                file.modified.filter(|_| !is_hashed).and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            Sha256::digest(format!("{name} {size} {time:?} {}", encoding.as_str())).into()
        }
    };
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default()))
}

/// Truncates to seconds, the resolution of HTTP dates (RFC 9110, 5.6.7). A time of zero is a
/// placeholder of build tools and counts as unknown.
fn truncate_to_seconds(time: SystemTime) -> Option<SystemTime> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    (seconds > 0).then(|| UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Returns the `Cache-Control` header (RFC 9111, 5.2.2; `immutable`: RFC 8246). Guarded files are
/// `private`, so shared caches do not store them.
fn cache_control(
    name: &str,
    is_guarded: bool,
    is_hashed: bool,
    options: &ServeOptions,
) -> Option<HeaderValue> {
    let scope = if is_guarded { "private" } else { "public" };
    if options.immutable.is(name, is_hashed) {
        let policy = if is_guarded {
            "private, max-age=31536000, immutable"
        } else {
            "public, max-age=31536000, immutable"
        };
        return Some(HeaderValue::from_static(policy));
    }
    let Some(max_age) = options.max_age else {
        return is_guarded.then(|| HeaderValue::from_static(scope));
    };
    if name.ends_with(".html") || name.ends_with(".htm") {
        return Some(HeaderValue::from_static("no-cache"));
    }
    format!("{scope}, max-age={}", max_age.as_secs()).parse().ok()
}

/// Returns a static value where possible, because a shared value updates its reference count in
/// each response.
fn media_type(name: &str) -> HeaderValue {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let media_type = match extension {
        // WHATWG HTML, 4.12.1.1 requires this type for modules, and RFC 8081 names the font type.
        // The types in `mime_guess` are older.
        "js" | "mjs" | "cjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" | "htm" => "text/html; charset=utf-8",
        "woff" => "font/woff",
        "map" => "application/json",
        _ => mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream"),
    };
    let with_charset = (media_type.starts_with("text/") && !media_type.contains(';'))
        .then(|| format!("{media_type}; charset=utf-8").parse().ok())
        .flatten();
    with_charset.unwrap_or(HeaderValue::from_static(media_type))
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}
