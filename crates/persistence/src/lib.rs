//! Everything that is stored: SeaORM entities, and every SQL statement of the system.
//!
//! Two databases, one meaning: SQLite embedded, PostgreSQL in production. Where their SQL differs, the difference is a method
//! of `database::backend::Backend`, or a match on it that names both.
//! No SQL text is ever built from input: input travels in parameters.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod criteria_sql;
pub mod database;
pub mod entity;
pub mod facts;
pub mod host;
pub mod ingest;
pub mod membership;
pub mod ops;
pub mod reads;
pub mod runs;
pub mod segments;
pub mod user_range;

pub use database::{Database, DatabaseError, DefinitionTx, MembershipTx, Transaction};
pub use sea_orm::{ConnectionTrait, DbErr};
