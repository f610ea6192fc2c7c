//! Webhooks: endpoints of other systems, and the messages sent to them.

mod ids;
mod message;
mod retry;
mod states;

pub use self::{
    ids::{MessageId, NoMessageId, WebhookId},
    message::{AlertInMessage, Content, MOST_USERS, MessageBody, SegmentInMessage, TEST, UserInMessage},
    retry::{MOST_ATTEMPTS, MOST_FAILING, pause_after},
    states::{DeliveryOutcome, DeliveryState, OffReason, WebhookEvent, WebhookState},
};
