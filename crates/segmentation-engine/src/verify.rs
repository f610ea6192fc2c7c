//! Checks the invariants of the stored data.

use persistence::{
    Database, DbErr,
    ops::invariants::{self, Finding},
};

/// Every invariant with its violations, in one snapshot.
pub async fn verify(database: &Database) -> Result<Vec<Finding>, DbErr> {
    let tx = database.begin_snapshot().await?;
    let findings = invariants::check(&tx).await?;
    tx.close().await?;
    Ok(findings)
}
