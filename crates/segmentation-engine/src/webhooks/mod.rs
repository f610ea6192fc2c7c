//! Webhooks: other systems learn who enters and leaves segments. Each change was recorded in the transaction that made it;
//! here it is sent.
//!
//! **Invariant:** a message is marked before it is sent and after it was answered, so that one whose process dies is sent again, with
//! the same id, once its lease has expired.
//!
//! **Invariant:** no transaction is open while a request is.
//!
//! **Invariant:** messages about one user and segment are sent one after the other, in the order of the changes.

mod attempt;
mod body;
mod delete;
mod deliver;
mod error;
mod resend;
mod save;
mod settings;
pub mod status;
mod test_message;
mod verdict;

pub use self::{
    delete::delete,
    deliver::{Delivered, Deliverer},
    error::WebhookError,
    resend::resend,
    save::{Random, Saved, WantedSegments, WantedWebhook, save},
    settings::{WebhookSettings, dice},
    test_message::send_test,
    verdict::is_good,
};
