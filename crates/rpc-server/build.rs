//! A release build has the console within it, so it is built anew when the console was. Other builds read it from disk.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed=../../frontend/dist");
    }
}
