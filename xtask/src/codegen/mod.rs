//! `cargo xtask codegen`: documents that are generated from the code, checked in, and checked for drift.

mod api;
mod client;
mod fields;
mod markdown;
mod openrpc;
mod schema;
mod segments;

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{frontend, process};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail if a document is out of date.
    #[arg(long)]
    pub(crate) check: bool,
}

struct Document {
    /// Relative to the root of the workspace.
    path: &'static str,
    text: String,
}

fn documents() -> Result<Vec<Document>> {
    // Fails before minutes of building.
    frontend::tools()?;
    let openrpc = openrpc::text()?;
    let client = client::texts(&openrpc)?;
    Ok(vec![
        Document { path: "docs/reference/segments.md", text: segments::text() },
        Document { path: "docs/reference/fields.md", text: fields::text() },
        Document { path: "docs/API.md", text: api::text(&openrpc)? },
        Document { path: "docs/openrpc.json", text: openrpc },
        Document { path: "frontend/src/api/types.generated.ts", text: client.types },
        Document { path: "frontend/src/api/methods.generated.ts", text: client.methods },
    ])
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let stale: Vec<_> = documents()?.into_iter().filter(Document::is_stale).collect();
    if options.check && !stale.is_empty() {
        let paths: Vec<_> = stale.iter().map(|document| document.path).collect();
        bail!("out of date: {}; run `cargo xtask codegen`", paths.join(", "));
    }
    for document in stale {
        document.write()?;
        eprintln!("wrote {}", document.path);
    }
    Ok(())
}

impl Document {
    fn is_stale(&self) -> bool {
        fs::read_to_string(process::root().join(self.path)).ok().as_ref() != Some(&self.text)
    }

    fn write(&self) -> Result<()> {
        let path = process::root().join(self.path);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, &self.text))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_segment_and_every_field_has_a_line() {
        let [segments, fields] = [segments::text(), fields::text()];
        let (of_criteria, of_sources) = fields.split_once("\n## What sources give\n").expect("two tables");
        for segment in domain::system_segments::catalogue() {
            let start = format!("| `{}` | `{}` | {} |", segment.key.kind.name(), segment.key.value, segment.name);
            assert!(segments.contains(&start), "{start}");
        }
        for spec in domain::criteria::FIELDS {
            assert!(of_criteria.contains(&format!("| `{}` |", spec.name)), "{}", spec.name);
        }
        for field in domain::profile::PROFILE {
            assert!(of_sources.contains(&format!("| `{}` |", field.name)), "{}", field.name);
        }
    }
}
