//! Builds the programs of a release: for any system with a C library of [`GLIBC`] or later, and without a path of this machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use super::names::PROGRAMS;
use crate::{frontend, process, programs::Programs, python};

/// The C library of Debian 11 and Ubuntu 20.04.
const GLIBC: (u32, u32) = (2, 31);
/// The most bytes of a program: 25 MiB for the engine, and for the server a twentieth above what it had when this was written. Then
/// they had 25.7 MB (24.5 MiB) and 39.9 MB. Whoever adds a library that goes beyond them raises the limit, and the sizes that
/// docs/OPERATIONS.md states.
const LARGEST: [(&str, u64); 2] = [("segmentation-engine", 26_214_400), ("rpc-server", 42_000_000)];
/// Zig links for a C library that this machine does not have.
const ZIG: &str = "xtask/zig";

pub(super) struct Built {
    pub(super) target: String,
    /// Holds both programs.
    pub(super) folder: PathBuf,
}

pub(super) fn release() -> Result<Built> {
    // The server has it within.
    frontend::build()?;
    let target = target()?;
    let tools = python::environment(ZIG)?;
    let registry = cargo_home()?.join("registry/src");
    let mut build = process::cargo(["zigbuild", "--release", "--locked"]);
    build.args(PROGRAMS.iter().flat_map(|name| ["--package", name]));
    build.args(["--target", &format!("{target}.{}.{}", GLIBC.0, GLIBC.1)]);
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = tools.parent().map(Path::to_owned).into_iter().chain(env::split_paths(&path));
    build.env("PATH", env::join_paths(folders)?);
    let flags = [
        format!("--remap-path-prefix={}=.", process::root().display()),
        format!("--remap-path-prefix={}=registry", registry.display()),
    ];
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    // Of sources in C.
    build.env(
        format!("CFLAGS_{}", target.replace('-', "_")),
        format!("-ffile-prefix-map={}=registry", registry.display()),
    );
    process::run(&mut build)?;
    let folder = process::target_folder().join(&target).join("release");
    for name in PROGRAMS {
        check(name, &folder.join(name))?;
    }
    Ok(Built { target, folder })
}

/// Programs as the tests use them. They need this machine's C library, and a debug build has no console within.
pub(super) fn for_tests(folder: &Path) -> Result<Built> {
    let Programs { engine, server } = Programs::build(false)?;
    fs::create_dir_all(folder)?;
    for (name, program) in PROGRAMS.iter().zip([engine, server]) {
        // Symbols are most of it.
        process::capture(Command::new("strip").arg("-o").arg(folder.join(name)).arg(program))?;
    }
    Ok(Built { target: target()?, folder: folder.to_owned() })
}

/// That a program runs where it has to. Prints that and its size.
fn check(name: &str, program: &Path) -> Result<()> {
    let size = fs::metadata(program).with_context(|| format!("{} is missing", program.display()))?.len();
    let symbols = process::capture(Command::new("objdump").arg("--dynamic-syms").arg(program))?;
    let (major, minor) = newest_glibc(&symbols).context("the program names no version of the C library")?;
    eprintln!("{name}: {:.1} MB, glibc {major}.{minor} or later", size as f64 / 1e6);
    ensure!((major, minor) <= GLIBC, "{name} needs glibc {major}.{minor}, not {}.{}", GLIBC.0, GLIBC.1);
    ensure_small(name, size)
}

fn ensure_small(name: &str, size: u64) -> Result<()> {
    let limit = LARGEST.iter().find(|(program, _)| *program == name);
    let (_, largest) = limit.with_context(|| format!("{name} has no limit of its size"))?;
    ensure!(size <= *largest, "{name} has {size} bytes, more than {largest}: see LARGEST in xtask/src/dist/build.rs");
    Ok(())
}

/// 2.30 of `… (GLIBC_2.30) pthread_cond_clockwait`.
fn newest_glibc(symbols: &str) -> Option<(u32, u32)> {
    let versions = symbols.split("GLIBC_").skip(1).filter_map(|rest| {
        let mut numbers = rest.split(|letter: char| !letter.is_ascii_digit());
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    versions.max()
}

fn target() -> Result<String> {
    Ok(process::capture(Command::new("rustc").args(["--print", "host-tuple"]))?.trim().to_owned())
}

fn cargo_home() -> Result<PathBuf> {
    let at_home = || env::var_os("HOME").map(|home| Path::new(&home).join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(at_home).context("neither CARGO_HOME nor HOME is set")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_too_large_is_refused() {
        for (name, largest) in LARGEST {
            ensure_small(name, largest).expect("it may have as many bytes");
            let error = ensure_small(name, largest + 1).expect_err("it has one too many").to_string();
            assert!(error.starts_with(&format!("{name} has {} bytes, more than {largest}", largest + 1)), "{error}");
        }
        ensure_small("another", 1).expect_err("it has no limit");
    }

    #[test]
    fn every_program_of_a_release_has_a_limit() {
        assert_eq!(PROGRAMS, LARGEST.map(|(name, _)| name));
    }

    #[test]
    fn the_newest_version_of_the_c_library_is_found() {
        let symbols = "0000 DF *UND* 0000 (GLIBC_2.2.5) free\n0000 DF *UND* 0000 (GLIBC_2.30) a\n0 (GLIBC_2.4) b\n";
        assert_eq!(newest_glibc(symbols), Some((2, 30)));
        assert_eq!(newest_glibc("no symbols"), None);
    }
}
