//! The page of the fields that criteria may test.

use domain::criteria::{FIELDS, FieldKind, FieldSpec};

use super::markdown::{code, page};

/// The page.
pub(super) fn text() -> String {
    page(
        "Fields of criteria",
        "What a condition may test, and how. An unset value matches no positive operator; every negative operator is the\n\
         exact complement of its positive.",
        ["Field", "In words", "Kind", "May be unset", "Operators"],
        FIELDS.iter().map(row).collect(),
    )
}

fn row(spec: &FieldSpec) -> [String; 5] {
    let operators: Vec<_> = spec.field.operators().into_iter().map(|operator| code(operator.name())).collect();
    let unset = if spec.nullable() { "yes" } else { "no" };
    [code(spec.name), spec.words.into(), kind(spec.field.kind()), unset.into(), operators.join(", ")]
}

fn kind(kind: FieldKind) -> String {
    match kind {
        FieldKind::Select => "one of a few options".into(),
        FieldKind::Number { min: i64::MIN, max: i64::MAX } => "whole number".into(),
        FieldKind::Number { min, max } => format!("whole number from {min} to {max}"),
        FieldKind::Percentage => "percentage, 0 to 100".into(),
        FieldKind::Date => "date".into(),
        FieldKind::Text => "text".into(),
        FieldKind::EventCount => "number of events".into(),
        FieldKind::Membership => "segments".into(),
    }
}
