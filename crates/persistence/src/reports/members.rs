//! Who was in a segment at some instants.

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::stays::{self, CHOSEN, chosen};
use crate::database::{
    backend::Backend,
    json_rows::{rows, statement},
};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members {
    /// At each of the instants.
    pub at: Vec<UserSet>,
    /// The numbers of members who are erased since. They are not in [`Self::at`].
    pub erased_at: Vec<UserSet>,
}

impl Members {
    /// Everyone who was a member at one of the instants and is erased since.
    pub fn erased(&self) -> UserSet {
        UserSet::union(&self.erased_at)
    }
}

/// Of ascending instants.
pub async fn at(connection: &impl ConnectionTrait, segment: SegmentId, instants: &[Instant]) -> Result<Members, DbErr> {
    let (Some(first), Some(last)) = (instants.first(), instants.last()) else { return Ok(Members::default()) };
    let backend = Backend::of(connection);
    let sql = format!(
        "WITH chosen AS ({chosen}), stay AS ({stays}) \
         SELECT stay.user_no, stay.since, stay.until, CASE WHEN users.no IS NULL THEN 1 ELSE 0 END FROM stay \
         LEFT JOIN users ON users.no = stay.user_no AND {in_shard} ORDER BY stay.user_no",
        chosen = rows(connection, &CHOSEN),
        stays = stays::overlapping(backend, "chosen", "$3", "$2"),
        in_shard = backend.same_shard("users", "stay"),
    );
    let values = [chosen(&[segment]), (*first).into(), (*last).into()];
    let mut at = vec![UserSet::default(); instants.len()];
    let mut erased_at = at.clone();
    for row in connection.query_all_raw(statement(connection, sql, values)).await? {
        let user = UserNo(row.try_get_by_index(0)?);
        let since = row.try_get_by_index::<Instant>(1)?;
        let until = row.try_get_by_index::<Option<Instant>>(2)?;
        let is_erased = row.try_get_by_index::<i32>(3)? == 1;
        let from = instants.partition_point(|instant| *instant < since);
        for place in from..instants.len() {
            if until.is_some_and(|until| until <= instants[place]) {
                break;
            }
            if is_erased { &mut erased_at[place] } else { &mut at[place] }.insert(user);
        }
    }
    Ok(Members { at, erased_at })
}
