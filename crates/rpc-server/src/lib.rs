//! The typed API: JSON-RPC over HTTP at `/rpc`, called by frontends and other services.

pub mod auth;
pub mod context;
mod errors;
pub mod http;
mod methods;
pub mod registry;
pub mod wire;
