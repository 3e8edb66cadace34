//! Mounting into frameworks, without logic of its own: convert, call, convert back.

#[cfg(feature = "axum")]
pub(crate) mod axum;
#[cfg(all(feature = "tower", feature = "proxy"))]
mod develop;
#[cfg(all(feature = "tower", any(feature = "proxy", feature = "serve")))]
mod gate;
#[cfg(all(feature = "tower", any(feature = "proxy", feature = "serve")))]
pub(crate) mod tower;
