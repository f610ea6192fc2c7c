//! Segments at the service.

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::{
    client::{Call, Client},
    contacts::Contact,
    error::Error,
    ids::SegmentId,
    lists::{Item, ListError, Page},
    time,
};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Segment {
    pub id: SegmentId,
    #[serde(default)]
    pub name: String,
    #[serde(default, deserialize_with = "time::lenient")]
    pub created_at: Option<DateTime<Utc>>,
}

impl Item for Segment {
    fn cursor(&self) -> String {
        self.id.as_str().to_owned()
    }
}

#[derive(Deserialize)]
struct Created {
    #[serde(alias = "segment_id")]
    id: SegmentId,
}

const ONE: &str = "/segments/{segment}";

impl Client {
    /// A page of all segments of the account.
    pub async fn segments(&self, after: Option<&str>) -> Result<Page<Segment>, ListError> {
        self.page(Call::get("/segments", "segments"), after, Vec::new()).await
    }

    pub async fn segment(&self, id: &SegmentId) -> Result<Segment, Error> {
        self.send(Call::get(ONE, format!("segments/{id}"))).await?.read()
    }

    /// Names are not unique, so this is never tried again by itself: after [`Error::AnswerLost`], look for the name first.
    pub async fn create_segment(&self, name: &str) -> Result<SegmentId, Error> {
        let call = Call::new(Method::POST, "/segments", "segments").json(json!({"name": name})).once();
        Ok(self.send(call).await?.read::<Created>()?.id)
    }

    pub async fn rename_segment(&self, id: &SegmentId, name: &str) -> Result<(), Error> {
        let call = Call::new(Method::PATCH, ONE, format!("segments/{id}")).json(json!({"name": name}));
        self.send(call).await.map(|_| ())
    }

    /// Also succeeds for a segment that is not there. Contacts stay.
    pub async fn delete_segment(&self, id: &SegmentId) -> Result<(), Error> {
        match self.send(Call::new(Method::DELETE, ONE, format!("segments/{id}"))).await {
            Ok(_) | Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A page of the contacts in a segment.
    pub async fn segment_contacts(&self, id: &SegmentId, after: Option<&str>) -> Result<Page<Contact>, ListError> {
        self.page(Call::get("/segments/{segment}/contacts", format!("segments/{id}/contacts")), after, Vec::new()).await
    }
}
