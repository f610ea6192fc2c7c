//! The engine: from users and their facts to memberships. The library tells the stories, the binary runs them from a
//! command line; SQL stays in the persistence crate, rules in the domain crate.

pub mod apply;
pub mod cleanup;
pub mod decide;
pub mod erase;
pub mod explain;
pub mod export;
pub mod fault;
mod fields;
mod guard;
pub mod import;
pub mod incremental;
pub mod intake;
pub mod metrics;
pub mod part;
pub mod plan;
pub mod preview;
pub mod pull;
mod retry;
pub mod run;
mod running;
pub mod saved;
pub mod single;
pub mod source;
pub mod verify;
