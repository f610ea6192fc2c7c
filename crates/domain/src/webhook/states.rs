//! What webhooks can ask for, and what becomes of them and their messages.

use crate::text_enum::text_enum;

text_enum! {
    /// The events that a webhook can subscribe to.
    pub enum WebhookEvent {
        /// Users have entered a segment.
        SegmentEntered = "segment.entered",
        /// Users have left a segment.
        SegmentLeft = "segment.left",
        /// A custom segment was created, or its definition has a new version.
        DefinitionChanged = "segment.definition_changed",
        /// A run has failed, or its process died.
        RunFailed = "run.failed",
        /// An alert fired.
        AlertFired = "alert.fired",
        /// An alert is over.
        AlertCleared = "alert.cleared",
    }
}

impl WebhookEvent {
    /// Whether it is about a segment, so that a webhook can ask for it by segment.
    pub fn is_of_segment(self) -> bool {
        match self {
            Self::SegmentEntered
            | Self::SegmentLeft
            | Self::DefinitionChanged
            | Self::AlertFired
            | Self::AlertCleared => true,
            Self::RunFailed => false,
        }
    }
}

text_enum! {
    /// Whether messages are sent to a webhook.
    pub enum WebhookState {
        /// It is.
        On = "on",
        /// It is not.
        Off = "off",
    }
}

text_enum! {
    /// Why a webhook is off.
    pub enum OffReason {
        /// An admin switched it off.
        Admin = "admin",
        /// The endpoint answered that it is gone: 410.
        Gone = "gone",
        /// For 5 days no message could be delivered.
        Failing = "failing",
    }
}

text_enum! {
    /// Where a message to a webhook stands.
    pub enum DeliveryState {
        /// It is sent soon, or again.
        Waiting = "waiting",
        /// The endpoint has taken it.
        Delivered = "delivered",
        /// It is not sent again, unless an admin asks for it.
        Failed = "failed",
    }
}

text_enum! {
    /// How the last attempt ended.
    pub enum DeliveryOutcome {
        /// The endpoint answered.
        Answered = "answered",
        /// No connection came about.
        NotConnected = "not_connected",
        /// No answer within 15 seconds.
        TimedOut = "timed_out",
        /// The connection broke before the answer.
        NoAnswer = "no_answer",
        /// The endpoint is at a private or link-local address, and the server runs without --allow-private-webhooks.
        NotAllowed = "not_allowed",
    }
}
