//! The typed API: JSON-RPC at `/rpc`, called by frontends and other services.
//!
//! A call comes through [`http`], passes the [`gate`], is read by `params`, and reaches one file of `methods`. The
//! `registry` is the one table of them; the document ([`openrpc`]) is read from it.

mod audited;
pub mod auth;
mod background;
mod call;
mod days;
mod decision;
mod errors;
pub mod gate;
pub mod http;
mod lookup;
mod methods;
pub mod openrpc;
mod params;
mod registry;
mod saving;
mod upkeep;
pub mod wire;

pub use background::Background;
pub use call::Context;
