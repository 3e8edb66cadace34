//! Starts Vite and other programs with the application, and stops them when the application ends.
//!
//! On Unix, all processes that a program started are stopped, also if the application is killed. On
//! other systems, only the program itself is stopped; see [`ProcessGroup`].

mod dev_server;
mod group;
mod output;
mod package;

pub use dev_server::DevServer;
pub use group::ProcessGroup;
pub use output::OutputStream;
pub use package::PackageJson;
