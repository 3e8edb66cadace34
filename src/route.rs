//! `Route`: how the router of the application matched a request.
//!
//! Below the base `/`, Vite and the application share all paths. The kind of the route decides who
//! comes first; `docs/development.md` has the order.
#![cfg_attr(not(feature = "axum"), allow(dead_code, reason = "other frameworks show no routes"))]

/// The route of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// A route whose first segment is literal, such as `/about` or `/files/{*path}`. It always
    /// wins.
    Literal {
        /// The route as written in the application.
        pattern: &'a str,
    },
    /// A route that begins with a parameter or a wildcard, such as `/{slug}` or `/{*rest}`. It
    /// yields to files and to requests that can be a file.
    Parameter,
    /// A service at a prefix, which answers all paths below it. It yields to known files.
    Nested,
    /// The framework does not show the route. It always wins.
    Unknown,
    /// No route matched. The fallback of the application comes last.
    None,
}
