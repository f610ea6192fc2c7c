//! Declares attributes: one at a time, or all of a file.
//!
//! A change that would make the definition of a segment invalid is refused: an attribute that a segment uses cannot be archived,
//! and an option that a segment names cannot be left out.

mod declared_file;

use domain::{
    attribute::{Attribute, AttributeKey, Attributes, check_change, read_one},
    criteria::Fault,
    instant::Instant,
    period::Moment,
    shard::Shard,
    words::counted,
};
use persistence::{Database, DbErr, DefinitionTx, attributes, database::words, segments::custom};
use serde_json::{Value as Json, json};

use crate::{
    audit::Audit,
    segments::{definition::Vocabulary, delete::Referrer},
    support::retry::{Failure, with_retry},
};

pub use self::declared_file::{AttributeChange, FileError, apply, changes, parse};

/// Why an attribute is not declared or archived.
#[derive(Debug, thiserror::Error)]
pub enum AttributeError {
    /// All faults of the declaration.
    #[error("{}", in_words(.0))]
    Invalid(Vec<Fault>),
    #[error("there is no attribute {0}")]
    NotFound(String),
    /// Segments would have an invalid definition.
    #[error(
        "{} it: {}",
        counted(.0.len() as u64, "segment uses", "segments use"),
        .0.iter().map(|segment| segment.key.to_string()).collect::<Vec<_>>().join(", ")
    )]
    InUse(Vec<Referrer>),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

fn in_words(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Declares an attribute, or declares it anew: its label, options, and whether it is personal may change. An archived one is
/// declared again, with the values that were stored.
pub async fn save(
    database: &Database,
    declaration: &Json,
    moment: Moment,
    audit: &Audit,
) -> Result<Attribute, AttributeError> {
    let attribute = read_one(declaration, "").map_err(AttributeError::Invalid)?;
    with_retry(|| async {
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        let declared = attributes::declared(&tx).await?;
        let former = attributes::kind(&tx, attribute.key()).await?;
        check_change(&attribute, former, &declared).map_err(|fault| AttributeError::Invalid(vec![fault]))?;
        refuse_if_used(&tx, &declared, &declared.clone().with(attribute.clone()), moment).await?;
        attributes::save(&tx, &attribute).await?;
        record(&tx, &attribute, moment.now, audit).await?;
        tx.commit().await?;
        Ok::<_, AttributeError>(())
    })
    .await?;
    Ok(attribute)
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
    tx: &DefinitionTx,
    before: &Attributes,
    after: &Attributes,
    moment: Moment,
) -> Result<(), AttributeError> {
    let vocabulary = |attributes: &Attributes| Vocabulary {
        names: domain::criteria::SegmentNames::new(),
        attributes: attributes.clone(),
        zone: moment.zone,
    };
    let (before, after) = (vocabulary(before), vocabulary(after));
    let is_broken = |definition: &Json| before.criteria(definition).is_some() && after.criteria(definition).is_none();
    let all = custom::all(tx).await?.into_iter();
    let used_by: Vec<_> = all
        .filter(|custom| is_broken(&custom.definition))
        .map(|custom| Referrer { key: custom.key, name: custom.name })
        .collect();
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
