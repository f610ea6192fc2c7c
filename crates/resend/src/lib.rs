//! A client of Resend: the calls that a sync of segments needs, their pace, and the events that come back. It knows no database.
//!
//! **Invariant:** no request carries `unsubscribed` or topics, so that nothing here can subscribe a person again.
//!
//! **Invariant:** errors have no text of the HTTP library and no path: both may hold an address.

mod client;
pub mod config;
mod contacts;
mod error;
pub mod event;
mod gate;
pub mod ids;
mod imports;
mod lists;
mod pace;
mod segments;
pub mod signature;
mod time;
mod verdict;
mod webhooks;

pub use self::{
    client::{Client, PATIENCE, Used},
    contacts::{Contact, NewContact},
    error::{Error, Failure},
    gate::Gate,
    imports::{Import, ImportRow, ImportState},
    lists::{ListError, Page},
    segments::Segment,
    webhooks::{ListedEvent, Suppressed, Webhook},
};
