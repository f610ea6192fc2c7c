//! Questions to the host database.

use persistence::{DbErr, host::QueryError};

use super::error::PullError;
use crate::support::retry::with_retry;

/// Asks the host database again after a transient failure.
pub(super) async fn ask<T, F: Future<Output = Result<T, DbErr>>>(question: impl Fn() -> F) -> Result<T, PullError> {
    with_retry(|| async { question().await.map_err(PullError::HostStatement) }).await
}

/// A query of the configuration, or a fault with the section it is in if the host database refuses it.
pub(super) async fn check<T, F: Future<Output = Result<T, QueryError>>>(
    section: &str,
    faults: &mut Vec<String>,
    query: impl Fn() -> F,
) -> Result<Option<T>, PullError> {
    let checked = with_retry(|| async {
        match query().await {
            Err(QueryError::Statement(error)) => Err(PullError::HostStatement(error)),
            checked => Ok(checked),
        }
    });
    match checked.await? {
        Ok(query) => Ok(Some(query)),
        Err(refused) => {
            faults.push(format!("{section}.query: {refused}"));
            Ok(None)
        }
    }
}
