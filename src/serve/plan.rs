//! Decides the response to a request from its head and the index.

use std::ops::Range;

use http::header::RANGE;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Uri};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::conditions::{Verdict, evaluate, is_range_applicable};
use super::index::{File, Index, Variant};
use super::negotiate;
use super::range::{self, Wanted};
use crate::request_path::name_below;
use crate::route::Route;

/// The decision about a request.
#[derive(Debug)]
pub(crate) enum Plan<'i> {
    /// The build does not have the file. The application answers.
    Miss,
    /// A file of another build. The application is not asked.
    Gone,
    /// The file exists, but does not allow the method (RFC 9110, 15.5.6).
    MethodNotAllowed,
    /// A redirect to another path of the build, query included.
    Redirect(String),
    /// A file in one of its encodings.
    File { variant: &'i Variant, part: Part, has_body: bool },
}

impl Plan<'_> {
    /// Whether the build answers before a route of the application, below the base `/`. Only known
    /// files have precedence, and only over some routes.
    pub(crate) fn precedes(&self, route: Route<'_>) -> bool {
        match route {
            Route::Literal { .. } | Route::Unknown => false,
            // A page of a catch-all route in place of a script would fail in the browser.
            Route::Parameter => self.is_file() || matches!(self, Self::Gone),
            Route::Nested => self.is_file(),
            Route::None => true,
        }
    }

    /// Whether the build has the requested file.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File { .. } | Self::Redirect(_))
    }
}

/// The part of a file to send, or the reason to send none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Full,
    Range(Range<u64>),
    Unsatisfiable,
    NotModified,
    PreconditionFailed,
}

/// Decides the response to a request. `mount` is the path of Vite's base, with a slash at both
/// ends.
pub(crate) fn plan<'i, B>(request: &Request<B>, index: &'i Index, mount: &str) -> Plan<'i> {
    let (method, uri) = (request.method(), request.uri());
    let Some(name) = name_below(uri.path(), mount) else { return Plan::Miss };
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let found = if index.has_index_files() {
        with_index_files(&name, uri, index)
    } else {
        index.file(&name).map(Lookup::File)
    };
    let is_allowed = |found: &Lookup<'_>| match found {
        Lookup::File(file) => !file.is_guarded || index.admits(&head(request)),
        Lookup::Redirect(_) => true,
    };
    let found = found.filter(is_allowed);
    match found {
        None if is_read && index.is_from_another_build(&name) => Plan::Gone,
        None => Plan::Miss,
        Some(_) if !is_read => Plan::MethodNotAllowed,
        Some(Lookup::Redirect(location)) => Plan::Redirect(location),
        Some(Lookup::File(file)) => file_plan(file, method, request.headers()),
    }
}

enum Lookup<'i> {
    File(&'i File),
    Redirect(String),
}

/// Gives each document one URL: `/x` and `/x/index.html` redirect to `/x/`.
fn with_index_files<'i>(name: &str, uri: &Uri, index: &'i Index) -> Option<Lookup<'i>> {
    let path = uri.path();
    let to = |path: &str| {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        // A request target may contain non-ASCII bytes, which a Location must not (RFC 3986, 2).
        Some(Lookup::Redirect(utf8_percent_encode(&format!("{path}{query}"), CONTROLS).to_string()))
    };
    if name.is_empty() || name.ends_with('/') {
        return index.file(&format!("{name}index.html")).map(Lookup::File);
    }
    if name == "index.html" || name.ends_with("/index.html") {
        index.file(name)?;
        return to(path.strip_suffix("index.html")?);
    }
    if let Some(file) = index.file(name) {
        return Some(Lookup::File(file));
    }
    index.file(&format!("{name}/index.html"))?;
    to(&format!("{path}/"))
}

/// Copies the head of a request for a predicate. Only requests for guarded files pay for the copy.
fn head<B>(request: &Request<B>) -> Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    head.method = request.method().clone();
    head.uri = request.uri().clone();
    head.version = request.version();
    head.headers = request.headers().clone();
    head.extensions = request.extensions().clone();
    head
}

fn file_plan<'i>(file: &'i File, method: &Method, headers: &HeaderMap) -> Plan<'i> {
    let Some(variant) = negotiate::choose(file, headers) else { return Plan::Miss };
    let is_get = *method == Method::GET;
    let part = match evaluate(headers, &variant.etag, file.modified) {
        Verdict::Failed => Part::PreconditionFailed,
        Verdict::NotModified => Part::NotModified,
        // Range is defined for GET only (RFC 9110, 14.2).
        Verdict::Proceed if is_get && is_range_applicable(headers, &variant.etag, file.modified) => {
            let wanted = headers.get(RANGE).and_then(|value| value.to_str().ok());
            match wanted.map_or(Wanted::Full, |wanted| range::read(wanted, variant.content.size())) {
                Wanted::Full => Part::Full,
                Wanted::Part(range) => Part::Range(range),
                Wanted::Unsatisfiable => Part::Unsatisfiable,
            }
        }
        Verdict::Proceed => Part::Full,
    };
    Plan::File { variant, part, has_body: is_get }
}
