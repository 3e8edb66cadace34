//! memory-serve embeds the files of `app/dist` at compile time.

use std::fs;

fn main() -> std::io::Result<()> {
    fs::create_dir_all("app/dist")?;
    memory_serve::load_directory("./app/dist");
    Ok(())
}
