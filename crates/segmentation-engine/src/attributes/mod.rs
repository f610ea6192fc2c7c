//! Declares attributes: one at a time, or all of a file.
//!
//! A change that would make the definition of a segment invalid is refused: an attribute that a segment uses cannot be archived,
//! and an option that a segment names cannot be left out.

mod declared_file;

use std::fmt;

use domain::{
    attribute::{Attribute, AttributeKey, Attributes, PREFIX, check_change, read_one},
    criteria::Fault,
    instant::Instant,
    period::Moment,
    shard::Shard,
};
use persistence::{
    ConnectionTrait, Database, DbErr, DefinitionTx, attributes,
    database::words,
    segments::custom::{self, StoredDefinition},
};
use serde_json::{Value as Json, json};

use crate::{
    audit::Audit,
    segments::{definition::Vocabulary, delete::Referrer},
    support::retry::{Failure, with_retry},
};

pub use self::declared_file::{AttributeChange, FileError, apply, changes, check, parse};

/// Why an attribute is not declared or archived.
#[derive(Debug, thiserror::Error)]
pub enum AttributeError {
    /// All faults of the declaration.
    #[error("{}", in_words(.0))]
    Invalid(Vec<Fault>),
    #[error("there is no attribute {0}")]
    NotFound(String),
    /// Segments would have an invalid definition.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    InUse(Vec<Use>),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// A segment that uses attributes which would be archived, or options which would be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub segment: Referrer,
    pub attributes: Vec<AttributeKey>,
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { segment: Referrer { key, name }, attributes } = self;
        let attributes: Vec<_> = attributes.iter().map(|key| format!("{PREFIX}{key}")).collect();
        write!(
            f,
            "the segment \"{name}\" ({key}) uses {}, or options of it that would be left out",
            attributes.join(" and ")
        )
    }
}

fn in_words(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Declares an attribute, or declares it anew: its label, options, and whether it is personal may change. Options, and whether it is
/// personal, stay if the declaration does not have them. An archived one is declared again, with the values that were stored.
pub async fn save(
    database: &Database,
    declaration: &Json,
    moment: Moment,
    audit: &Audit,
) -> Result<Attribute, AttributeError> {
    with_retry(|| async {
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        let declared = attributes::declared(&tx).await?;
        let attribute = read_one(&completed(declaration, &declared), "").map_err(AttributeError::Invalid)?;
        let former = attributes::kind(&tx, attribute.key()).await?;
        check_change(&attribute, former, &declared).map_err(|fault| AttributeError::Invalid(vec![fault]))?;
        refuse_if_used(&tx, &declared, &declared.clone().with(attribute.clone()), moment).await?;
        attributes::save(&tx, &attribute).await?;
        record(&tx, &attribute, moment.now, audit).await?;
        tx.commit().await?;
        Ok(attribute)
    })
    .await
}

/// With what it leaves out as it is.
fn completed(declaration: &Json, declared: &Attributes) -> Json {
    let mut completed = declaration.clone();
    let present = declaration["key"].as_str().and_then(|key| declared.get(key));
    let present = present.filter(|present| declaration["type"] == json!(present.kind()));
    let (Some(completed), Some(present)) = (completed.as_object_mut(), present) else { return completed };
    let is_left_out = |value: Option<&Json>| value.is_none_or(Json::is_null);
    if is_left_out(completed.get("options")) {
        completed.insert("options".into(), json!(present.options().collect::<Vec<_>>()));
    }
    if is_left_out(completed.get("personal")) {
        completed.insert("personal".into(), json!(present.is_personal()));
    }
    json!(completed)
}

/// Archives an attribute: no definition can name it, and sources no longer change it. What is stored of it stays.
pub async fn archive(database: &Database, key: &str, moment: Moment, audit: &Audit) -> Result<(), AttributeError> {
    with_retry(|| async {
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        let declared = attributes::declared(&tx).await?;
        let attribute = declared.get(key).ok_or_else(|| AttributeError::NotFound(key.to_owned()))?;
        refuse_if_used(&tx, &declared, &declared.clone().without(key), moment).await?;
        attributes::archive(&tx, attribute.key(), moment.now).await?;
        audit.record(&tx, moment.now, Some(target(attribute.key())), None).await?;
        tx.commit().await?;
        Ok(())
    })
    .await
}

fn target(key: &AttributeKey) -> String {
    format!("attribute {key}")
}

async fn record(tx: &DefinitionTx, attribute: &Attribute, at: Instant, audit: &Audit) -> Result<(), DbErr> {
    let detail =
        json!({"type": attribute.kind(), "options": attribute.options().len(), "personal": attribute.is_personal()});
    audit.record(tx, at, Some(target(attribute.key())), Some(detail)).await
}

/// Segments whose definition is valid with the attributes before, and would not be with those after.
async fn refuse_if_used(
    connection: &impl ConnectionTrait,
    before: &Attributes,
    after: &Attributes,
    moment: Moment,
) -> Result<(), AttributeError> {
    let vocabulary = |attributes: &Attributes| Vocabulary {
        names: domain::criteria::SegmentNames::new(),
        attributes: attributes.clone(),
        zone: moment.zone,
    };
    let is_valid = |definition: &Json, attributes: &Attributes| vocabulary(attributes).criteria(definition).is_some();
    // The attributes with each change by itself.
    let changed: Vec<_> = before
        .iter()
        .filter(|old| after.get(old.key().as_str()) != Some(*old))
        .map(|old| {
            let rest = before.clone().without(old.key().as_str());
            (old.key(), after.get(old.key().as_str()).map_or(rest.clone(), |new| rest.with((**new).clone())))
        })
        .collect();
    let used_by = |custom: StoredDefinition| {
        let breaks = |(_, attributes): &&(_, Attributes)| !is_valid(&custom.definition, attributes);
        let attributes: Vec<_> = changed.iter().filter(breaks).map(|(key, _)| (*key).clone()).collect();
        let segment = Referrer { key: custom.key.clone(), name: custom.name.clone() };
        Some(Use { segment, attributes }).filter(|used| !used.attributes.is_empty())
    };
    let valid = custom::all(connection).await?.into_iter().filter(|custom| is_valid(&custom.definition, before));
    let used_by: Vec<_> = valid.filter_map(used_by).collect();
    if used_by.is_empty() { Ok(()) } else { Err(AttributeError::InUse(used_by)) }
}

impl Failure for AttributeError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::Invalid(_) | Self::NotFound(_) | Self::InUse(_) => None,
        }
    }
}
