//! Loading: turns a directory or bytes into a [`Vite`](crate::Vite). No other module reads the
//! environment.

#[cfg(feature = "proxy")]
mod access;
mod builder;
#[cfg(feature = "proxy")]
mod builder_proxy;
#[cfg(feature = "serve")]
mod builder_serve;
mod combinations;
mod container;
mod dev_file;
mod disk;
#[cfg(feature = "embed")]
mod embedded;
#[cfg(feature = "watch")]
mod follow_server;
mod mode;
mod open;
mod probe;
mod project;
#[cfg(feature = "serve")]
mod walk;
#[cfg(feature = "watch")]
mod watch_build;

pub use builder::Builder;
#[cfg(feature = "proxy")]
pub(crate) use dev_file::announce;
#[cfg(feature = "codegen")]
pub(crate) use dev_file::dev_info;
#[cfg(feature = "compress")]
pub(crate) use disk::read_if_exists;
pub use mode::Mode;
