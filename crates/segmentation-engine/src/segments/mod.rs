//! Custom segments: saved, activated and deleted, each in one transaction with its members and its audit entry. With several
//! shards, a transaction of each other shard follows.

pub mod activate;
mod change;
pub mod definition;
pub mod delete;
pub mod duplicate;
pub mod error;
pub mod follow;
mod name;
pub mod preview_change;
pub mod roll_back;
pub mod save;
pub mod saved;
mod shards;
pub mod tags;
