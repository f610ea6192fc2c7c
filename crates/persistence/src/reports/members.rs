//! Who was in a segment at some instants.

use domain::{ids::SegmentId, instant::Instant, user_set::UserSet};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    arrays,
    stays::{self, CHOSEN, chosen},
};
use crate::database::{backend::Backend, json_rows::rows};

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
    let rows = format!(
        "WITH chosen AS ({chosen}), stay AS ({stays}) SELECT stay.user_no, stay.since, stay.until, \
         CASE WHEN EXISTS (SELECT 1 FROM erased_user WHERE erased_user.user_no = stay.user_no AND {in_shard}) \
         THEN CAST(1 AS bigint) ELSE 0 END AS is_erased FROM stay",
        chosen = rows(connection, &CHOSEN),
        stays = stays::overlapping(backend, "chosen", "$3", "$2"),
        in_shard = backend.same_shard("erased_user", "stay"),
    );
    let columns = ["user_no", "since", "until", "is_erased"];
    let values = [chosen(&[segment]), (*first).into(), (*last).into()];
    let stays = arrays::read(connection, (&columns, &rows), values, |arrays| {
        Some(arrays::stays(arrays)?.zip(arrays.take::<i64>()?))
    });
    let mut at = vec![UserSet::default(); instants.len()];
    let mut erased_at = at.clone();
    for ((user, since, until), is_erased) in stays.await? {
        let from = instants.partition_point(|instant| *instant < since);
        for place in from..instants.len() {
            if until.is_some_and(|until| until <= instants[place]) {
                break;
            }
            if is_erased == 1 { &mut erased_at[place] } else { &mut at[place] }.insert(user);
        }
    }
    Ok(Members { at, erased_at })
}
