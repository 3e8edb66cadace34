//! memory-serve embeds what lies in `app/dist` when this is compiled.

use std::fs;

fn main() -> std::io::Result<()> {
    fs::create_dir_all("app/dist")?;
    memory_serve::load_directory("./app/dist");
    Ok(())
}
