//! Lists of the mail service, to their end. One of which a page is gone is begun anew.

use std::future::Future;

use resend::{ListError, Page};

use super::error::SyncError;

/// How often a list is begun.
const BEGINS: usize = 4;

pub(super) async fn whole<T, F>(page: impl Fn(Option<String>) -> F) -> Result<Vec<T>, SyncError>
where
    F: Future<Output = Result<Page<T>, ListError>>,
{
    'begin: for _ in 0..BEGINS {
        let (mut items, mut after) = (Vec::new(), None);
        loop {
            match page(after).await {
                Ok(page) => {
                    items.extend(page.items);
                    match page.next {
                        Some(next) => after = Some(next),
                        None => return Ok(items),
                    }
                }
                Err(ListError::Cursor) => continue 'begin,
                Err(ListError::Call(error)) => return Err(error.into()),
            }
        }
    }
    Err(SyncError::Incomplete)
}
