//! Checks that what must always hold of the stored data does.

use persistence::{
    Database, DbErr,
    ops::invariants::{self, Finding},
};

/// Every promise, with how often it is broken, all seen in one snapshot.
pub async fn verify(database: &Database) -> Result<Vec<Finding>, DbErr> {
    let tx = database.begin_snapshot().await?;
    let findings = invariants::check(&tx).await?;
    tx.rollback().await?;
    Ok(findings)
}
