//! A release build has the console within it, so it is built anew when the console was.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let console = "../../frontend/dist";
    // Other builds read it from disk. A folder that is not there would make cargo build every time.
    if std::env::var("PROFILE").as_deref() == Ok("release") && std::path::Path::new(console).exists() {
        println!("cargo:rerun-if-changed={console}");
    }
}
