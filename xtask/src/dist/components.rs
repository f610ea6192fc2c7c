//! What a release has within that others wrote: crates in the programs, npm packages in the console, and libraries in C.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::names::PROGRAMS;
use crate::{frontend, process};

#[derive(Debug)]
pub(super) struct Component {
    pub(super) origin: Origin,
    pub(super) name: String,
    pub(super) version: String,
    /// An SPDX expression.
    pub(super) license: String,
    /// Who holds the copyright, if its sources say so.
    pub(super) authors: Vec<String>,
    /// Has the sources, and with them the texts of licenses.
    pub(super) folder: Option<PathBuf>,
    pub(super) sum: Option<Sum>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Cargo,
    Npm,
    /// Compiled in by a crate, or part of the compiler.
    Upstream,
}

/// Of the package at its registry, in hexadecimal digits.
#[derive(Debug)]
pub(super) enum Sum {
    Sha256(String),
    Sha512(String),
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    /// `None` for crates of this repository.
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct CargoLock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// The crates that are linked into the programs, and what these bring along.
pub(super) fn of_programs(target: &str) -> Result<Vec<Component>> {
    let linked = linked(target)?;
    let text = process::capture(&mut process::cargo(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&text).context("cargo metadata cannot be read")?;
    let lock: CargoLock = toml::from_str(&fs::read_to_string(process::root().join("Cargo.lock"))?)?;
    let mut components = Vec::new();
    for package in metadata.packages {
        if package.source.is_none() || !linked.contains(&(package.name.clone(), package.version.clone())) {
            continue;
        }
        let is_it = |locked: &&Locked| locked.name == package.name && locked.version == package.version;
        let sum = lock.package.iter().find(is_it).and_then(|locked| locked.checksum.clone());
        let folder = package.manifest_path.parent().map(Path::to_owned);
        components.extend(compiled_in(&package.name, folder.as_deref().unwrap_or(Path::new("")))?);
        components.push(Component {
            origin: Origin::Cargo,
            license: expression(&package.license.with_context(|| format!("{} states no license", package.name))?),
            name: package.name,
            version: package.version,
            authors: package.authors,
            folder,
            sum: sum.map(Sum::Sha256),
        });
    }
    components.push(standard_library()?);
    Ok(components)
}

/// Once, a slash stood between alternatives.
fn expression(license: &str) -> String {
    license.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

/// Names and versions.
fn linked(target: &str) -> Result<BTreeSet<(String, String)>> {
    let mut tree = process::cargo(["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none"]);
    tree.args(["--format", "{p}", "--target", target]).args(PROGRAMS.iter().flat_map(|name| ["--package", name]));
    let lines = process::capture(&mut tree)?;
    let name_and_version = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
    };
    Ok(lines.lines().filter_map(name_and_version).collect())
}

/// Libraries in C, which advisories know by names of their own.
fn compiled_in(name: &str, folder: &Path) -> Result<Option<Component>> {
    let (name, license, version) = match name {
        "libsqlite3-sys" => ("sqlite", "blessing", defined(&folder.join("sqlite3/sqlite3.h"), &["SQLITE_VERSION"])?),
        "liblzma-sys" => {
            let parts = ["LZMA_VERSION_MAJOR", "LZMA_VERSION_MINOR", "LZMA_VERSION_PATCH"];
            ("xz", "0BSD", defined(&folder.join("xz/src/liblzma/api/lzma/version.h"), &parts)?)
        }
        _ => return Ok(None),
    };
    Ok(Some(Component {
        origin: Origin::Upstream,
        name: name.into(),
        version,
        license: license.into(),
        authors: Vec::new(),
        folder: None,
        sum: None,
    }))
}

/// The values of macros of a header, with dots between them.
fn defined(header: &Path, macros: &[&str]) -> Result<String> {
    let text = fs::read_to_string(header).with_context(|| format!("{} cannot be read", header.display()))?;
    let value = |name: &&str| {
        let words = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let found = words.into_iter().find(|words| words.len() == 3 && words[..2] == ["#define", *name]);
        let value = found.map(|words| words[2].trim_matches('"').to_owned());
        value.with_context(|| format!("{} does not define {name}", header.display()))
    };
    Ok(macros.iter().map(value).collect::<Result<Vec<_>>>()?.join("."))
}

fn standard_library() -> Result<Component> {
    let version = process::capture(Command::new("rustc").arg("--version"))?;
    Ok(Component {
        origin: Origin::Upstream,
        name: "rust-std".into(),
        version: version.split_whitespace().nth(1).context("rustc states no version")?.to_owned(),
        license: "MIT OR Apache-2.0".into(),
        authors: vec!["The Rust Project contributors".into()],
        folder: None,
        sum: None,
    })
}

#[derive(Deserialize)]
struct NpmLock {
    packages: BTreeMap<String, NpmPackage>,
}

#[derive(Deserialize)]
struct NpmPackage {
    version: Option<String>,
    license: Option<String>,
    integrity: Option<String>,
    #[serde(default)]
    dev: bool,
}

/// The packages that the console needs at run time. The bundler takes most of them in, and a few only in part.
pub(super) fn of_console() -> Result<Vec<Component>> {
    // Their folders have the texts of licenses.
    frontend::ready()?;
    let folder = process::root().join("frontend");
    let lock: NpmLock = serde_json::from_str(&fs::read_to_string(folder.join("package-lock.json"))?)?;
    let mut components = Vec::new();
    for (path, package) in lock.packages.into_iter().filter(|(path, package)| !path.is_empty() && !package.dev) {
        let name = path.rsplit("node_modules/").next().unwrap_or(&path).to_owned();
        components.push(Component {
            origin: Origin::Npm,
            version: package.version.with_context(|| format!("{name} has no version"))?,
            license: package.license.with_context(|| format!("{name} states no license"))?,
            authors: Vec::new(),
            folder: Some(folder.join(&path)),
            sum: package.integrity.as_deref().and_then(sum_of_integrity).map(Sum::Sha512),
            name,
        });
    }
    Ok(components)
}

/// Hexadecimal digits of `sha512-` and base64.
fn sum_of_integrity(integrity: &str) -> Option<String> {
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, integrity.strip_prefix("sha512-")?).ok()?;
    Some(domain::text::hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_and_the_console_are_made_of_what_we_know_them_to_be() {
        let programs = of_programs("x86_64-unknown-linux-gnu").expect("components");
        let find = |name: &str| programs.iter().find(|component| component.name == name);
        for name in ["tokio", "sea-orm", "sqlite", "xz", "rust-std"] {
            let component = find(name).unwrap_or_else(|| panic!("{name} is in the programs"));
            assert!(component.version.split('.').count() == 3, "{component:?}");
            assert_eq!(component.sum.is_some(), component.origin == Origin::Cargo, "{component:?}");
        }
        for name in ["domain", "proptest", "syn"] {
            assert!(find(name).is_none(), "{name} is not");
        }
        let console = of_console().expect("components");
        assert!(console.iter().any(|component| component.name == "@mantine/core" && component.sum.is_some()));
        assert!(!console.iter().any(|component| component.name == "vitest"));
    }

    #[test]
    fn alternatives_have_one_form() {
        for license in ["MIT OR Apache-2.0", "MIT/Apache-2.0", "MIT / Apache-2.0"] {
            assert_eq!(expression(license), "MIT OR Apache-2.0");
        }
    }

    #[test]
    fn an_integrity_is_read_as_a_sum() {
        assert_eq!(sum_of_integrity("sha512-AAH/").as_deref(), Some("0001ff"));
        assert_eq!(sum_of_integrity("sha1-AAH/"), None);
    }
}
