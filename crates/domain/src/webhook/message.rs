//! The body of a message, as receivers read it.

use serde::Serialize;

use super::states::WebhookEvent;
use crate::{
    alert::{AlertId, AlertKind, AlertTurn},
    ids::{RunId, UserId},
    instant::{Instant, format_instant},
    membership::Cause,
    segment::SegmentKey,
};

/// Users in a message. More of them are split.
pub const MOST_USERS: usize = 500;
/// The type of the message that an admin sends to try an endpoint.
pub const TEST: &str = "webhook.test";

/// A segment as messages name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentInMessage {
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
}

impl From<&SegmentKey> for SegmentInMessage {
    fn from(key: &SegmentKey) -> Self {
        Self { kind: key.kind.name(), value: key.value.clone() }
    }
}

/// A user as messages name one.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInMessage {
    pub user_id: UserId,
    /// When the user entered or left.
    #[serde(serialize_with = "as_text")]
    pub at: Instant,
    pub cause: Cause,
    /// Only for webhooks that ask for personal data, like the names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
}

/// What happened to an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertInMessage {
    /// Of what happened.
    pub id: i64,
    pub rule: AlertId,
    pub segment: SegmentInMessage,
    #[serde(serialize_with = "as_text")]
    pub at: Instant,
    pub kind: AlertKind,
    pub observed: u64,
    pub base: Option<u64>,
    pub state: AlertTurn,
}

/// What a message says.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Content {
    Members { segment: SegmentInMessage, users: Vec<UserInMessage>, run_id: Option<RunId> },
    Definition { segment: SegmentInMessage, version: i32 },
    Run { run_id: Option<RunId> },
    Alert(AlertInMessage),
    Test {},
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct MessageBody {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(serialize_with = "as_text")]
    timestamp: Instant,
    data: Content,
}

impl MessageBody {
    /// About something that happened then.
    pub fn new(event: WebhookEvent, timestamp: Instant, data: Content) -> Self {
        Self { kind: event.as_str(), timestamp, data }
    }

    pub fn test(timestamp: Instant) -> Self {
        Self { kind: TEST, timestamp, data: Content::Test {} }
    }

    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

fn as_text<S: serde::Serializer>(instant: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_instant(*instant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::SegmentType;

    #[test]
    fn message_bodies_are_as_documented() {
        let at = Instant::from_timestamp(1_775_000_000, 0).expect("a time");
        let segment = SegmentInMessage::from(&SegmentKey::new(SegmentType::Plan, "pro"));
        let user = UserInMessage {
            user_id: UserId("u1".into()),
            at,
            cause: Cause::Run,
            email: None,
            first_name: None,
            last_name: None,
        };
        let json = |event, data| MessageBody::new(event, at, data).to_json().expect("JSON");
        let members = Content::Members { segment: segment.clone(), users: vec![user], run_id: Some(RunId(7)) };
        let time = format_instant(at);
        assert_eq!(
            json(WebhookEvent::SegmentEntered, members),
            format!(
                r#"{{"type":"segment.entered","timestamp":"{time}","data":{{"segment":{{"type":"plan","value":"pro"}},"users":[{{"userId":"u1","at":"{time}","cause":"run"}}],"runId":7}}}}"#
            )
        );
        let definition = json(WebhookEvent::DefinitionChanged, Content::Definition { segment, version: 2 });
        assert!(definition.ends_with(r#""data":{"segment":{"type":"plan","value":"pro"},"version":2}}"#));
        let alert = AlertInMessage {
            id: 3,
            rule: AlertId("al_1".into()),
            segment: SegmentInMessage::from(&SegmentKey::new(SegmentType::Plan, "pro")),
            at,
            kind: AlertKind::ChangePercent,
            observed: 80,
            base: Some(100),
            state: AlertTurn::Firing,
        };
        assert_eq!(
            json(WebhookEvent::AlertFired, Content::Alert(alert)),
            format!(
                r#"{{"type":"alert.fired","timestamp":"{time}","data":{{"id":3,"rule":"al_1","segment":{{"type":"plan","value":"pro"}},"at":"{time}","kind":"changePercent","observed":80,"base":100,"state":"firing"}}}}"#
            )
        );
        let failed = json(WebhookEvent::RunFailed, Content::Run { run_id: Some(RunId(7)) });
        assert!(failed.ends_with(r#""data":{"runId":7}}"#));
        assert!(MessageBody::test(at).to_json().expect("JSON").ends_with(r#""data":{}}"#));
    }
}
