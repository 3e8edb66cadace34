//! Loading: from a directory or from bytes to a [`Vite`](crate::Vite); the only place that reads the environment.

mod builder;
mod dev_file;
mod disk;
#[cfg(feature = "embed")]
mod embedded;
#[cfg(feature = "watch")]
mod follow;
mod mode;
mod open;
#[cfg(feature = "serve")]
mod served;
#[cfg(feature = "serve")]
mod serving;
#[cfg(feature = "watch")]
mod watch;

pub use builder::Builder;
#[cfg(all(feature = "proxy", feature = "tower"))]
pub(crate) use dev_file::announce;
#[cfg(feature = "build")]
pub(crate) use dev_file::dev_info;
pub use mode::Mode;
