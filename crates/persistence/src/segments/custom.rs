//! The definitions of custom segments, with every version.

use std::collections::BTreeMap;

use domain::{
    criteria::{Criteria, SegmentNames},
    ids::SegmentId,
    instant::Instant,
    segment::{SegmentKey, SegmentType},
    text::fold,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
    sea_query::Expr,
};
use serde_json::{Map, Value as Json};

use crate::{
    database::{DefinitionTx, json_rows::statement, words},
    entity::{custom_segment, custom_segment_version},
    segments,
    webhooks::outbox,
};

#[derive(Debug, Clone)]
pub struct NewCustomSegment {
    /// A UUID; the value of its key.
    pub id: String,
    pub draft: Draft,
}

/// A definition to save.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Unique, ignoring case.
    pub name: String,
    pub description: Option<String>,
    pub criteria: Criteria,
    /// A token or the subject of a JWT.
    pub author: String,
}

/// The definition is not parsed: it may refer to segments that are gone.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDefinition {
    pub segment: SegmentId,
    pub key: SegmentKey,
    /// Unique, ignoring case.
    pub name: String,
    pub description: Option<String>,
    /// The outermost set, in the form that the domain parses.
    pub definition: Json,
    /// Incremented by each change.
    pub version: i32,
    /// A token or the subject of a JWT.
    pub created_by: String,
    pub updated_at: Instant,
}

/// The latest change of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// A token or the subject of a JWT.
    pub by: String,
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoredVersion {
    /// From 1.
    pub version: i32,
    pub name: String,
    pub description: Option<String>,
    /// The outermost set, in the form that the domain parses.
    pub definition: Json,
    /// A token or the subject of a JWT.
    pub author: String,
    pub created_at: Instant,
}

#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Ignoring case.
    #[error("another custom segment has this name")]
    NameTaken,
    /// The segment was changed meanwhile.
    #[error("the segment has version {version} now")]
    Stale { version: i32 },
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// Creates a custom segment without members. After an error the transaction can only be rolled back.
pub async fn insert(tx: &DefinitionTx, new: &NewCustomSegment, now: Instant) -> Result<SegmentId, SaveError> {
    let segment = segments::insert(tx, &SegmentKey::new(SegmentType::Custom, &new.id), now).await?;
    let draft = &new.draft;
    let Columns { criteria, combine_with, negated } = Columns::of(&draft.criteria);
    let row = custom_segment::ActiveModel {
        id: Set(new.id.clone()),
        segment_id: Set(segment.0),
        name: Set(draft.name.clone()),
        name_folded: Set(fold(&draft.name)),
        description: Set(draft.description.clone()),
        criteria: Set(criteria),
        combine_with: Set(combine_with),
        negated: Set(negated),
        version: Set(1),
        created_by: Set(draft.author.clone()),
        created_at: Set(now),
        updated_at: Set(now),
    };
    custom_segment::Entity::insert(row).exec_without_returning(tx).await.map_err(name_taken)?;
    keep_version(tx, &new.id, 1, draft, now).await?;
    outbox::put_definition(tx, (segment, &SegmentKey::new(SegmentType::Custom, &new.id)), 1, now).await?;
    Ok(segment)
}

/// Saves the next version of a custom segment and returns its number. Members do not follow. Fails if the current
/// version is not the one that was edited. After an error the transaction can only be rolled back.
pub async fn update(
    tx: &DefinitionTx,
    stored: &StoredDefinition,
    changed: i32,
    draft: &Draft,
    now: Instant,
) -> Result<i32, SaveError> {
    if stored.version != changed {
        return Err(SaveError::Stale { version: stored.version });
    }
    let (id, version) = (stored.key.value.as_str(), stored.version + 1);
    let Columns { criteria, combine_with, negated } = Columns::of(&draft.criteria);
    custom_segment::Entity::update_many()
        .col_expr(custom_segment::Column::Name, Expr::value(draft.name.clone()))
        .col_expr(custom_segment::Column::NameFolded, Expr::value(fold(&draft.name)))
        .col_expr(custom_segment::Column::Description, Expr::value(draft.description.clone()))
        .col_expr(custom_segment::Column::Criteria, Expr::value(criteria))
        .col_expr(custom_segment::Column::CombineWith, Expr::value(combine_with))
        .col_expr(custom_segment::Column::Negated, Expr::value(negated))
        .col_expr(custom_segment::Column::Version, Expr::value(version))
        .col_expr(custom_segment::Column::UpdatedAt, Expr::value(now))
        .filter(custom_segment::Column::Id.eq(id))
        .exec(tx)
        .await
        .map_err(name_taken)?;
    keep_version(tx, id, version, draft, now).await?;
    outbox::put_definition(tx, (stored.segment, &stored.key), version, now).await?;
    Ok(version)
}

fn name_taken(error: DbErr) -> SaveError {
    match error.sql_err() {
        // The id is new or unchanged, so only the name can be taken.
        Some(SqlErr::UniqueConstraintViolation(_)) => SaveError::NameTaken,
        _ => error.into(),
    }
}

async fn keep_version(tx: &DefinitionTx, id: &str, version: i32, draft: &Draft, now: Instant) -> Result<(), DbErr> {
    let Columns { criteria, combine_with, negated } = Columns::of(&draft.criteria);
    let row = custom_segment_version::ActiveModel {
        custom_segment_id: Set(id.into()),
        version: Set(version),
        name: Set(draft.name.clone()),
        description: Set(draft.description.clone()),
        criteria: Set(criteria),
        combine_with: Set(combine_with),
        negated: Set(negated),
        author: Set(draft.author.clone()),
        created_at: Set(now),
    };
    custom_segment_version::Entity::insert(row).exec_without_returning(tx).await.map(|_| ())
}

/// Newest first.
pub async fn versions(connection: &impl ConnectionTrait, id: &str) -> Result<Vec<StoredVersion>, DbErr> {
    let of_segment = custom_segment_version::Column::CustomSegmentId.eq(id);
    let rows = custom_segment_version::Entity::find().filter(of_segment);
    let rows = rows.order_by_desc(custom_segment_version::Column::Version).all(connection).await?;
    Ok(rows.into_iter().map(StoredVersion::from).collect())
}

/// In the order of segments and versions.
pub async fn versions_of_all(connection: &impl ConnectionTrait) -> Result<Vec<(SegmentKey, StoredVersion)>, DbErr> {
    let rows = custom_segment_version::Entity::find()
        .order_by_asc(custom_segment_version::Column::CustomSegmentId)
        .order_by_asc(custom_segment_version::Column::Version);
    let of_segment = |row: custom_segment_version::Model| {
        (SegmentKey::new(SegmentType::Custom, row.custom_segment_id.clone()), row.into())
    };
    Ok(rows.all(connection).await?.into_iter().map(of_segment).collect())
}

/// In the order of their ids.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredDefinition>, DbErr> {
    let rows = custom_segment::Entity::find().order_by_asc(custom_segment::Column::SegmentId).all(connection).await?;
    Ok(rows.into_iter().map(StoredDefinition::from).collect())
}

/// Who saved the present version of each custom segment, and when.
pub async fn editors(connection: &impl ConnectionTrait) -> Result<BTreeMap<SegmentId, Edited>, DbErr> {
    let sql = "SELECT custom_segment.segment_id, version.author, version.created_at FROM custom_segment \
               JOIN custom_segment_version AS version ON version.custom_segment_id = custom_segment.id \
               AND version.version = custom_segment.version";
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    rows.iter()
        .map(|row| {
            let edited = Edited { by: row.try_get_by_index(1)?, at: row.try_get_by_index(2)? };
            Ok((SegmentId(row.try_get_by_index(0)?), edited))
        })
        .collect()
}

/// The names of all custom segments.
pub async fn names(connection: &impl ConnectionTrait) -> Result<SegmentNames, DbErr> {
    let columns = [custom_segment::Column::Id, custom_segment::Column::Name];
    let rows = custom_segment::Entity::find().select_only().columns(columns);
    let rows: Vec<(String, String)> = rows.into_tuple().all(connection).await?;
    Ok(rows.into_iter().map(|(id, name)| (SegmentKey::new(SegmentType::Custom, id), name)).collect())
}

/// The name of one. `None` if there is none, or if it is a system segment.
pub async fn name_of(connection: &impl ConnectionTrait, key: &SegmentKey) -> Result<Option<String>, DbErr> {
    if key.kind != SegmentType::Custom {
        return Ok(None);
    }
    let named = custom_segment::Entity::find_by_id(key.value.clone()).one(connection).await?;
    Ok(named.map(|named| named.name))
}

/// `None` for a system segment.
pub async fn find(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<Option<StoredDefinition>, DbErr> {
    let of_segment = custom_segment::Column::SegmentId.eq(segment.0);
    let row = custom_segment::Entity::find().filter(of_segment).one(connection).await?;
    Ok(row.map(StoredDefinition::from))
}

impl From<custom_segment::Model> for StoredDefinition {
    fn from(row: custom_segment::Model) -> Self {
        Self {
            segment: SegmentId(row.segment_id),
            key: SegmentKey::new(SegmentType::Custom, row.id),
            name: row.name,
            description: row.description,
            definition: Columns { criteria: row.criteria, combine_with: row.combine_with, negated: row.negated }
                .whole(),
            version: row.version,
            created_by: row.created_by,
            updated_at: row.updated_at,
        }
    }
}

impl From<custom_segment_version::Model> for StoredVersion {
    fn from(row: custom_segment_version::Model) -> Self {
        Self {
            version: row.version,
            name: row.name,
            description: row.description,
            definition: Columns { criteria: row.criteria, combine_with: row.combine_with, negated: row.negated }
                .whole(),
            author: row.author,
            created_at: row.created_at,
        }
    }
}

/// The outermost set, as stored in columns.
struct Columns {
    criteria: Json,
    combine_with: String,
    negated: bool,
}

impl Columns {
    fn of(criteria: &Criteria) -> Self {
        let root = criteria.root();
        let (combine_with, negated) = (root.combine.name().to_owned(), root.negated);
        Self { criteria: criteria.to_json()["criteria"].take(), combine_with, negated }
    }

    fn whole(self) -> Json {
        let mut set =
            Map::from_iter([("criteria".into(), self.criteria), ("combineWith".into(), self.combine_with.into())]);
        if self.negated {
            set.insert("not".into(), true.into());
        }
        Json::Object(set)
    }
}
