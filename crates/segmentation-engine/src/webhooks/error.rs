//! Why something about a webhook was not done.

use domain::{
    instant::{Instant, format_instant},
    segment::SegmentKey,
    webhook::{MessageId, WebhookId},
};
use persistence::{DbErr, database::words};
use webhooks::{EndpointError, TlsError};

use crate::support::retry::Failure;

#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("there is no webhook {0}")]
    NotFound(WebhookId),
    #[error("there is no message {0}")]
    NoSuchMessage(MessageId),
    #[error("there is no segment {0}")]
    NoSuchSegment(SegmentKey),
    #[error("the URL {0}")]
    Endpoint(#[from] EndpointError),
    /// Names what a new webhook needs.
    #[error("a new webhook needs: {0}")]
    Incomplete(&'static str),
    #[error("the webhook is off: switch it on first")]
    Off,
    /// Messages are signed with two secrets at most.
    #[error("the secret was rotated less than 24 hours ago: wait until {until}", until = format_instant(*.0))]
    RotatedBefore(Instant),
    /// The server that has saved it allowed more.
    #[error("the URL of the webhook {0}")]
    NotAllowed(EndpointError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for WebhookError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_)
            | Self::NoSuchMessage(_)
            | Self::NoSuchSegment(_)
            | Self::Endpoint(_)
            | Self::Incomplete(_)
            | Self::Off
            | Self::RotatedBefore(_)
            | Self::NotAllowed(_)
            | Self::Tls(_) => None,
        }
    }
}
