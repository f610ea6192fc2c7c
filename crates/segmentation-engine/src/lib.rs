//! The engine: from users and their facts to memberships. The library tells the stories, the binary runs them from a
//! command line; SQL stays in the persistence crate, rules in the domain crate.

pub mod audit;
pub mod cleanup;
pub mod clock;
pub mod erase;
pub mod evaluate_user;
pub mod explain;
pub mod export;
pub mod forget_clock;
pub mod ingest;
pub mod metrics;
pub mod overrides;
pub mod preview;
pub mod run;
pub mod segments;
pub mod support;
pub mod tokens;
pub mod verify;
