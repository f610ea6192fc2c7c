//! The definitions of custom segments, and every version that each of them had.

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
    database::{DefinitionTx, words},
    entity::{custom_segment, custom_segment_version},
    segments,
};

/// A custom segment as it is to be made.
#[derive(Debug, Clone)]
pub struct NewCustomSegment {
    /// A UUID: the value of its key.
    pub id: String,
    /// What it is to be.
    pub draft: Draft,
}

/// What somebody wants a custom segment to be.
#[derive(Debug, Clone)]
pub struct Draft {
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
    /// Whose token or subject made it.
    pub created_by: String,
    /// When it last changed.
    pub updated_at: Instant,
}

/// A version of a custom segment.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVersion {
    /// From 1.
    pub version: i32,
    /// What it was called.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// The outermost set, in the form that the domain parses.
    pub definition: Json,
    /// Whose token or subject made it.
    pub author: String,
    /// When.
    pub created_at: Instant,
}

/// Why a custom segment cannot be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Another one has that name, perhaps in another case.
    #[error("another custom segment has this name")]
    NameTaken,
    /// It was changed meanwhile.
    #[error("the segment has version {version} by now")]
    Stale {
        /// The version that it has.
        version: i32,
    },
    /// A statement failed.
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// Makes a custom segment, without members as yet. After a refusal the transaction is of no more use.
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
    Ok(segment)
}

/// Gives a custom segment its next version; says which. Members do not follow by this. Refused if it has another version
/// by now than the one that was changed. After a refusal the transaction is of no more use.
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
    Ok(version)
}

fn name_taken(error: DbErr) -> SaveError {
    match error.sql_err() {
        // Its id is new or stays, so that only the name can be there already.
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

/// Every version of a custom segment, the newest first.
pub async fn versions(connection: &impl ConnectionTrait, id: &str) -> Result<Vec<StoredVersion>, DbErr> {
    let of_segment = custom_segment_version::Column::CustomSegmentId.eq(id);
    let rows = custom_segment_version::Entity::find().filter(of_segment);
    let rows = rows.order_by_desc(custom_segment_version::Column::Version).all(connection).await?;
    Ok(rows.into_iter().map(StoredVersion::from).collect())
}

/// All of them, by segment id.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredDefinition>, DbErr> {
    let rows = custom_segment::Entity::find().order_by_asc(custom_segment::Column::SegmentId).all(connection).await?;
    Ok(rows.into_iter().map(StoredDefinition::from).collect())
}

/// What all of them are called.
pub async fn names(connection: &impl ConnectionTrait) -> Result<SegmentNames, DbErr> {
    let columns = [custom_segment::Column::Id, custom_segment::Column::Name];
    let rows = custom_segment::Entity::find().select_only().columns(columns);
    let rows: Vec<(String, String)> = rows.into_tuple().all(connection).await?;
    Ok(rows.into_iter().map(|(id, name)| (SegmentKey::new(SegmentType::Custom, id), name)).collect())
}

/// The definition of a segment, if it is a custom one.
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

/// The outermost set as the columns have it.
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
