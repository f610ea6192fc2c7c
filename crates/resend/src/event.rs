//! Events of the service, read leniently: what is not needed may be missing. Addresses of machines, agents, links, subjects and
//! senders are not read at all.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::time;

/// What happened.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    Contact(ContactEvent),
    /// A person chose topics.
    Topics,
    Suppression(SuppressionEvent),
    Email(EmailEvent),
    /// Of a kind that is not used.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactChange {
    Created,
    Updated,
    Deleted,
}

#[derive(Clone, PartialEq, Eq)]
pub struct ContactEvent {
    pub change: ContactChange,
    pub id: String,
    pub email: String,
    pub unsubscribed: Option<bool>,
    pub segment_ids: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuppressionCause {
    Bounce,
    Complaint,
    Manual,
}

#[derive(Clone, PartialEq, Eq)]
pub struct SuppressionEvent {
    pub is_added: bool,
    pub email: String,
    pub cause: SuppressionCause,
}

/// What happened to a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailFact {
    Sent,
    Delivered,
    Delayed,
    Opened,
    Clicked,
    /// Whether for good.
    Bounced {
        is_permanent: bool,
    },
    Complained,
    Failed,
    Suppressed,
}

#[derive(Clone, PartialEq, Eq)]
pub struct EmailEvent {
    pub fact: EmailFact,
    pub email_id: String,
    pub broadcast_id: Option<String>,
    pub to: Vec<String>,
    /// When the mail was made.
    pub created_at: Option<DateTime<Utc>>,
}

/// An event with its own kind and time.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// As the service names it.
    pub kind: String,
    pub at: Option<DateTime<Utc>>,
    pub event: Event,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("the event is no JSON object with a type")]
    NoType,
    #[error("the event lacks what its type has")]
    Data,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "time::lenient")]
    created_at: Option<DateTime<Utc>>,
    #[serde(default)]
    data: Json,
}

#[derive(Deserialize)]
struct ContactData {
    id: String,
    email: String,
    #[serde(default)]
    unsubscribed: Option<bool>,
    #[serde(default)]
    segment_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct SuppressionData {
    email: String,
    #[serde(default)]
    origin: String,
}

#[derive(Deserialize)]
struct EmailData {
    email_id: String,
    #[serde(default)]
    broadcast_id: Option<String>,
    #[serde(default)]
    to: Vec<String>,
    #[serde(default, deserialize_with = "time::lenient")]
    created_at: Option<DateTime<Utc>>,
    #[serde(default)]
    bounce: Option<Bounce>,
}

#[derive(Deserialize)]
struct Bounce {
    #[serde(default, rename = "type")]
    kind: String,
}

/// Reads the body of an event.
pub fn read(body: &str) -> Result<Received, Malformed> {
    let Envelope { kind, created_at, data } = serde_json::from_str(body).map_err(|_| Malformed::NoType)?;
    let event = match kind.as_str() {
        "contact.created" => contact(ContactChange::Created, data)?,
        "contact.updated" => contact(ContactChange::Updated, data)?,
        "contact.deleted" => contact(ContactChange::Deleted, data)?,
        "contact.topics.updated" => Event::Topics,
        "suppression.added" => suppression(true, data)?,
        "suppression.removed" => suppression(false, data)?,
        "email.sent" => email(EmailFact::Sent, data)?,
        "email.delivered" => email(EmailFact::Delivered, data)?,
        "email.delivery_delayed" => email(EmailFact::Delayed, data)?,
        "email.opened" => email(EmailFact::Opened, data)?,
        "email.clicked" => email(EmailFact::Clicked, data)?,
        "email.bounced" => email(EmailFact::Bounced { is_permanent: false }, data)?,
        "email.complained" => email(EmailFact::Complained, data)?,
        "email.failed" => email(EmailFact::Failed, data)?,
        "email.suppressed" => email(EmailFact::Suppressed, data)?,
        _ => Event::Other,
    };
    Ok(Received { kind, at: created_at, event })
}

fn data<T: serde::de::DeserializeOwned>(data: Json) -> Result<T, Malformed> {
    serde_json::from_value(data).map_err(|_| Malformed::Data)
}

fn contact(change: ContactChange, json: Json) -> Result<Event, Malformed> {
    let ContactData { id, email, unsubscribed, segment_ids } = data(json)?;
    Ok(Event::Contact(ContactEvent { change, id, email, unsubscribed, segment_ids }))
}

fn suppression(is_added: bool, json: Json) -> Result<Event, Malformed> {
    let SuppressionData { email, origin } = data(json)?;
    Ok(Event::Suppression(SuppressionEvent { is_added, email, cause: SuppressionCause::of(&origin) }))
}

impl SuppressionCause {
    /// By the service's word, in events and lists.
    pub fn of(origin: &str) -> Self {
        match origin {
            "bounce" | "bounced" => Self::Bounce,
            "complaint" | "complained" => Self::Complaint,
            _ => Self::Manual,
        }
    }
}

fn email(fact: EmailFact, json: Json) -> Result<Event, Malformed> {
    let EmailData { email_id, broadcast_id, to, created_at, bounce } = data(json)?;
    let fact = match fact {
        EmailFact::Bounced { .. } => {
            EmailFact::Bounced { is_permanent: bounce.is_some_and(|bounce| bounce.kind == "Permanent") }
        }
        fact => fact,
    };
    Ok(Event::Email(EmailEvent { fact, email_id, broadcast_id, to, created_at }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_without_what_is_optional() {
        let body = r#"{"type":"contact.updated","created_at":"2026-11-28T10:00:00.5Z",
            "data":{"id":"c1","email":"ann@example.org","unsubscribed":true,"created_at":"x","updated_at":"y","more":[]}}"#;
        let received = read(body).expect("an event");
        assert_eq!(received.kind, "contact.updated");
        assert!(received.at.is_some());
        let Event::Contact(contact) = received.event else { panic!("of a contact") };
        assert_eq!((contact.unsubscribed, contact.segment_ids), (Some(true), None));
    }

    #[test]
    fn bounces_count_for_good_only_if_they_say_so() {
        for (kind, expected) in
            [("Permanent", true), ("Transient", false), ("Temporary", false), ("Undetermined", false)]
        {
            let body = format!(
                r#"{{"type":"email.bounced","data":{{"email_id":"e1","to":["a@b.c"],"bounce":{{"type":"{kind}","subType":"x"}}}}}}"#
            );
            let Event::Email(email) = read(&body).expect("an event").event else { panic!("of a mail") };
            assert_eq!(email.fact, EmailFact::Bounced { is_permanent: expected }, "{kind}");
        }
    }

    #[test]
    fn events_of_other_kinds_are_no_errors() {
        for kind in ["domain.updated", "topic.created", "inbox.x", "email.received", "what.ever"] {
            let received = read(&format!(r#"{{"type":"{kind}","data":5}}"#)).expect("an event");
            assert!(received.event == Event::Other, "{kind}");
        }
    }

    #[test]
    fn bodies_that_are_no_events_are_refused() {
        for body in ["", "null", "[]", "{}", r#"{"type":7}"#, "\u{0}"] {
            assert_eq!(read(body).err(), Some(Malformed::NoType), "{body}");
        }
        assert_eq!(read(r#"{"type":"contact.created","data":{"id":"c"}}"#).err(), Some(Malformed::Data));
        assert_eq!(read(r#"{"type":"email.sent"}"#).err(), Some(Malformed::Data));
    }
}
