//! SeaORM entities, and every SQL statement of the system.
//!
//! SQLite and PostgreSQL give the same results. Differences in SQL are methods of `database::backend::Backend`, or
//! matches on it that name both.
//!
//! **Invariant:** no SQL text is built from input. Input travels in parameters.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod attributes;
pub mod criteria_sql;
pub mod database;
pub mod entity;
pub mod event_names;
pub mod facts;
pub mod goals;
pub mod host;
pub mod ingest;
pub mod membership;
pub mod ops;
pub mod reads;
pub mod reports;
pub mod reshard;
pub mod runs;
pub mod segments;
pub mod sync;
pub mod user_range;
pub mod webhooks;

pub use database::{Database, DatabaseError, DefinitionTx, MembershipTx, Snapshot, Transaction};
pub use sea_orm::{ConnectionTrait, DbErr};
