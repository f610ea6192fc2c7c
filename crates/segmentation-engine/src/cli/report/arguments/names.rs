//! Values of arguments that several reports have.

use domain::{calendar::CalendarUnit, report::activity::ActivityKind};
use segmentation_engine::reports::Family;
use serde::de::{DeserializeOwned, IntoDeserializer};

/// One of the names that the API has too.
pub(super) fn named<T: DeserializeOwned>(text: &str, expected: &str) -> Result<T, String> {
    T::deserialize(text.into_deserializer()).map_err(|_: serde::de::value::Error| format!("expected {expected}"))
}

pub(super) fn family(text: &str) -> Result<Family, String> {
    named(text, "plan or lifecycle")
}

pub(super) fn unit(text: &str) -> Result<CalendarUnit, String> {
    named(text, "day, week or month")
}

pub(super) fn activity(text: &str) -> Result<ActivityKind, String> {
    named(text, "quizzes, events or seen")
}
