//! Mounting into frameworks, without logic of its own: convert, call, convert back.

#[cfg(feature = "axum")]
pub(crate) mod axum;
#[cfg(all(feature = "proxy", feature = "tower"))]
mod gate;
#[cfg(all(feature = "proxy", feature = "tower"))]
pub(crate) mod tower;
