//! Conditional requests, evaluated in the order of RFC 9110, 13.2.2.

use std::time::SystemTime;

use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};
use http::{HeaderMap, HeaderName, HeaderValue};

/// The result of the conditions.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Proceed,
    NotModified,
    Failed,
}

pub(super) fn evaluate(headers: &HeaderMap, etag: &HeaderValue, modified: Option<SystemTime>) -> Verdict {
    if headers.contains_key(IF_MATCH) {
        if !lists(headers, &IF_MATCH, etag, false) {
            return Verdict::Failed;
        }
    } else if let (Some(date), Some(modified)) = (date(headers, &IF_UNMODIFIED_SINCE), modified)
        && modified > date
    {
        return Verdict::Failed;
    }
    let is_unchanged = if headers.contains_key(IF_NONE_MATCH) {
        lists(headers, &IF_NONE_MATCH, etag, true)
    } else {
        match (date(headers, &IF_MODIFIED_SINCE), modified) {
            (Some(date), Some(modified)) => modified <= date,
            _ => false,
        }
    };
    if is_unchanged { Verdict::NotModified } else { Verdict::Proceed }
}

/// Tells whether a Range header applies (RFC 9110, 13.1.5): only if the client has a part of the
/// same representation.
pub(super) fn is_range_applicable(
    headers: &HeaderMap,
    etag: &HeaderValue,
    modified: Option<SystemTime>,
) -> bool {
    match headers.get(IF_RANGE) {
        None => true,
        Some(value) if value == etag => true,
        Some(_) => date(headers, &IF_RANGE).is_some_and(|date| modified == Some(date)),
    }
}

/// Tells whether a header contains `*` or the entity tag. Weak tags match only in a weak comparison
/// (RFC 9110, 8.8.3.2).
fn lists(headers: &HeaderMap, name: &HeaderName, etag: &HeaderValue, is_weak: bool) -> bool {
    let Ok(own) = etag.to_str() else { return false };
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    // The tags of the index contain no comma, so a list can be split at commas.
    values.flat_map(|value| value.split(',')).map(str::trim).any(|tag| {
        let tag = tag.strip_prefix("W/").filter(|_| is_weak).unwrap_or(tag);
        tag == "*" || tag == own
    })
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}
