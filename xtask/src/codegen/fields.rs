//! The page of fields: those that criteria test, and those that sources give.

use std::ops::RangeInclusive;

use domain::{
    criteria::{FIELDS, Field, FieldKind, FieldSpec, NumberField},
    ids::UserId,
    instant::Instant,
    profile::{PROFILE, ProfileField, ProfileValue, User},
};

use super::markdown::{code, page, table};

pub(super) fn text() -> String {
    format!(
        "{}\n## What sources give\n\n\
         The columns of `users.csv`, the keys of a user in `adminAudience.upsertUsers`, and the columns of the query `[users]` of a\n\
         pull. A field that a source does not have stays as it is for an existing user. A new user gets what an empty cell means.\n\
         In a call, null is an empty cell for a field that may be unset, and a fault for every other.\n\n\
         Only `deletedAt` differs: a user with a row in a file or a query that has no such column is not deleted.\n\n{}",
        of_criteria(),
        of_sources()
    )
}

fn of_sources() -> String {
    let new = User::new(UserId(String::new()), String::new(), Instant::default());
    let id =
        ["`id`", "required", "a fault", "the host application's id; text of at most 1,024 bytes"].map(str::to_owned);
    let rows = PROFILE.iter().map(|field| of_source(field, &new));
    table(["Field", "", "Empty means", "Value"], [id].into_iter().chain(rows).collect())
}

fn of_source(field: &ProfileField, new: &User) -> [String; 4] {
    let needed = if field.is_required() { "required for new users" } else { "optional" };
    let (empty, value) = match field.value {
        ProfileValue::Text(..) => ("a fault".into(), "text".into()),
        ProfileValue::OptionalText(..) => ("unset".into(), "text".into()),
        ProfileValue::Word(place) => (code((place.get)(new)), "a word; stored in upper case".into()),
        ProfileValue::Number(number, place) => ((place.get)(new).to_string(), integer(number)),
        ProfileValue::Date(..) => ("a fault".into(), "time".into()),
        ProfileValue::OptionalDate(..) => ("unset".into(), "time".into()),
        ProfileValue::Deletion(_) => ("not deleted".into(), "time".into()),
    };
    [code(field.name), needed.into(), empty, value]
}

fn integer(field: NumberField) -> String {
    match (*field.values().start(), *field.values().end()) {
        (i64::MIN, i64::MAX) => "integer".into(),
        (0, i64::MAX) => "integer, not negative".into(),
        (least, greatest) => format!("integer from {least} to {greatest}"),
    }
}

fn of_criteria() -> String {
    page(
        "Fields",
        "What conditions can test. An unset value matches no positive operator; every negative operator is the\n\
         exact complement of its positive one.",
        ["Field", "In words", "Kind", "May be unset", "Operators"],
        FIELDS.iter().map(row).collect(),
    )
}

fn row(spec: &FieldSpec<'_>) -> [String; 5] {
    let operators: Vec<_> = spec.field.operators().into_iter().map(|operator| code(operator.name())).collect();
    let unset = if spec.nullable() { "yes" } else { "no" };
    [code(spec.name), spec.words.into(), kind(spec.field), unset.into(), operators.join(", ")]
}

fn kind(field: Field<'_>) -> String {
    match field.kind() {
        FieldKind::Select => "one of a few options".into(),
        FieldKind::Number => match field.numbers().map(RangeInclusive::into_inner) {
            None | Some((i64::MIN, i64::MAX)) => "integer".into(),
            Some((min, max)) => format!("integer from {min} to {max}"),
        },
        FieldKind::Percentage => "percentage, 0 to 100".into(),
        FieldKind::Date => "date".into(),
        FieldKind::Text => "text".into(),
        FieldKind::EventCount => "number of events".into(),
        FieldKind::Membership => "segments".into(),
        FieldKind::Decimal => "decimal number".into(),
        FieldKind::List => "list of texts".into(),
        FieldKind::Money => "money".into(),
    }
}
