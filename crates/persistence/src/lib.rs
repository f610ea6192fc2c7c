//! Everything that is stored: SeaORM entities, and every SQL statement of the system.
//!
//! Two databases, one meaning: SQLite embedded, PostgreSQL in production. Where their SQL differs, the difference is in
//! [`rows`] (sets of rows as a parameter), in [`criteria_sql`] (as far as sea-query leaves one) or at the statement.
//! No SQL text is ever built from input: input travels in parameters.

pub mod attempts;
pub mod criteria_sql;
pub mod custom_segments;
pub mod database;
pub mod entity;
pub mod export;
pub mod facts;
pub mod invariants;
pub mod ledger;
pub mod members;
pub mod overrides;
mod rows;
pub mod runs;
pub mod segments;
pub mod stats;
pub mod tokens;
pub mod users;

pub use database::{Database, DatabaseError, Transaction};
pub use sea_orm::{ConnectionTrait, DbErr};
