//! How many of those who enter a segment reach a goal within some time.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use serde::Serialize;

use super::{
    entry::{self, Entry, EntryKind, Person, PersonStay},
    goal::Occurrences,
};
use crate::{
    calendar::CalendarPeriod,
    event::{Currency, Money},
    ids::UserNo,
    instant::Instant,
    rate::{Difference, Rate, TimeRate},
};

/// Buckets of users by which controls stand on the calendar of those who entered.
pub const BUCKETS: usize = 100;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Nothing later counts.
    pub horizon: Instant,
    /// How long after the entry the goal counts. Its end is included, the entry itself is not: what happened then may have caused
    /// it.
    pub within: TimeDelta,
    /// Entries of all kinds count.
    pub all_entries: bool,
    /// Every entry of a user counts, not the first alone.
    pub per_entry: bool,
    /// Users who had already reached the goal are left out.
    pub new_only: bool,
    /// The goal counts only during the stay.
    pub member_only: bool,
}

/// Somebody who entered, with what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrant {
    pub user: UserNo,
    pub at: Instant,
    pub person: Person,
    /// The time within which the goal counts is over.
    pub is_mature: bool,
    /// When the goal was reached.
    pub converted_at: Option<Instant>,
}

/// Who entered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entrants {
    pub list: Vec<Entrant>,
    /// Users with an entry of this kind, or such entries.
    pub first_seen: u64,
    pub definition: u64,
    /// Users with a counted entry who are erased by now.
    pub erased: u64,
}

impl Terms {
    fn end(&self, entered: Instant) -> Instant {
        entered + self.within
    }

    /// `entries` are those of the range, in the order of user and time. `first_ever` has the first occurrence of users at any time; it
    /// is needed only for [`Self::new_only`].
    pub fn entrants(
        &self,
        entries: &[Entry],
        occurrences: &Occurrences,
        first_ever: &HashMap<UserNo, Instant>,
    ) -> Entrants {
        let is_counted = |entry: &&Entry| self.all_entries || entry.kind.is_counted();
        let of_kind = |kind| {
            let users = entry::of_kind(entries, kind);
            if self.per_entry { users.count() } else { users.collect::<HashSet<_>>().len() }
        };
        let erased: HashSet<_> =
            entries.iter().filter(is_counted).filter(|entry| entry.person.is_none()).map(|entry| entry.user).collect();
        let mut seen = HashSet::new();
        let first_or_any = |entry: &&Entry| self.per_entry || seen.insert(entry.user);
        let is_new =
            |entry: &&Entry| !self.new_only || first_ever.get(&entry.user).is_none_or(|first| *first > entry.at);
        let counted = entries.iter().filter(is_counted).filter(first_or_any).filter(is_new);
        Entrants {
            list: counted.filter_map(|entry| Some(self.entrant(entry, entry.person?, occurrences))).collect(),
            first_seen: of_kind(EntryKind::FirstSeen) as u64,
            definition: of_kind(EntryKind::Definition) as u64,
            erased: erased.len() as u64,
        }
    }

    fn entrant(&self, entry: &Entry, person: Person, occurrences: &Occurrences) -> Entrant {
        let reached = occurrences.first_after(entry.user, entry.at, self.end(entry.at).min(self.horizon));
        Entrant {
            user: entry.user,
            at: entry.at,
            person,
            is_mature: self.end(entry.at) <= self.horizon,
            converted_at: reached.filter(|at| !self.member_only || entry.until.is_none_or(|until| *at < until)),
        }
    }

    /// Instants at which controls are looked at: the entries of mature entrants, spread over the buckets. Empty without such
    /// entrants.
    pub fn control_instants(&self, entrants: &[Entrant]) -> Vec<Instant> {
        let mut entered: Vec<_> = entrants.iter().filter(|one| one.is_mature).map(|one| one.at).collect();
        entered.sort_unstable();
        let count = entered.len();
        let instant =
            |bucket: usize| entered.get(((2 * bucket + 1) * count).div_ceil(2 * BUCKETS).checked_sub(1)?).copied();
        (0..BUCKETS).map_while(instant).collect()
    }
}

/// Parts of the entrants that were mature, and of these, that reached the goal; and those of whom it is not known yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Converted {
    pub entered: u64,
    pub rate: Rate,
    pub pending: u64,
    pub pending_converted: u64,
}

pub fn converted<'a>(entrants: impl IntoIterator<Item = &'a Entrant>) -> Converted {
    let (mut mature, mut converted, mut pending, mut pending_converted) = (0, 0, 0, 0);
    for one in entrants {
        let (all, reached) = match one.is_mature {
            true => (&mut mature, &mut converted),
            false => (&mut pending, &mut pending_converted),
        };
        *all += 1;
        *reached += u64::from(one.converted_at.is_some());
    }
    Converted { entered: mature + pending, rate: Rate::new(converted, mature), pending, pending_converted }
}

pub fn converted_in(entrants: &[Entrant], period: CalendarPeriod) -> Converted {
    converted(entrants.iter().filter(|one| period.starts <= one.at && one.at < period.ends))
}

fn times(entrants: &[Entrant]) -> Vec<TimeDelta> {
    let mature = entrants.iter().filter(|one| one.is_mature);
    let mut times: Vec<_> = mature.filter_map(|one| Some(one.converted_at? - one.at)).collect();
    times.sort_unstable();
    times
}

/// How many mature entrants had reached the goal after 0, 1, 2 … days of 24 hours, up to the whole time.
pub fn curve(entrants: &[Entrant], within: TimeDelta) -> Vec<u64> {
    let times = times(entrants);
    let day = TimeDelta::days(1);
    let days = (within.num_seconds() + day.num_seconds() - 1) / day.num_seconds();
    (0..=days as i32).map(|days| times.partition_point(|time| *time <= day * days) as u64).collect()
}

/// How long mature entrants took to reach the goal: the lower quartile, the median and the upper quartile, by nearest rank. `None` if
/// nobody reached it.
pub fn quartiles(entrants: &[Entrant]) -> Option<[TimeDelta; 3]> {
    let times = times(entrants);
    let at_rank = |quarters: usize| times.get((times.len() * quarters).div_ceil(4).checked_sub(1)?).copied();
    Some([at_rank(1)?, at_rank(2)?, at_rank(3)?])
}

/// What mature entrants paid and got back within the time after their entry.
pub fn revenue(
    entrants: &[Entrant],
    amounts: &HashMap<UserNo, Vec<(Instant, Money)>>,
    within: TimeDelta,
) -> BTreeMap<Currency, i128> {
    let mut sums = BTreeMap::new();
    for one in entrants.iter().filter(|one| one.is_mature) {
        let of_user = amounts.get(&one.user).map_or(&[][..], Vec::as_slice);
        for (_, money) in of_user.iter().filter(|(at, _)| one.at < *at && *at <= one.at + within) {
            *sums.entry(money.currency).or_default() += i128::from(money.minor);
        }
    }
    sums
}

/// The same people before they entered, for as long as after. Only those who had been there for that long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BeforeEntry {
    /// How many people.
    pub pairs: u64,
    /// Reached the goal before, and not after.
    pub before_only: u64,
    /// Reached the goal after, and not before.
    pub after_only: u64,
    /// How much more reached it after than before. Null without people.
    pub difference: Option<Difference>,
}

pub fn before(entrants: &[Entrant], occurrences: &Occurrences, within: TimeDelta) -> BeforeEntry {
    let was_there = |one: &&Entrant| one.is_mature && one.person.created_at <= one.at - within;
    let (mut pairs, mut before_only, mut after_only) = (0, 0, 0);
    for one in entrants.iter().filter(was_there) {
        pairs += 1;
        match (occurrences.is_between(one.user, one.at - within, one.at), one.converted_at.is_some()) {
            (true, false) => before_only += 1,
            (false, true) => after_only += 1,
            (true, true) | (false, false) => {}
        }
    }
    BeforeEntry { pairs, before_only, after_only, difference: Difference::of_pairs(before_only, after_only, pairs) }
}

/// How often the goal was reached in time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub struct InsideAndOutside {
    /// By members.
    pub inside: TimeRate,
    /// By users while they were not.
    pub outside: TimeRate,
}

/// Within a range. `user_time` is that of everyone, from their creation on. `created` has everyone with an occurrence.
pub fn inside_and_outside(
    [from, to]: [Instant; 2],
    stays: &[PersonStay],
    user_time: TimeDelta,
    occurrences: &Occurrences,
    created: &HashMap<UserNo, Instant>,
) -> InsideAndOutside {
    let mut of_users = HashMap::<_, Vec<_>>::new();
    let mut inside_time = TimeDelta::zero();
    for stay in stays {
        if let Some((since, until)) = stay.within([from.max(stay.created_at), to]) {
            inside_time += until - since;
            of_users.entry(stay.user).or_default().push((since, until));
        }
    }
    let (mut inside, mut outside) = (0, 0);
    for user in occurrences.users() {
        let Some(created) = created.get(&user) else { continue };
        let stays = of_users.get(&user).map_or(&[][..], Vec::as_slice);
        for at in occurrences.of(user).iter().filter(|at| from.max(*created) <= **at && **at < to) {
            let is_member = stays.iter().any(|(since, until)| since <= at && at < until);
            *(if is_member { &mut inside } else { &mut outside }) += 1;
        }
    }
    InsideAndOutside {
        inside: TimeRate::new(inside, inside_time),
        outside: TimeRate::new(outside, user_time - inside_time),
    }
}
