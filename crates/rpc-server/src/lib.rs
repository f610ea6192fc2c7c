//! The typed API: JSON-RPC at `/rpc`, called by frontends and other services.
//!
//! A call comes through [`http`], passes the [`gate`], is read by `params`, and reaches one file of `methods`. Only
//! [`server`] knows both the methods and HTTP.

pub mod auth;
mod background;
mod context;
mod errors;
pub mod gate;
pub mod http;
mod inbox;
mod long_queries;
mod method;
mod methods;
mod metrics;
mod openrpc;
mod params;
mod periodic;
mod request_id;
pub mod server;
mod shares;
mod wire;

pub use background::Background;
pub use context::Context;
pub use long_queries::{LongQueries, LongestTimes};
