//! Mounting into frameworks, without logic of its own: convert, call, convert back.

#[cfg(feature = "axum")]
pub(crate) mod axum;
