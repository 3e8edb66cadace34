//! Turns a plan into a response.

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::body::Body;
use super::index::Variant;
use super::plan::{Part, Plan};

/// Returns the response, or `None` if the application answers. A file on disk is opened when its
/// body is polled for the first time.
pub(crate) fn response(plan: Plan<'_>) -> Option<Response<Body>> {
    let response = match plan {
        Plan::Miss => return None,
        Plan::Gone => gone(),
        Plan::MethodNotAllowed => {
            short(StatusCode::METHOD_NOT_ALLOWED, ALLOW, HeaderValue::from_static("GET, HEAD"))
        }
        Plan::Redirect(location) => {
            short(StatusCode::TEMPORARY_REDIRECT, LOCATION, HeaderValue::try_from(location).ok()?)
        }
        Plan::File { variant, part, has_body } => file(variant, part, has_body),
    };
    Some(response)
}

fn file(variant: &Variant, part: Part, has_body: bool) -> Response<Body> {
    let size = variant.content.size();
    match part {
        Part::Full => {
            let body = if has_body { Body::range(&variant.content, 0..size) } else { Body::empty() };
            with(StatusCode::OK, variant.headers.clone(), body)
        }
        Part::Range(range) => {
            let mut headers = variant.headers.clone();
            headers.insert(CONTENT_LENGTH, (range.end - range.start).into());
            let text = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            headers.extend(HeaderValue::try_from(text).ok().map(|value| (CONTENT_RANGE, value)));
            with(StatusCode::PARTIAL_CONTENT, headers, Body::range(&variant.content, range))
        }
        Part::NotModified => with(StatusCode::NOT_MODIFIED, variant.not_modified.clone(), Body::empty()),
        Part::PreconditionFailed => with(StatusCode::PRECONDITION_FAILED, HeaderMap::new(), Body::empty()),
        Part::Unsatisfiable => {
            let text = HeaderValue::try_from(format!("bytes */{size}"));
            let headers = text.ok().map(|value| (CONTENT_RANGE, value)).into_iter().collect();
            with(StatusCode::RANGE_NOT_SATISFIABLE, headers, Body::empty())
        }
    }
}

/// Returns 404 for a file of another build. The application's fallback is skipped, and caches must
/// not store the response.
fn gone() -> Response<Body> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    with(StatusCode::NOT_FOUND, headers, Body::text("this build has no such file\n"))
}

fn short(status: StatusCode, name: HeaderName, value: HeaderValue) -> Response<Body> {
    with(status, [(name, value)].into_iter().collect(), Body::empty())
}

fn with(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
