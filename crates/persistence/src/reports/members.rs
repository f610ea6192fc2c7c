//! Who was in a segment at some instants.

use domain::{ids::SegmentId, instant::Instant, user_set::UserSet};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    arrays,
    stays::{self, StaysIn},
};
use crate::database::backend::Backend;

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

/// Of ascending instants. `erased` are all who are [`erased`].
pub async fn at(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    instants: &[Instant],
    erased: &UserSet,
) -> Result<Members, DbErr> {
    let (Some(first), Some(last)) = (instants.first(), instants.last()) else { return Ok(Members::default()) };
    let rows = stays::overlapping(Backend::of(connection), StaysIn::One, "$3", "$2");
    let values = [segment.0.into(), (*first).into(), (*last).into()];
    let stays = arrays::read(connection, (&["user_no", "since", "until"], &rows), values, arrays::stays).await?;
    let mut at = vec![UserSet::default(); instants.len()];
    for (user, since, until) in stays {
        let from = instants.partition_point(|instant| *instant < since);
        for place in from..instants.len() {
            if until.is_some_and(|until| until <= instants[place]) {
                break;
            }
            at[place].insert(user);
        }
    }
    let erased_at = at.iter().map(|members| members.in_both(erased)).collect();
    Ok(Members { at: at.iter().map(|members| members.without(erased)).collect(), erased_at })
}

/// Also those who are erased since.
pub(super) async fn at_instant(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    at: Instant,
) -> Result<UserSet, DbErr> {
    let rows = stays::overlapping(Backend::of(connection), StaysIn::One, "$2", "$2");
    arrays::read(connection, (&["user_no"], &rows), [segment.0.into(), at.into()], arrays::set).await
}

/// The numbers of all who are erased.
pub async fn erased(connection: &impl ConnectionTrait) -> Result<UserSet, DbErr> {
    arrays::read(connection, (&["user_no"], "SELECT user_no FROM erased_user"), [], arrays::set).await
}
