//! How many users were in exactly which of some segments at an instant.

use domain::{
    ids::SegmentId,
    instant::Instant,
    report::overlap::{self, Combination},
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::{arrays, members, stays::is_there};
use crate::database::json_rows;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// Those with users.
    pub combinations: Vec<Combination>,
    /// Users in none of the segments.
    pub none: u64,
}

/// Of up to 64 segments.
pub async fn combinations(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
    at: Instant,
) -> Result<Counted, DbErr> {
    let mut sets = Vec::with_capacity(segments.len());
    for segment in segments {
        sets.push(members::at_instant(connection, *segment, at).await?);
    }
    let members = UserSet::union(&sets);
    let sql = format!("SELECT count(*) FROM users WHERE {}", is_there("$1"));
    let there = json_rows::count(connection, sql, [at.into()]).await?;
    let rows = format!("SELECT no FROM users WHERE NOT ({})", is_there("$1"));
    let away = arrays::read(connection, (&["no"], &rows), [at.into()], arrays::set).await?;
    let gone = members::erased(connection).await?;
    let members_there = members.len() - members.len_in_both(&away) - members.len_in_both(&gone);
    Ok(Counted { combinations: overlap::combinations(&sets), none: there.saturating_sub(members_there) })
}
