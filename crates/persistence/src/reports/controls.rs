//! Everybody else at the times of those who entered a segment: users of each random bucket at the instant of the bucket.

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    arrays,
    stays::{self, StaysIn},
};
use crate::database::{backend::Backend, json_rows::statement};

/// Users at the instants of their buckets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Controls {
    /// Users who existed at the instant of their bucket, sorted by number, each with the bucket.
    users: Vec<(UserNo, usize)>,
    instants: Vec<Instant>,
}

impl Controls {
    /// The instant of a user who was there then.
    pub fn at(&self, user: UserNo) -> Option<Instant> {
        let place = self.users.binary_search_by_key(&user, |(user, _)| *user).ok()?;
        self.instants.get(self.users[place].1).copied()
    }

    pub fn len(&self) -> u64 {
        self.users.len() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// The first and the last instant.
    pub(super) fn span(&self) -> Option<[Instant; 2]> {
        Some([*self.instants.iter().min()?, *self.instants.iter().max()?])
    }
}

/// `instants` are those of the buckets.
pub async fn controls(connection: &impl ConnectionTrait, instants: Vec<Instant>) -> Result<Controls, DbErr> {
    let mut controls = Controls { users: Vec::new(), instants };
    let Some([first, last]) = controls.span() else { return Ok(controls) };
    // Most users were there at every instant, so their bucket does not matter.
    let throughout = "(created_at <= $1 AND (deleted_at IS NULL OR deleted_at > $2))";
    let rows = format!("SELECT no, CAST(random_bucket AS bigint) AS bucket FROM users WHERE {throughout}");
    controls.users = arrays::read(connection, (&["no", "bucket"], &rows), [first.into(), last.into()], |arrays| {
        Some(arrays::users(arrays)?.zip(arrays.take::<i64>()?.into_iter().map(bucket)).collect())
    })
    .await?;
    let sql = format!(
        "SELECT no, CAST(random_bucket AS bigint), created_at, deleted_at FROM users \
         WHERE created_at <= $2 AND (deleted_at IS NULL OR deleted_at > $1) AND NOT {throughout}"
    );
    for row in connection.query_all_raw(statement(connection, sql, [first.into(), last.into()])).await? {
        let (created, deleted): (Instant, Option<Instant>) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let bucket = bucket(row.try_get_by_index(1)?);
        let is_there = |at: &Instant| created <= *at && deleted.is_none_or(|deleted| deleted > *at);
        if controls.instants.get(bucket).is_some_and(is_there) {
            controls.users.push((UserNo(row.try_get_by_index(0)?), bucket));
        }
    }
    controls.users.sort_unstable();
    Ok(controls)
}

fn bucket(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Those of the controls who were members then, or entered within the range.
pub async fn excluded(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    [from, before]: [Instant; 2],
    controls: &Controls,
) -> Result<UserSet, DbErr> {
    let rows = stays::overlapping(Backend::of(connection), StaysIn::One, "$3", "$2");
    let values = [segment.0.into(), from.into(), before.into()];
    let stays = arrays::read(connection, (&["user_no", "since", "until"], &rows), values, arrays::stays).await?;
    let mut excluded = UserSet::default();
    for (user, since, until) in stays {
        let Some(at) = controls.at(user) else { continue };
        let lasts_past = |instant: Instant| until.is_none_or(|until| until > instant);
        if (from <= since && since < before && lasts_past(since)) || (since <= at && lasts_past(at)) {
            excluded.insert(user);
        }
    }
    Ok(excluded)
}
