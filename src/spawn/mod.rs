//! Starting Vite, and whatever else runs beside the application, so that nothing of it is left when we end.

mod dev_server;
mod group;
mod output;
mod package;

pub use dev_server::DevServer;
pub use group::ProcessGroup;
pub use output::OutputStream;
pub use package::PackageJson;
