//! Serving a build: request -> file.

mod answer;
mod body;
mod conditions;
mod encoding;
mod name;
mod plan;
mod range;

pub(crate) use answer::answer;
pub(crate) use body::Body;
pub(crate) use plan::plan;
