//! The server translates, and the engine decides: of `persistence` the server uses what reads, and it begins no transaction
//! that writes. So whatever changes something is a function of the engine, which the command line can call too.

use std::{collections::BTreeSet, path::Path};

use integration_tests::file_graph::{Sources, names_of_crate, sources_of};
use syn::{
    ExprMethodCall,
    visit::{self, Visit},
};

/// What the server may name: types, functions, and modules with all that is in them. Only reads belong here.
const READS: &[&str] = &[
    "persistence::ConnectionTrait",
    "persistence::Database",
    "persistence::DatabaseError",
    "persistence::DbErr",
    "persistence::Snapshot",
    "persistence::alerts::events::AlertEvent",
    "persistence::alerts::events::page",
    "persistence::attributes::declared",
    "persistence::database::causes_in_words",
    "persistence::database::io_words",
    "persistence::database::is_disk_full",
    "persistence::database::is_transient",
    "persistence::database::kind",
    "persistence::database::missing_file",
    "persistence::database::query_pool::is_cut",
    "persistence::event_names::UsedName",
    "persistence::event_names::all",
    "persistence::event_names::times",
    "persistence::goals::SavedGoal",
    "persistence::goals::all",
    "persistence::ingest::gone::since",
    "persistence::ingest::users::Texts",
    "persistence::ingest::users::count",
    "persistence::ingest::users::count_segmented",
    "persistence::ingest::users::find",
    "persistence::ingest::users::texts",
    "persistence::membership::ledger::Recorded",
    "persistence::ops::audit::StoredAuditEntry",
    "persistence::ops::audit::WhichEntries",
    "persistence::ops::audit::latest",
    "persistence::ops::tokens::NewToken",
    "persistence::ops::tokens::StoredToken",
    "persistence::ops::tokens::all",
    "persistence::ops::tokens::find",
    "persistence::reads",
    "persistence::runs::LeaseError",
    "persistence::runs::StoredRun",
    "persistence::runs::WhichRuns",
    "persistence::runs::find",
    "persistence::runs::latest_before",
    "persistence::runs::segments::of_run",
    "persistence::runs::shards::SegmentChanges",
    "persistence::segments::CountedSegment",
    "persistence::segments::StoredSegment",
    "persistence::segments::all",
    "persistence::segments::all_counted",
    "persistence::segments::custom::StoredDefinition",
    "persistence::segments::custom::StoredVersion",
    "persistence::segments::custom::Edited",
    "persistence::segments::custom::all",
    "persistence::segments::custom::editors",
    "persistence::segments::custom::find",
    "persistence::segments::custom::name_of",
    "persistence::segments::custom::names",
    "persistence::segments::custom::versions",
    "persistence::segments::find_counted",
    "persistence::segments::stars::of_actor",
    "persistence::segments::tags::all",
    "persistence::segments::tags::of_segment",
    "persistence::sync::destination::read",
    "persistence::sync::drift::Listed",
    "persistence::sync::drift::page",
    "persistence::sync::figures::HeldMember",
    "persistence::sync::figures::of_users",
    "persistence::sync::figures::page_held",
    "persistence::sync::runs::StoredSyncRun",
    "persistence::sync::runs::SyncId",
    "persistence::sync::runs::SyncLeaseError",
    "persistence::sync::runs::find",
    "persistence::sync::runs::latest_before",
    "persistence::sync::segments::find",
    "persistence::sync::suppressions::Search",
    "persistence::sync::suppressions::SuppressedUser",
    "persistence::sync::suppressions::of_users",
    "persistence::sync::suppressions::users",
    "persistence::webhooks::deliveries::Delivery",
    "persistence::webhooks::deliveries::page",
    "persistence::webhooks::endpoints::find",
];

/// Methods with which a connection or a database writes.
const WRITES: &[&str] =
    &["begin", "begin_membership_change", "begin_definition_change", "execute_raw", "execute_unprepared"];

fn is_below(path: &str, other: &str) -> bool {
    path == other || path.strip_prefix(other).is_some_and(|rest| rest.starts_with("::"))
}

/// Importing a module is fine if something in it may be named.
fn is_read(path: &str) -> bool {
    let writes = path.rsplit("::").next().is_some_and(|last| WRITES.contains(&last));
    !writes && READS.iter().any(|read| is_below(path, read) || is_below(read, path))
}

#[derive(Default)]
struct MethodCalls(BTreeSet<String>);

impl<'ast> Visit<'ast> for MethodCalls {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.0.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }
}

/// Everything by which the sources could write, with the file.
fn writes(sources: &Sources) -> Vec<String> {
    let names = names_of_crate(sources, "persistence");
    let named = names.iter().filter(|(path, _)| !is_read(path));
    let mut found: Vec<_> = named.map(|(path, files)| format!("{path} in {files:?}")).collect();
    for (file, source) in sources {
        let mut calls = MethodCalls::default();
        calls.visit_file(&syn::parse_file(source).expect("a source file that compiles"));
        let written = calls.0.iter().filter(|name| WRITES.contains(&name.as_str()));
        found.extend(written.map(|name| format!(".{name}() in {file}")));
    }
    found
}

fn server() -> Sources {
    sources_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/rpc-server/src"))
}

#[test]
fn server_writes_nothing_itself() {
    let writes = writes(&server());
    let advice = "move what writes into a use case of segmentation-engine; list what reads in READS";
    assert!(writes.is_empty(), "{writes:#?}\n{advice}");
}

#[test]
fn server_reads_are_no_more_than_needed() {
    let names = names_of_crate(&server(), "persistence");
    let is_unused = |read: &&&str| !names.keys().any(|path| is_below(path, read));
    let unused: Vec<_> = READS.iter().filter(is_unused).collect();
    assert!(unused.is_empty(), "take out of READS: {unused:?}");
}

#[test]
fn server_writes_are_found_in_any_form() {
    const LIB: &str = "mod handler;";
    for (handler, expected) in [
        ("use persistence::segments; fn f() { segments::find_counted(); segments::all_counted(); }", ""),
        ("use persistence::reads::members::{self, Listed}; fn f(_: Listed) { members::members() }", ""),
        ("fn f() { database.begin_snapshot() }", ""),
        ("use persistence::segments; fn f() { segments::set_active() }", "persistence::segments::set_active"),
        (
            "use persistence::segments::{self as s}; fn f() { s::custom::insert() }",
            "persistence::segments::custom::insert",
        ),
        (
            "use persistence::segments; use segments::custom; fn f() { custom::insert() }",
            "persistence::segments::custom::insert",
        ),
        ("use persistence::ops::audit::record;", "persistence::ops::audit::record"),
        ("fn f() { persistence::ingest::users::upsert() }", "persistence::ingest::users::upsert"),
        ("fn f() { join!(persistence::ingest::users::upsert()) }", "persistence::ingest::users::upsert"),
        ("use persistence::membership::overrides;", "persistence::membership::overrides"),
        ("use persistence::segments::*;", "persistence::segments::*"),
        ("pub use persistence::segments;", "persistence::segments (re-exported)"),
        ("use persistence::Database; fn f() { Database::begin() }", "persistence::Database::begin"),
        ("fn f() { database.begin() }", ".begin()"),
        ("fn f() { call.database().begin_definition_change() }", ".begin_definition_change()"),
        ("fn f() { call.database().connection().execute_unprepared() }", ".execute_unprepared()"),
    ] {
        let sources = [("lib.rs", LIB), ("handler.rs", handler)];
        let found = writes(&sources.map(|(file, source)| (file.to_owned(), source.to_owned())).into());
        let found: Vec<_> = found.iter().filter_map(|found| found.split_once(" in ")).map(|(name, _)| name).collect();
        assert_eq!(found.join(", "), expected, "{handler}");
    }
}
