//! No cycles between the files of a crate, so that they can be read one by one and moved alone.

use std::path::Path;

use integration_tests::file_graph::FileGraph;

#[test]
fn file_cycles_are_in_no_crate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let crates = [
        ("domain", "crates/domain/src"),
        ("persistence", "crates/persistence/src"),
        ("resend", "crates/resend/src"),
        ("webhooks", "crates/webhooks/src"),
        ("segmentation-engine", "crates/segmentation-engine/src"),
        ("rpc-server", "crates/rpc-server/src"),
        ("migration", "migration/src"),
        ("xtask", "xtask/src"),
    ];
    let faults: Vec<_> = crates.into_iter().filter_map(|(name, folder)| fault(name, &root.join(folder))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

fn fault(name: &str, folder: &Path) -> Option<String> {
    let graph = FileGraph::of_folder(folder);
    let circular = graph.circular_files();
    let count = circular.len();
    (count > 0)
        .then(|| format!("{name}: {count} files in circles: {circular:?}\nThe shortest:\n{}", graph.shortest_circle()))
}

/// The cycle in a small tree of files.
fn circle(files: &[(&str, &str)]) -> String {
    let sources = files.iter().map(|(file, source)| ((*file).to_owned(), (*source).to_owned())).collect();
    FileGraph::of(&sources).shortest_circle()
}

#[test]
fn file_cycles_are_found_through_imports_paths_macros_and_re_exports() {
    const LIB: (&str, &str) = ("lib.rs", "mod shop; mod till; mod log;");
    const SHOP: (&str, &str) = ("shop/mod.rs", "mod shelf; mod sign; pub use self::shelf::{Shelf, Kind};");
    const SIGN: (&str, &str) = ("shop/sign.rs", "pub fn sign() {}");
    const LOG: (&str, &str) = ("log.rs", "pub fn log() {}");
    let till = ("till.rs", "use crate::{log::log, shop::{Kind, self}}; pub struct Till; fn f() -> Kind { log() }");
    let expected = "shop/shelf.rs uses crate::till::Till\ntill.rs uses crate::shop::Kind";
    for shelf in [
        "use crate::till::Till; pub struct Shelf(Till); pub enum Kind { Wide }",
        "pub struct Shelf; pub enum Kind { Wide } fn f(till: &crate::till::Till) {}",
        "pub struct Shelf; pub enum Kind { Wide } mod inner { fn f() { vec![(1, crate::till::Till)]; } }",
        "pub struct Shelf; pub enum Kind { Wide } fn f() { use crate::{log, till::Till}; }",
    ] {
        assert_eq!(circle(&[LIB, SHOP, SIGN, LOG, till, ("shop/shelf.rs", shelf)]), expected, "{shelf}");
    }
    for shelf in [
        "pub struct Shelf; pub enum Kind { Wide }",
        "use super::sign::sign; pub struct Shelf; pub enum Kind { Wide } fn f() { crate::log::log() }",
        "pub struct Shelf; pub enum Kind { Wide } #[cfg(test)] mod tests { use crate::till::Till; }",
    ] {
        assert_eq!(circle(&[LIB, SHOP, SIGN, LOG, till, ("shop/shelf.rs", shelf)]), "", "{shelf}");
    }
}

#[test]
fn file_cycles_include_a_module_and_its_child() {
    let child = ("shop/shelf.rs", "use super::Till; pub fn shelf(till: Till) {}");
    for (module, expected) in [
        ("mod shelf; pub struct Till; fn f() { shelf::shelf(Till) }", "shop/mod.rs uses shelf::shelf"),
        ("mod shelf; pub use shelf::shelf; pub struct Till; fn f() { shelf(Till) }", "shop/mod.rs uses shelf"),
        ("mod shelf; pub use shelf::shelf; pub struct Till;", ""),
    ] {
        let found = circle(&[("lib.rs", "pub mod shop;"), ("shop/mod.rs", module), child]);
        let expected =
            if expected.is_empty() { String::new() } else { format!("{expected}\nshop/shelf.rs uses super::Till") };
        assert_eq!(found, expected, "{module}");
    }
}
