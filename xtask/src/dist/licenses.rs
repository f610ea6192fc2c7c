//! The texts of the licenses of all components, each text once.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use super::components::Component;
use crate::process;

/// How names of such files begin, in lower case.
const FILES: [&str; 5] = ["license", "licence", "copying", "notice", "unlicense"];

pub(super) fn text(components: &[Component]) -> Result<String> {
    let mut by_text = BTreeMap::<String, Vec<String>>::new();
    for component in components {
        let label = format!("{} {} ({})", component.name, component.version, component.license);
        for text in texts(component)? {
            by_text.entry(text).or_default().push(label.clone());
        }
    }
    let mut sections: Vec<_> =
        by_text.into_iter().map(|(text, labels)| format!("{}\n\n{text}\n", labels.join("\n"))).collect();
    // By the first component.
    sections.sort();
    let rule = format!("{}\n\n", "-".repeat(80));
    Ok(format!(
        "The programs and the console have within them what others wrote, under these licenses.\n\n{rule}{}",
        sections.join(&rule)
    ))
}

fn texts(component: &Component) -> Result<Vec<String>> {
    let (mut texts, mut has_terms) = (Vec::new(), false);
    if let Some(folder) = &component.folder {
        for file in files(folder)? {
            has_terms |= !is_notice(&file);
            let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            texts.push(text.replace("\r\n", "\n").trim().to_owned());
        }
    }
    if !has_terms && !needs_no_text(&component.license) {
        texts.push(of_authors(component)?);
    }
    Ok(texts)
}

/// It names authors and grants nothing.
fn is_notice(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().starts_with("notice"))
}

/// What is in the public domain, or as good as.
fn needs_no_text(license: &str) -> bool {
    ["0BSD", "blessing"].contains(&license)
}

/// Some packages state the MIT license and leave its text out: that of this repository, with their names.
fn of_authors(component: &Component) -> Result<String> {
    let name = &component.name;
    ensure!(component.license.split(" OR ").any(|license| license == "MIT"), "{name} has no text of its license");
    let ours = fs::read_to_string(process::root().join("LICENSE"))?;
    let (_, terms) = ours.split_once("\n\nPermission").context("LICENSE is not the MIT license")?;
    let authors: Vec<_> = component.authors.iter().map(|author| without_address(author)).collect();
    let authors = if authors.is_empty() { format!("the authors of {name}") } else { authors.join(", ") };
    Ok(format!("MIT License\n\nCopyright (c) {authors}\n\nPermission{}", terms.trim_end()))
}

/// `Ann` of `Ann <ann@example.org>`.
fn without_address(author: &str) -> &str {
    author.split(" <").next().unwrap_or(author)
}

/// Also those in a folder of such a name.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = Vec::new();
    for entry in listed {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if !FILES.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            let inner = fs::read_dir(entry.path())?.map(|file| Ok(file?.path()));
            files.extend(inner.collect::<Result<Vec<_>>>()?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::components::Origin;

    fn component(license: &str, authors: &[&str]) -> Component {
        Component {
            origin: Origin::Cargo,
            name: "brittle".into(),
            version: "1.2.3".into(),
            license: license.into(),
            authors: authors.iter().map(|author| (*author).to_owned()).collect(),
            folder: None,
            sum: None,
        }
    }

    #[test]
    fn a_package_that_leaves_the_text_of_the_mit_license_out_gets_it() {
        let written = text(&[component("MIT OR Apache-2.0", &["Ann <ann@example.org>", "Bob"])]).expect("a text");
        assert!(
            written.contains("brittle 1.2.3 (MIT OR Apache-2.0)\n\nMIT License\n\nCopyright (c) Ann, Bob\n\n"),
            "{written}"
        );
        assert!(written.contains("THE SOFTWARE IS PROVIDED") && !written.contains("ann@"), "{written}");
        let written = text(&[component("MIT", &[])]).expect("a text");
        assert!(written.contains("Copyright (c) the authors of brittle\n"), "{written}");
    }

    #[test]
    fn a_notice_alone_is_no_license() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("NOTICE.md"), "Brittle, by Ann").expect("it is written");
        let with_folder = |license| Component { folder: Some(folder.path().to_owned()), ..component(license, &[]) };
        let written = text(&[with_folder("MIT")]).expect("a text");
        assert!(written.contains("Brittle, by Ann") && written.contains("THE SOFTWARE IS PROVIDED"), "{written}");
        text(&[with_folder("Apache-2.0")]).expect_err("no text");
        fs::write(folder.path().join("LICENSE"), "Apache License").expect("it is written");
        text(&[with_folder("Apache-2.0")]).expect("a text");
    }

    #[test]
    fn a_package_without_the_text_of_another_license_is_refused() {
        let refused = text(&[component("Apache-2.0", &[])]).expect_err("no text").to_string();
        assert_eq!(refused, "brittle has no text of its license");
    }
}
