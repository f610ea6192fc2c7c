//! The console that `http/console.rs` serves: its folder is there, and a release build has what is in it.

use std::{env, fs, io};

const CONSOLE: &str = "../../frontend/dist";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    // A folder that is made only after the program is one from which rust-embed serves nothing.
    fs::create_dir_all(CONSOLE)?;
    // Other builds read it from disk.
    if env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed={CONSOLE}");
    }
    Ok(())
}
