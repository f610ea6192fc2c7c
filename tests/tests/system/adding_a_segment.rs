//! `docs/adding-a-segment.md` is true: every step of it was done for every built-in segment.

use domain::system_segments::{SystemSegment, catalogue};

const EXAMPLES: &str = include_str!("../../../crates/domain/src/system_segments/tests.rs");
const WORDS: &str = include_str!("../../../crates/domain/src/criteria/describe/tests.rs");
const REFERENCE: &str = include_str!("../../../docs/reference/segments.md");
const GOLDEN: [&str; 2] = [
    include_str!(
        "../../../crates/persistence/src/criteria_sql/snapshots/persistence__criteria_sql__system_segments__sqlite.snap"
    ),
    include_str!(
        "../../../crates/persistence/src/criteria_sql/snapshots/persistence__criteria_sql__system_segments__postgres.snap"
    ),
];

#[test]
fn adding_a_segment_steps_are_all_done() {
    for SystemSegment { key, name, .. } in catalogue() {
        assert!(EXAMPLES.contains(&format!("{:?}", key.value)), "step 2, examples: {key} is in none");
        assert!(WORDS.contains(&format!("\"{key}\"")), "step 3, words: {key} has no sentence");
        let line = format!("{name} ({key})\n");
        assert!(GOLDEN.iter().all(|golden| golden.contains(&line)), "step 4, SQL: {key} is not recorded");
        let row = format!("| `{}` | `{}` | {name} |", key.kind.name(), key.value);
        assert!(REFERENCE.contains(&row), "step 4, codegen: {key} is not in docs/reference/segments.md");
    }
}
