//! The definitions of custom segments, and every version that each of them had.

use domain::{
    criteria::Criteria,
    ids::SegmentId,
    instant::Instant,
    segment::{SegmentKey, SegmentType},
    text::fold,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QueryOrder};
use serde_json::{Value as Json, json};

use crate::{
    database::Transaction,
    entity::{custom_segment, custom_segment_version},
    segments,
};

/// A custom segment as it is to be made.
#[derive(Debug, Clone)]
pub struct NewCustomSegment {
    /// A UUID: the value of its key.
    pub id: String,
    /// Unique without regard to case.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Who belongs to it.
    pub criteria: Criteria,
    /// Whose token or subject.
    pub author: String,
}

/// A custom segment as it is stored. Its definition is parsed by whoever evaluates it: it may name what is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDefinition {
    /// The segment's key in the database.
    pub segment: SegmentId,
    /// Type and value.
    pub key: SegmentKey,
    /// Unique without regard to case.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// The outermost set, in the form that the domain parses.
    pub definition: Json,
    /// Counts up with every change.
    pub version: i32,
}

/// Makes a custom segment, without members as yet.
pub async fn insert(tx: &Transaction, new: &NewCustomSegment, now: Instant) -> Result<SegmentId, DbErr> {
    let segment = segments::insert(tx, &SegmentKey::new(SegmentType::Custom, &new.id), now).await?;
    let (criteria, combine_with) = split(new.criteria.to_json());
    let row = custom_segment::ActiveModel {
        id: Set(new.id.clone()),
        segment_id: Set(segment.0),
        name: Set(new.name.clone()),
        name_folded: Set(fold(&new.name)),
        description: Set(new.description.clone()),
        criteria: Set(criteria.clone()),
        combine_with: Set(combine_with.clone()),
        version: Set(1),
        created_by: Set(new.author.clone()),
        created_at: Set(now),
        updated_at: Set(now),
    };
    custom_segment::Entity::insert(row).exec_without_returning(tx).await?;
    let version = custom_segment_version::ActiveModel {
        custom_segment_id: Set(new.id.clone()),
        version: Set(1),
        name: Set(new.name.clone()),
        description: Set(new.description.clone()),
        criteria: Set(criteria),
        combine_with: Set(combine_with),
        author: Set(new.author.clone()),
        created_at: Set(now),
    };
    custom_segment_version::Entity::insert(version).exec_without_returning(tx).await?;
    Ok(segment)
}

/// All of them, by segment id.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredDefinition>, DbErr> {
    let rows = custom_segment::Entity::find().order_by_asc(custom_segment::Column::SegmentId).all(connection).await?;
    Ok(rows.into_iter().map(StoredDefinition::from).collect())
}

impl From<custom_segment::Model> for StoredDefinition {
    fn from(row: custom_segment::Model) -> Self {
        Self {
            segment: SegmentId(row.segment_id),
            key: SegmentKey::new(SegmentType::Custom, row.id),
            name: row.name,
            description: row.description,
            definition: json!({"criteria": row.criteria, "combineWith": row.combine_with}),
            version: row.version,
        }
    }
}

/// The outermost set as the columns have it: a list, and how it combines. A negated set is wrapped in one that is not.
fn split(mut definition: Json) -> (Json, String) {
    if definition.get("not").is_some() {
        return (json!([definition]), "AND".into());
    }
    let combine_with = definition["combineWith"].as_str().unwrap_or("AND").to_owned();
    (definition["criteria"].take(), combine_with)
}
