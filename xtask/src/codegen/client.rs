//! The generated part of the TypeScript client. A script in `frontend/` writes it.

use std::fs;

use anyhow::{Context, Result};

use crate::{frontend, process};

pub(super) struct Client {
    pub(super) types: String,
    /// The map of the methods, and the errors.
    pub(super) methods: String,
}

pub(super) fn texts(openrpc: &str) -> Result<Client> {
    let folder = process::root().join("target/codegen");
    let document = folder.join("openrpc.json");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&document, openrpc))
        .with_context(|| format!("cannot write {}", document.display()))?;
    frontend::generate(&document, &folder)?;
    let read = |name| fs::read_to_string(folder.join(name)).with_context(|| format!("{name} was not generated"));
    Ok(Client { types: read("types.generated.ts")?, methods: read("methods.generated.ts")? })
}
