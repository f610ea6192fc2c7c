//! Contacts, and their memberships in segments.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::time::Instant;

use crate::{
    client::{Call, Client},
    error::Error,
    ids::{ContactId, ContactRef, SegmentId},
    lists::{Item, ListError, Page},
    time,
};

/// A person at the service.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub email: String,
    #[serde(default)]
    pub first_name: Option<String>,
    #[serde(default)]
    pub last_name: Option<String>,
    /// Whether the person gets no broadcasts.
    #[serde(default)]
    pub unsubscribed: bool,
    #[serde(default, deserialize_with = "time::lenient")]
    pub created_at: Option<DateTime<Utc>>,
}

/// Logs and panics have no address and no name.
impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Item for Contact {
    fn cursor(&self) -> String {
        self.id.as_str().to_owned()
    }
}

/// A contact to be made. It has no word about its subscription: see [`Client::create_contact`].
#[derive(Clone, PartialEq, Eq)]
pub struct NewContact<'a> {
    pub email: &'a str,
    pub first_name: Option<&'a str>,
    pub last_name: Option<&'a str>,
    pub segments: &'a [SegmentId],
}

/// Ids stand under several names.
#[derive(Deserialize)]
struct Created {
    #[serde(alias = "contact_id", alias = "contact")]
    id: ContactId,
}

/// Somebody else may make the contact meanwhile, and the person may opt out there.
const LOOK_HOLDS: Duration = Duration::from_secs(5);

const ONE: &str = "/contacts/{contact}";
const MEMBERSHIP: &str = "/contacts/{contact}/segments/{segment}";

impl Client {
    pub async fn contact(&self, contact: ContactRef<'_>) -> Result<Contact, Error> {
        self.send(Call::get(ONE, format!("contacts/{}", contact.in_path()))).await?.read()
    }

    /// Creates a contact that the service was asked for at `looked_at` and did not know.
    ///
    /// For an address that it knows, the service would overwrite the contact and subscribe a person again who has unsubscribed. So
    /// this is sent soon after the look or not at all, and never tried again by itself: after [`Error::AnswerLost`] and
    /// [`Error::NotDone`], look first.
    pub async fn create_contact(&self, new: NewContact<'_>, looked_at: Instant) -> Result<ContactId, Error> {
        let mut body = json!({"email": new.email});
        put_names(&mut body, new.first_name, new.last_name);
        if !new.segments.is_empty() {
            body["segments"] = new.segments.iter().map(|segment| json!({"id": segment})).collect();
        }
        let call = Call::new(Method::POST, "/contacts", "contacts").json(body).until(looked_at + LOOK_HOLDS);
        Ok(self.send(call).await?.read::<Created>()?.id)
    }

    /// Changes names. One that is `None` stays.
    pub async fn rename_contact(
        &self,
        contact: &ContactId,
        first_name: Option<&str>,
        last_name: Option<&str>,
    ) -> Result<(), Error> {
        let mut body = json!({});
        put_names(&mut body, first_name, last_name);
        self.send(Call::new(Method::PATCH, ONE, format!("contacts/{contact}")).json(body)).await.map(|_| ())
    }

    /// Also succeeds for a contact that is not there.
    pub async fn delete_contact(&self, contact: ContactRef<'_>) -> Result<(), Error> {
        match self.send(Call::new(Method::DELETE, ONE, format!("contacts/{}", contact.in_path()))).await {
            Ok(_) | Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Puts a contact into a segment. [`Error::NotFound`] if either is not there.
    pub async fn add_to_segment(&self, contact: &ContactId, segment: &SegmentId) -> Result<(), Error> {
        let path = format!("contacts/{contact}/segments/{segment}");
        self.send(Call::new(Method::POST, MEMBERSHIP, path)).await.map(|_| ())
    }

    /// Also succeeds if the contact is not in the segment.
    pub async fn remove_from_segment(&self, contact: &ContactId, segment: &SegmentId) -> Result<(), Error> {
        let path = format!("contacts/{contact}/segments/{segment}");
        match self.send(Call::new(Method::DELETE, MEMBERSHIP, path)).await {
            Ok(_) | Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A page of all contacts of the account.
    pub async fn contacts(&self, after: Option<&str>) -> Result<Page<Contact>, ListError> {
        self.page(Call::get("/contacts", "contacts"), after, Vec::new()).await
    }
}

fn put_names(body: &mut Json, first_name: Option<&str>, last_name: Option<&str>) {
    for (field, name) in [("first_name", first_name), ("last_name", last_name)] {
        if let Some(name) = name {
            body[field] = name.into();
        }
    }
}
