//! Sync of segments to a mail service: what is there by our doing, who must not get mail, and what the service said.
//!
//! Everything here is by address, since the service has one contact for an address, however many users have it.

pub(crate) mod addresses;
pub mod addresses_of_users;
pub mod broadcasts;
pub mod contacts;
pub mod destination;
pub mod dirty;
pub mod drift;
pub mod erasures;
pub mod events;
pub mod figures;
pub mod imports;
pub mod members;
pub mod messages;
pub mod plan;
pub mod runs;
pub mod segments;
pub mod suppressions;

use domain::mail::AddressKey;
use sea_orm::Value;
use serde_json::json;

use crate::database::json_rows::parameter;

/// Addresses as a parameter for [`json_rows::rows`](crate::database::json_rows::rows) of one text.
fn keys_parameter(keys: &[AddressKey]) -> Value {
    parameter(keys.iter().map(|key| json!([key])))
}
