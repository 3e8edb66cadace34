//! Serving: looks requests up in an index that is built at load.

mod body;
mod conditions;
pub(crate) mod file;
pub(crate) mod index;
mod negotiate;
pub(crate) mod options;
mod plan;
mod range;
mod response;
pub(crate) mod rules;
mod sourcemaps;

pub(crate) use body::Body;
pub(crate) use plan::plan;
pub(crate) use response::response;
pub use sourcemaps::Sourcemaps;
