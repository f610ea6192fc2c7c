//! Everything that is stored: SeaORM entities, and every SQL statement of the system.
//!
//! Two databases, one meaning: SQLite embedded, PostgreSQL in production. Where their SQL differs, the difference is in
//! [`rows`] (sets of rows as a parameter), in [`criteria_sql`] (as far as sea-query leaves one) or at the statement.
//! No SQL text is ever built from input: input travels in parameters.

pub mod attempts;
pub mod audit;
pub mod candidates;
pub mod criteria_sql;
pub mod custom_segments;
pub mod database;
pub mod entity;
pub mod export;
pub mod facts;
pub mod history;
pub mod host;
pub mod invariants;
pub mod keys;
pub mod ledger;
pub mod member_lists;
pub mod members;
pub mod overrides;
pub mod places;
pub mod preview;
pub mod pulls;
mod rows;
pub mod runs;
pub mod segments;
pub mod stats;
mod text_index;
pub mod tokens;
pub mod user_segments;
pub mod users;

pub use database::{Database, DatabaseError, Transaction};
pub use sea_orm::{ConnectionTrait, DbErr};
