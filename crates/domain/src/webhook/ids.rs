//! Ids of webhooks and of the messages to them.

use std::{fmt, str::FromStr};

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use crate::instant::Instant;

/// Identifies a webhook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookId(pub String);

impl WebhookId {
    pub fn from_random(bytes: [u8; 12]) -> Self {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("wh_{digits}"))
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a message to a webhook. It stays the same over retries, and those of one webhook sort by their number, which is the
/// order of the changes of a user. After a restore from a backup the numbers come again, but not the times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageId {
    pub no: i64,
    pub queued_at: Instant,
    pub webhook: WebhookId,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "msg_{:019}_{}_{}", self.no, self.queued_at.timestamp_micros(), self.webhook)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no id of a message")]
pub struct NoMessageId;

impl FromStr for MessageId {
    type Err = NoMessageId;

    fn from_str(text: &str) -> Result<Self, NoMessageId> {
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i64>().ok().filter(|_| is_number)
        };
        let mut parts = text.strip_prefix("msg_").ok_or(NoMessageId)?.splitn(3, '_');
        let mut next = || parts.next().ok_or(NoMessageId);
        let no = number(next()?).ok_or(NoMessageId)?;
        let queued_at = number(next()?).and_then(DateTime::from_timestamp_micros).ok_or(NoMessageId)?;
        Ok(Self { no, queued_at, webhook: WebhookId(next()?.into()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_sort_by_their_number() {
        let queued_at = DateTime::from_timestamp(1_764_000_000, 0).expect("a time");
        let id = |no| MessageId { no, queued_at, webhook: WebhookId::from_random([0xab; 12]) };
        assert_eq!(id(7).to_string(), "msg_0000000000000000007_1764000000000000_wh_abababababababababababab");
        assert!(id(9).to_string() < id(10).to_string() && id(10).to_string() < id(i64::MAX).to_string());
        assert_eq!(id(10).to_string().parse(), Ok(id(10)));
        for text in ["", "msg_", "msg__1_wh_1", "msg_-1_1_wh_1", "msg_+1_1_wh_1", "7_1_wh_1", "msg_7", "msg_7_wh_1"] {
            assert_eq!(text.parse::<MessageId>(), Err(NoMessageId), "{text}");
        }
    }
}
