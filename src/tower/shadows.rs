//! `Shadows`: warns about paths that both the application and Vite have.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::route::Route;

/// The conflicts that have been logged: one for each route, and one for all nested services.
#[derive(Debug, Default)]
pub(super) struct Shadows(Mutex<BTreeSet<String>>);

impl Shadows {
    /// Warns that a route answers a path that Vite or the build can have, or that Vite or the build
    /// answers a path below a nested service.
    pub(super) fn warn(&self, route: Route<'_>, path: &str) {
        let reason = match route {
            Route::Literal { pattern } => pattern,
            Route::Nested => "",
            Route::Parameter | Route::Unknown | Route::None => return,
        };
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !logged.insert(reason.to_owned()) {
            return;
        }
        if reason.is_empty() {
            tracing::warn!(
                path,
                "a nested service and the front end have a file at the same path: the front end answers; rename one of them"
            );
        } else {
            tracing::warn!(
                path,
                route = reason,
                "a route answers a path of the front end: rename the route, or set another `base` in Vite's configuration"
            );
        }
    }
}
