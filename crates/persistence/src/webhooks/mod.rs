//! Webhooks: endpoints of other systems, and what they are told. Users stand here by our number alone; their ids, addresses and names
//! are read when a message is sent.

pub mod deliveries;
pub mod endpoints;
pub mod lease;
pub mod outbox;
pub mod people;
pub mod queue;
