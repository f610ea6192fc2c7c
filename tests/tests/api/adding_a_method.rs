//! `docs/adding-a-method.md` is true: every step of it was done for every method.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rpc_server::server::document;

use crate::every_method::every_method;

const REFERENCE: &str = include_str!("../../../docs/API.md");
const OPENRPC: &str = include_str!("../../../docs/openrpc.json");
const CLIENT: &str = include_str!("../../../frontend/src/api/methods.generated.ts");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_dir()).collect()
}

/// The files with a handler, each as `resource/method.rs`.
fn handlers() -> Vec<String> {
    let mut handlers = Vec::new();
    for folder in folders(&root().join("crates/rpc-server/src/methods")) {
        let resource = folder.file_name().expect("a name").to_string_lossy().into_owned();
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if fs::read_to_string(&path).expect("a text").contains("impl Method for ") {
                handlers.push(format!("{resource}/{name}"));
            }
        }
    }
    handlers
}

/// `adminAudience.getThings` as `get_things`.
fn snake(method: &str) -> String {
    let name = method.strip_prefix("adminAudience.").unwrap_or(method);
    name.chars().flat_map(|c| if c.is_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] }).collect()
}

#[test]
fn adding_a_method_steps_are_all_done() {
    let methods = document()["methods"].as_array().expect("methods");
    let names: Vec<_> = methods.iter().filter_map(|method| method["name"].as_str()).collect();
    // The document describes itself, and has its test among those of HTTP.
    let names: Vec<_> = names.into_iter().filter(|name| *name != "rpc.discover").collect();
    let handlers = handlers();
    for handler in &handlers {
        let is_listed = names.iter().any(|name| handler.ends_with(&format!("/{}.rs", snake(name))));
        assert!(is_listed, "step 2, list: methods::all() does not have {handler}");
    }
    for name in &names {
        let file = format!("/{}.rs", snake(name));
        let handler = handlers.iter().find(|handler| handler.ends_with(&file));
        let handler = handler.unwrap_or_else(|| panic!("step 1, handler: {name} needs a file of its own, …{file}"));
        let source = root().join("crates/rpc-server/src/methods").join(handler);
        assert!(source.with_extension("example.json").is_file(), "step 3, example: {name} has none");
        assert!(
            every_method().iter().any(|known| known.name == *name),
            "step 4, table: {name} is not in every_method()"
        );
        let tests = fs::read_to_string(root().join("tests/tests/api").join(handler)).unwrap_or_default();
        assert!(tests.contains(name), "step 5, tests: {name} is not called in tests/tests/api/{handler}");
        let quoted = format!("\"{name}\"");
        let generated = [
            ("docs/API.md", REFERENCE, *name),
            ("docs/openrpc.json", OPENRPC, quoted.as_str()),
            ("the client", CLIENT, quoted.as_str()),
        ];
        for (file, text, needle) in generated {
            assert!(text.contains(needle), "step 6, generated files: {name} is not in {file}");
        }
    }
}
