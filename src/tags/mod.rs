//! The elements that templates print, their HTML, and the types that calls take and return.

pub(crate) mod element;
mod entries;
pub(crate) mod html;
pub(crate) mod options;
pub(crate) mod prepared;
mod tags;

pub use element::{Element, ElementKind};
pub use entries::Entries;
pub(crate) use tags::Nonce;
pub use tags::{CspMeta, Inline, ScriptJson, Tags, Url, Urls};
