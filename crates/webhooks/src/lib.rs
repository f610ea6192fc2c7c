//! Sends webhooks: signs them as Standard Webhooks says, and posts them to endpoints that may be asked. It knows no database.
//!
//! **Invariant:** a request goes only to an address that was checked after the name was resolved, so that no name can lead into a
//! private network.
//!
//! **Invariant:** no answer and no text of the HTTP library leaves this crate: both may hold what was sent.

mod address;
mod endpoint;
mod sender;
mod signature;

pub use self::{
    address::Reach,
    endpoint::{Endpoint, EndpointError, LONGEST_URL},
    sender::{Message, Sender, Sent, TIMEOUT, TlsError},
    signature::{Secret, SecretError, sign},
};
