//! What keeps a run that was replaced from writing.

use std::time::Duration;

use domain::{ids::RunId, run::RunState};
use sea_orm::{ColumnTrait, QueryFilter};

use super::error::LeaseError;
use crate::{
    database::Transaction,
    entity::{enum_text::EnumText, segmentation_run as run},
};

/// How long a lease lasts after it is renewed. An engine renews it about every second; thirty tolerate a busy machine.
pub const LEASE: Duration = Duration::from_secs(30);

/// Fails if the lease is lost.
pub(super) async fn fenced(
    tx: &Transaction,
    id: RunId,
    update: sea_orm::UpdateMany<run::Entity>,
) -> Result<(), LeaseError> {
    let updated = update
        .filter(run::Column::Id.eq(id.0))
        .filter(run::Column::State.eq(EnumText(RunState::Running)))
        .exec(tx)
        .await?;
    match updated.rows_affected {
        0 => Err(LeaseError::Lost { run: id }),
        _ => Ok(()),
    }
}
