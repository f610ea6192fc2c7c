//! Who was in a segment at two instants.

use domain::{
    ids::{UserId, UserNo},
    instant::{Instant, format_instant},
    period::Moment,
    segment::SegmentKey,
    user_set::UserSet,
    words::counted,
};
use persistence::{
    Snapshot,
    reports::{
        members::{self, Members},
        user_ids,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, GivenTime, Report, ReportError, ReportFault,
    given::{above, find, hundred},
    note,
    table::{Cell, Table},
};
use crate::cursor;

/// Which members to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Shown {
    /// Members at both instants.
    #[default]
    Both,
    /// Members at `a` alone.
    OnlyA,
    /// Members at `b` alone.
    OnlyB,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompareAsOfParams {
    pub segment: SegmentKey,
    /// The first instant.
    pub a: GivenTime,
    /// The second instant. It may be earlier.
    pub b: GivenTime,
    /// Which members to list.
    #[serde(default)]
    pub show: Shown,
    /// Maximum number of results.
    #[serde(default = "hundred")]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: u32,
    /// The `nextCursor` of an earlier response.
    #[schemars(length(max = 40))]
    pub cursor: Option<String>,
}

/// The members of a segment at two instants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompareAsOfAnswer {
    a: Instant,
    b: Instant,
    /// Including users erased since.
    counts: CountsAtTwoInstants,
    /// Number of members at `a`.
    size_a: u64,
    /// Number of members at `b`.
    size_b: u64,
    /// The users' ids in the host application, in the order in which users were first stored. Users erased since are left out.
    user_ids: Vec<String>,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    #[serde(flatten)]
    about: About,
}

/// How many users were members when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountsAtTwoInstants {
    /// At both instants.
    both: u64,
    /// At `a` alone.
    only_a: u64,
    /// At `b` alone.
    only_b: u64,
}

pub struct CompareAsOf {
    segment: SegmentKey,
    a: Instant,
    b: Instant,
    show: Shown,
    limit: u32,
    above: UserNo,
    moment: Moment,
}

impl Report for CompareAsOf {
    type Params = CompareAsOfParams;
    type Answer = CompareAsOfAnswer;

    fn read(params: CompareAsOfParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let CompareAsOfParams { segment, a, b, show, limit, cursor } = params;
        match (a.read_past("a", moment), b.read_past("b", moment), above(cursor.as_deref())) {
            (Ok(a), Ok(b), Ok(above)) => Ok(Self { segment, a, b, show, limit, above, moment }),
            (a, b, above) => Err([a.err(), b.err(), above.err()].into_iter().flatten().collect()),
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<CompareAsOfAnswer, ReportError> {
        let chosen = [find(tx, &self.segment).await?];
        let instants = [self.a.min(self.b), self.a.max(self.b)];
        let Members { at, erased_at } = members::at(tx, chosen[0].id, &instants, &members::erased(tx).await?).await?;
        let above_limit = usize::try_from(self.limit).unwrap_or(usize::MAX).saturating_add(1);
        let mut listed = user_ids::page(tx, &self.shown(&at), self.above, above_limit).await?;
        let next_cursor = cursor::cut(&mut listed, self.limit, |(no, _)| cursor::after(*no));
        // The list leaves them out.
        let erased = self.shown(&erased_at).len();
        let [a, b] = self.places();
        let size = |place: usize| at[place].len() + erased_at[place].len();
        let both = at[a].len_in_both(&at[b]) + erased_at[a].len_in_both(&erased_at[b]);
        let counts = CountsAtTwoInstants { both, only_a: size(a) - both, only_b: size(b) - both };
        let mut notes = note::of_segments(&chosen, self.a.min(self.b));
        notes.extend(note::of_erased(erased));
        Ok(CompareAsOfAnswer {
            a: self.a,
            b: self.b,
            counts,
            size_a: size(a),
            size_b: size(b),
            user_ids: listed.into_iter().map(|(_, UserId(id))| id).collect(),
            next_cursor,
            about: About::now(self.moment, &chosen, notes),
        })
    }

    fn about(answer: &CompareAsOfAnswer) -> &About {
        &answer.about
    }

    fn summary(answer: &CompareAsOfAnswer) -> Vec<String> {
        let CountsAtTwoInstants { both, only_a, only_b } = answer.counts;
        let [a, b] = [answer.a, answer.b].map(format_instant);
        let members = counted(both, "user was a member", "users were members");
        vec![format!("{members} both at {a} and at {b}, {only_a} at the former alone, {only_b} at the latter alone.")]
    }

    fn tables(answer: &CompareAsOfAnswer) -> Vec<Table> {
        let CountsAtTwoInstants { both, only_a, only_b } = answer.counts;
        let instants = [Cell::instant(answer.a), Cell::instant(answer.b)];
        let counts = [both, only_a, only_b, answer.size_a, answer.size_b].map(Cell::count);
        vec![
            Table {
                name: "counts",
                columns: vec!["a", "b", "both", "onlyA", "onlyB", "sizeA", "sizeB"],
                rows: vec![instants.into_iter().chain(counts).collect()],
            },
            Table {
                name: "users",
                columns: vec!["userId"],
                rows: answer.user_ids.iter().map(|id| vec![Cell::text(id)]).collect(),
            },
        ]
    }
}

impl CompareAsOf {
    /// Of `a` and `b` in the order of time.
    fn places(&self) -> [usize; 2] {
        if self.a <= self.b { [0, 1] } else { [1, 0] }
    }

    /// Of the members at each instant, those to list.
    fn shown(&self, members: &[UserSet]) -> UserSet {
        let [a, b] = self.places().map(|place| &members[place]);
        match self.show {
            Shown::Both => a.in_both(b),
            Shown::OnlyA => a.without(b),
            Shown::OnlyB => b.without(a),
        }
    }
}
