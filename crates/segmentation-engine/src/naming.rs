//! Finds custom segments that name a person: definitions, names and descriptions are not about a person, so an erasure
//! leaves them to the admins.

use std::collections::HashMap;

use domain::{ids::UserId, segment::SegmentKey, text::fold};
use persistence::{
    ConnectionTrait, DbErr,
    segments::custom::{self, StoredVersion},
};
use serde_json::Value as Json;

/// A version of a custom segment that names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamingVersion {
    pub segment: SegmentKey,
    /// The name in this version.
    pub name: String,
    pub version: i32,
    /// Whether it is the version in effect.
    pub is_current: bool,
}

/// Whether texts name a person, compared as the text operators of criteria compare.
pub(crate) struct Person {
    id: String,
    email: String,
}

impl Person {
    pub(crate) fn new(id: &UserId, email: &str) -> Self {
        Self { id: fold(&id.0), email: fold(email) }
    }

    /// Whether the name of a segment names the person. An id may be as short as a number, so only a whole word is one.
    pub(crate) fn is_in_name(&self, name: &str) -> bool {
        let folded = fold(name);
        folded == self.id || folded.split_whitespace().any(|word| word == self.id) || self.has_address(&folded)
    }

    fn is_named_in(&self, stored: &StoredVersion) -> bool {
        let texts = [Some(&stored.name), stored.description.as_ref()];
        let is_described = texts.into_iter().flatten().any(|text| self.has_address(&fold(text)));
        is_described || has_value(&stored.definition, &|value| self.is_value(&fold(value)))
    }

    fn has_address(&self, folded: &str) -> bool {
        !self.email.is_empty() && folded.contains(&self.email)
    }

    /// An id may be as short as a number, so only a whole value is one.
    fn is_value(&self, folded: &str) -> bool {
        folded == self.id || self.has_address(folded)
    }
}

/// In the order of segments and versions.
pub(crate) async fn versions_that_name(
    connection: &impl ConnectionTrait,
    person: &Person,
) -> Result<Vec<NamingVersion>, DbErr> {
    let current = custom::all(connection).await?;
    let current: HashMap<_, _> = current.into_iter().map(|stored| (stored.key, stored.version)).collect();
    let versions = custom::versions_of_all(connection).await?;
    let naming = versions.into_iter().filter(|(_, stored)| person.is_named_in(stored));
    let found = naming.map(|(segment, StoredVersion { version, name, .. })| {
        let is_current = current.get(&segment) == Some(&version);
        NamingVersion { segment, name, version, is_current }
    });
    Ok(found.collect())
}

/// Whether a text that a condition compares with is as asked. Not parsed, since an earlier version may no longer be valid.
fn has_value(definition: &Json, is_asked: &impl Fn(&str) -> bool) -> bool {
    match definition {
        Json::Object(set) => set.iter().any(|(key, inner)| match inner {
            Json::String(text) => key == "value" && is_asked(text),
            Json::Array(list) if key == "value" => list.iter().filter_map(Json::as_str).any(is_asked),
            _ => has_value(inner, is_asked),
        }),
        Json::Array(list) => list.iter().any(|inner| has_value(inner, is_asked)),
        _ => false,
    }
}
