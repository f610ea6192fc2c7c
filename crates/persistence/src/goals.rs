//! Goals that admins keep under a name.

use domain::{instant::Instant, report::goal::GoalText, segment::SegmentKey, text::fold};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, Iterable, QueryFilter,
    QueryOrder, sea_query::OnConflict,
};
use serde_json::json;

use crate::{
    database::{DefinitionTx, values::from_json},
    entity::goal::{Column, Entity, Model},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedGoal {
    pub id: String,
    pub name: String,
    pub goal: GoalText,
    /// A span, such as `14d`.
    pub within: String,
    pub changed_by: String,
    pub changed_at: Instant,
}

/// By name.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<SavedGoal>, DbErr> {
    let stored = Entity::find().order_by_asc(Column::NameFolded).all(connection).await?;
    stored.into_iter().map(read).collect()
}

pub async fn find(connection: &impl ConnectionTrait, id: &str) -> Result<Option<SavedGoal>, DbErr> {
    Entity::find_by_id(id).one(connection).await?.map(read).transpose()
}

/// The goals that are reached by entering a segment.
pub async fn naming(connection: &impl ConnectionTrait, segment: &SegmentKey) -> Result<Vec<SavedGoal>, DbErr> {
    let names = |goal: &SavedGoal| matches!(&goal.goal, GoalText::Enter(key) if key == segment);
    Ok(all(connection).await?.into_iter().filter(names).collect())
}

/// Adds a goal, or replaces the one with its id.
pub async fn put(tx: &DefinitionTx, goal: &SavedGoal) -> Result<(), DbErr> {
    let SavedGoal { id, name, goal, within, changed_by, changed_at } = goal.clone();
    let (name_folded, definition) = (fold(&name), json!(goal));
    let row = Model { id, name, name_folded, definition, within, changed_by, changed_at };
    let columns = Column::iter().filter(|column| !matches!(column, Column::Id));
    let replace = OnConflict::column(Column::Id).update_columns(columns).to_owned();
    let row = row.into_active_model().reset_all();
    Entity::insert(row).on_conflict(replace).exec_without_returning(&**tx).await.map(|_| ())
}

/// Whether it was there.
pub async fn delete(tx: &DefinitionTx, id: &str) -> Result<bool, DbErr> {
    let deleted = Entity::delete_many().filter(Column::Id.eq(id)).exec(&**tx).await?;
    Ok(deleted.rows_affected > 0)
}

fn read(row: Model) -> Result<SavedGoal, DbErr> {
    let Model { id, name, name_folded: _, definition, within, changed_by, changed_at } = row;
    Ok(SavedGoal { id, name, goal: from_json(definition, "a goal")?, within, changed_by, changed_at })
}
