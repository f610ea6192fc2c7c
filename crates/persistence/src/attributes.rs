//! Declarations of attributes.

use domain::{
    attribute::{Attribute, AttributeKey, AttributeType, Attributes},
    instant::Instant,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use crate::{
    database::{DefinitionTx, values::from_json},
    entity::{
        attribute::{ActiveModel, Column, Entity, Model},
        enum_text::EnumText,
    },
};

/// Those that are not archived.
pub async fn declared(connection: &impl ConnectionTrait) -> Result<Attributes, DbErr> {
    let stored = Entity::find().filter(Column::ArchivedAt.is_null()).all(connection).await?;
    stored.into_iter().map(attribute).collect()
}

/// The type of an attribute, even if it is archived.
pub async fn kind(connection: &impl ConnectionTrait, key: &AttributeKey) -> Result<Option<AttributeType>, DbErr> {
    Ok(Entity::find_by_id(key.as_str()).one(connection).await?.map(|stored| stored.kind.0))
}

fn attribute(stored: Model) -> Result<Attribute, DbErr> {
    let key = AttributeKey::parse(&stored.key).ok_or_else(|| DbErr::Type("a stored key of an attribute".into()))?;
    let options: Vec<String> = from_json(stored.options, "options of an attribute")?;
    Ok(Attribute::stored(key, stored.label, stored.kind.0, &options, stored.personal))
}

/// Declares an attribute, or declares it anew; its type stays.
pub async fn save(tx: &DefinitionTx, attribute: &Attribute) -> Result<(), DbErr> {
    let row = ActiveModel {
        key: Set(attribute.key().to_string()),
        label: Set(attribute.label().to_owned()),
        kind: Set(EnumText(attribute.kind())),
        options: Set(json!(attribute.options().collect::<Vec<_>>())),
        personal: Set(attribute.is_personal()),
        archived_at: Set(None),
    };
    let columns = [Column::Label, Column::Options, Column::Personal, Column::ArchivedAt];
    let again = OnConflict::column(Column::Key).update_columns(columns).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(&**tx).await.map(|_| ())
}

/// What is stored of users stays.
pub async fn archive(tx: &DefinitionTx, key: &AttributeKey, at: Instant) -> Result<(), DbErr> {
    let archived =
        Entity::update_many().col_expr(Column::ArchivedAt, Expr::value(at)).filter(Column::Key.eq(key.as_str()));
    archived.exec(&**tx).await.map(|_| ())
}
