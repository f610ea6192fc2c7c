//! `cargo xtask dist`: what a release consists of, as one tarball. The same commit gives the same bytes.

mod archive;
mod build;
mod components;
mod licenses;
mod names;
mod sbom;
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

pub(crate) use self::tests::test;
use self::{
    archive::Archive,
    build::Built,
    components::Component,
    names::{NAME, PROGRAMS},
};
use crate::process;

/// Tracked files that go along. What makes the site is for the repository alone.
const DOCUMENTS: [&str; 8] = [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "deploy",
    "docs",
    "frontend/client/README.md",
    ":(exclude)docs/site",
];

/// Prints the tarball and what it needs.
pub(crate) fn run() -> Result<()> {
    archive::ensure_committed()?;
    let built = build::release()?;
    let tarball = pack(&built, &process::root().join("target/dist"))?;
    println!("{}", tarball.display());
    Ok(())
}

/// Writes the tarball and its SHA-256 sum into a folder.
fn pack(built: &Built, out: &Path) -> Result<PathBuf> {
    let version = env!("CARGO_PKG_VERSION");
    let archive = Archive::new(out, &format!("{NAME}-{version}-{}", built.target))?;
    for name in PROGRAMS {
        let program = archive.file(&format!("bin/{name}"))?;
        fs::copy(built.folder.join(name), &program)?;
        write_shell_documents(name, &program, &archive)?;
    }
    archive.copy_tracked(&DOCUMENTS)?;
    let components = components::of_programs(&built.target)?.into_iter().chain(components::of_console()?);
    let components: Vec<Component> = components.collect();
    fs::write(archive.file("THIRD-PARTY-LICENSES.txt")?, licenses::text(&components)?)?;
    fs::write(archive.file("sbom.cdx.json")?, sbom::document(&components, version, archive.time())?)?;
    archive.close()
}

/// Completions and manual pages, where packages of systems have them below `/usr/local`.
fn write_shell_documents(name: &str, program: &Path, archive: &Archive) -> Result<()> {
    for (shell, path) in [
        ("bash", format!("share/bash-completion/completions/{name}")),
        ("fish", format!("share/fish/vendor_completions.d/{name}.fish")),
        ("zsh", format!("share/zsh/site-functions/_{name}")),
    ] {
        let script = process::capture(Command::new(program).args(["completions", shell]))?;
        fs::write(archive.file(&path)?, script)?;
    }
    process::capture(Command::new(program).arg("man-pages").arg(archive.folder("share/man/man1")?)).map(drop)
}
