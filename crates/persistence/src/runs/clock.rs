//! Clocks of runs, where one is to be taken back.

use domain::{ids::RunId, instant::Instant};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{database::DefinitionTx, entity::segmentation_run as run};

/// The latest clock of a run up to an instant.
pub async fn latest_clock(connection: &impl ConnectionTrait, until: Instant) -> Result<Option<Instant>, DbErr> {
    let runs = run::Entity::find().filter(run::Column::AsOf.lte(until)).order_by_desc(run::Column::AsOf);
    Ok(runs.limit(1).one(connection).await?.map(|run| run.as_of))
}

pub async fn set_clock(tx: &DefinitionTx, id: RunId, as_of: Instant) -> Result<(), DbErr> {
    run::Entity::update_many()
        .col_expr(run::Column::AsOf, Expr::value(as_of))
        .filter(run::Column::Id.eq(id.0))
        .exec(tx)
        .await
        .map(|_| ())
}
