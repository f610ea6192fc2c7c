//! Webhooks: endpoints of other systems, and the messages sent to them. Users are stored by our number alone; their ids, addresses and names
//! are read when a message is sent.

pub mod deliveries;
pub mod endpoints;
pub mod lease;
pub mod outbox;
pub mod people;
pub mod queue;
