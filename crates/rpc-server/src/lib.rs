//! The typed API: JSON-RPC at `/rpc`, called by frontends and other services.
//!
//! A call comes through [`http`], passes the [`gate`], is read by `params`, and reaches one file of `methods`. Only
//! [`server`] knows both the methods and HTTP.

mod audited;
pub mod auth;
mod background;
mod context;
mod decision;
mod errors;
pub mod gate;
pub mod http;
mod lookup;
mod method;
mod methods;
mod metrics;
mod openrpc;
mod params;
mod periodic;
mod request_id;
mod saving;
pub mod server;
mod wire;

pub use background::Background;
pub use context::Context;
