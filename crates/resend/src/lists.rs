//! Lists in pages. Nothing may be concluded from one that did not come to its end.

use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    client::{Call, Client},
    error::Error,
};

/// The most that the service gives at once.
pub(crate) const PAGE: usize = 100;

/// A page of a list, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// `None` at the end of the list.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The page before is not known to the service any more: begin the list anew.
    #[error("the list changed while it was read")]
    Cursor,
    #[error(transparent)]
    Call(#[from] Error),
}

#[derive(Deserialize)]
struct Listed<T> {
    data: Vec<T>,
    #[serde(default)]
    has_more: bool,
}

/// What stands in a list, with the id that is the cursor.
pub(crate) trait Item: DeserializeOwned {
    fn cursor(&self) -> String;
}

impl Client {
    pub(crate) async fn page<T: Item>(
        &self,
        call: Call<'_>,
        after: Option<&str>,
        more: Vec<(&'static str, String)>,
    ) -> Result<Page<T>, ListError> {
        let mut query = vec![("limit", PAGE.to_string())];
        query.extend(after.map(|after| ("after", after.to_owned())));
        query.extend(more);
        let answer = match self.send(Call { query, ..call }).await {
            Ok(answer) => answer,
            // The item that is the cursor was deleted meanwhile.
            Err(Error::NotFound(_) | Error::Refused(_)) if after.is_some() => return Err(ListError::Cursor),
            Err(error) => return Err(error.into()),
        };
        let listed: Listed<T> = answer.read()?;
        let next = listed.data.last().filter(|_| listed.has_more).map(Item::cursor);
        if let (Some(next), Some(after)) = (&next, after)
            && next == after
        {
            // The same page again.
            return Err(ListError::Cursor);
        }
        if listed.has_more && next.is_none() {
            return Err(ListError::Cursor);
        }
        Ok(Page { items: listed.data, next })
    }
}
