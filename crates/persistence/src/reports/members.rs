//! Who was in a segment at some instants.

use domain::{ids::SegmentId, instant::Instant, user_set::UserSet};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    arrays,
    stays::{self, CHOSEN, chosen},
};
use crate::database::{
    array_row::ArrayRow,
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
    // Only a stay that has ended can be of a user who is erased: nobody else needs to be looked for.
    let rows = format!(
        "WITH chosen AS ({chosen}), stay AS ({stays}) SELECT stay.user_no, stay.since, stay.until, \
         CASE WHEN stay.until IS NULL THEN 0 WHEN EXISTS (SELECT 1 FROM users WHERE users.no = stay.user_no AND {in_shard}) \
         THEN 0 ELSE 1 END AS is_erased FROM stay",
        chosen = rows(connection, &CHOSEN),
        stays = stays::overlapping(backend, "chosen", "$3", "$2"),
        in_shard = backend.same_shard("users", "stay"),
    );
    let values = [chosen(&[segment]), (*first).into(), (*last).into()];
    let mut at = vec![UserSet::default(); instants.len()];
    let mut erased_at = at.clone();
    let columns = ["user_no", "since", "until", "CAST(is_erased AS bigint)"];
    let select = statement(connection, arrays::select(backend, &columns, &rows), values);
    let stays = arrays::read(connection, select, |arrays| {
        let until_and_erased =
            |arrays: &mut ArrayRow<'_>| Some(arrays.take_instants()?.into_iter().zip(arrays.take::<i64>()?));
        Some(arrays::users_at(arrays)?.into_iter().zip(until_and_erased(arrays)?))
    });
    for ((user, since), (until, is_erased)) in stays.await? {
        let is_erased = is_erased == 1;
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
