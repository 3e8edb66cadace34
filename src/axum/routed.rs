//! Tells what kind of route matched a request of axum.

use axum::extract::MatchedPath;
use http::Extensions;

use crate::route::Route;

/// An extension of each request that a route or a nested service matched. A fallback does not have
/// it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Routed;

/// Returns the route of a request. A nested service has no `MatchedPath`.
pub(super) fn route(request: &Extensions) -> Route<'_> {
    match request.get::<MatchedPath>() {
        Some(matched) if is_literal(matched.as_str()) => Route::Literal { pattern: matched.as_str() },
        Some(_) => Route::Parameter,
        None if request.get::<Routed>().is_some() => Route::Nested,
        None => Route::None,
    }
}

/// Whether the first segment of a route has no parameter. Doubled braces are literal braces.
fn is_literal(pattern: &str) -> bool {
    let first = pattern.trim_start_matches('/').split('/').next().unwrap_or_default();
    !first.replace("{{", "").replace("}}", "").contains('{')
}

#[cfg(test)]
mod tests {
    use super::is_literal;

    #[test]
    fn the_first_segment_decides() {
        for pattern in ["/", "/about", "/files/{*path}", "/a/{b}", "/{{a}}", "/{{a}}/{b}"] {
            assert!(is_literal(pattern), "{pattern}");
        }
        for pattern in ["/{slug}", "/{*rest}", "/{user}/posts", "/{{a}}{b}"] {
            assert!(!is_literal(pattern), "{pattern}");
        }
    }
}
