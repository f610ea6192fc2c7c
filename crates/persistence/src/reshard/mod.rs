//! Copies a PostgreSQL database into another one with a different number of shards.

mod compare;
mod copy;
mod follow;
mod progress;
mod tables;

pub use self::{
    compare::summary,
    copy::{Columns, Moved, Row, columns, ids, insert, page},
    follow::{counted_at, follow, forget_seen_versions, last_numbers, set_last_numbers},
    progress::{Step, begin, begun, done, finish, first_filled, identity, lock, step},
    tables::{COPIED, FOLLOWING, LEFT_OUT, Table},
};
