//! `docs/adding-a-field.md` is true: every step was done for every field, and every file it names exists.

use std::{collections::BTreeSet, path::Path};

use domain::criteria::{FIELDS, arbitrary};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::Value as Json;

const CHECKLIST: &str = include_str!("../../../docs/adding-a-field.md");
const PAGE: &str = include_str!("../../../docs/criteria.md");
const REFERENCE: &str = include_str!("../../../docs/reference/fields.md");
const GOLDEN: [&str; 2] = [
    include_str!(
        "../../../crates/persistence/src/criteria_sql/snapshots/persistence__criteria_sql__tests__operators_sqlite.snap"
    ),
    include_str!(
        "../../../crates/persistence/src/criteria_sql/snapshots/persistence__criteria_sql__tests__operators_postgres.snap"
    ),
];

#[test]
fn adding_a_field_checklist_names_only_existing_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let quoted = CHECKLIST.split('`').skip(1).step_by(2);
    let files: Vec<_> = quoted.filter(|text| text.contains('/') && !text.contains(' ')).collect();
    assert!(files.len() > 15, "{files:?}");
    let gone: Vec<_> = files.iter().filter(|file| !root.join(file).is_file()).collect();
    assert!(gone.is_empty(), "docs/adding-a-field.md names what is not there: {gone:?}");
}

#[test]
fn field_labels_are_unique() {
    let labels: BTreeSet<_> = FIELDS.iter().map(|spec| spec.label.trim()).filter(|label| !label.is_empty()).collect();
    assert_eq!(labels.len(), FIELDS.len(), "step 1: {labels:?}");
}

#[test]
fn field_operators_are_all_in_the_golden_sql() {
    for spec in &FIELDS {
        for operator in spec.field.operators() {
            let condition = format!(r#"{{"field":"{}","operator":"{}""#, spec.name, operator.name());
            assert!(GOLDEN.iter().all(|golden| golden.contains(&condition)), "step 5: {condition}");
        }
    }
}

#[test]
fn field_is_drawn_by_random_definitions() {
    let segments = vec!["plan:pro".parse().expect("a key")];
    let condition = arbitrary::condition(segments);
    let mut runner = TestRunner::deterministic();
    let mut name = || condition.new_tree(&mut runner).expect("a condition").current().field().spec().name;
    let random: BTreeSet<_> = (0..2_000).map(|_| name()).collect();
    let missing: Vec<_> = FIELDS.iter().map(|spec| spec.name).filter(|name| !random.contains(name)).collect();
    assert!(missing.is_empty(), "step 6: {missing:?}");
}

#[test]
fn field_is_in_an_example_and_in_the_generated_page() {
    let mut examples = BTreeSet::new();
    for block in PAGE.split("\n```json\n").skip(1) {
        let block = block.split("\n```").next().expect("a block");
        collect_fields(&serde_json::from_str(block).expect("JSON"), &mut examples);
    }
    for spec in &FIELDS {
        assert!(examples.contains(spec.name), "step 7: {} has no example in docs/criteria.md", spec.name);
        assert!(REFERENCE.contains(&format!("| `{}` |", spec.name)), "step 8: {}", spec.name);
    }
}

fn collect_fields(item: &Json, into: &mut BTreeSet<String>) {
    into.extend(item["field"].as_str().map(str::to_owned));
    for item in item["criteria"].as_array().into_iter().flatten() {
        collect_fields(item, into);
    }
}
