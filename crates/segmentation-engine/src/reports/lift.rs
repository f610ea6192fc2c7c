//! What a message to a segment brought, compared with a holdout: users of some random buckets, who did not get it.

use domain::{
    period::Moment,
    rate::{Difference, Lift as Relative, Rate, chi_square},
    report::{conversion, goal::GoalText},
    segment::SegmentKey,
    words::counted,
};
use persistence::Snapshot;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, AboutRange, GivenTime, Note, Report, ReportError, ReportFault, Table,
    asked_goal::AskedGoal,
    conversion::EntrantCounts,
    entrants::Entering,
    given::{fault_of_count, find},
    note,
    range::Range,
    table::{Cell, RATE},
};

/// The last random bucket.
const LAST_BUCKET: u8 = 99;

/// χ² above which a split of one in a thousand is less even.
const UNBALANCED_ABOVE: f64 = 10.828;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LiftParams {
    /// The segment that gets a message. Whoever sends it leaves out the holdout, by a condition on `randomBucket`.
    pub segment: SegmentKey,
    /// The first and the last random bucket of the holdout, 0 to 99.
    #[schemars(length(min = 2, max = 2))]
    pub holdout: Vec<u8>,
    /// What counts. Give either a goal or the id of a saved one.
    pub goal: Option<GoalText>,
    /// The id of a saved goal.
    #[schemars(length(max = 64))]
    pub goal_id: Option<String>,
    /// How long after the entry, such as `14d` or `12h`. At most 90 days. By default that of the saved goal, otherwise 14 days.
    #[schemars(length(max = 8))]
    pub within: Option<String>,
    /// Leave out users who had already reached the goal.
    #[serde(default)]
    pub new_only: bool,
    /// The goal counts only while the user is still a member.
    #[serde(default)]
    pub member_only: bool,
    /// Entries from here on.
    pub from: GivenTime,
    /// Entries before here.
    pub to: GivenTime,
    /// Nothing later counts. By default now.
    pub as_of: Option<GivenTime>,
}

/// Those who entered a segment and got a message, and those who were held out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiftAnswer {
    segment: SegmentKey,
    /// The first and the last random bucket of the holdout.
    holdout_buckets: [u8; 2],
    /// What counted.
    goal: GoalText,
    /// How long after the entry.
    within: String,
    /// Of those who were not held out and whose time is over, who reached the goal.
    treated: Rate,
    /// Of those who were held out and whose time is over, who reached the goal.
    holdout: Rate,
    /// How much more of the treated reached it. Null if a group is empty.
    difference: Option<Difference>,
    /// The same as a part of the holdout's share. Null if nobody of a group reached it.
    lift: Option<Relative>,
    /// Whether the split fits the holdout.
    balance: Balance,
    /// Who entered.
    entrants: EntrantCounts,
    /// How many still have time.
    pending: u64,
    /// Users who entered and have been erased since. They are left out.
    erased: u64,
    #[serde(flatten)]
    about: AboutRange,
}

/// Whether those who entered are split as the size of the holdout says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// χ² of the split, to three decimals. Null if nobody entered, or all are held out.
    chi_square: Option<f64>,
    /// A split so far off happens by chance less than once in a thousand times: do not trust the difference.
    unbalanced: bool,
}

pub struct Lift {
    params: LiftParams,
    buckets: [u8; 2],
    goal: AskedGoal,
    range: Range,
    moment: Moment,
}

impl LiftAnswer {
    fn of_entrants(&self) -> Vec<Cell> {
        let EntrantCounts { counted, first_seen, definition } = self.entrants;
        let Balance { chi_square, unbalanced } = self.balance;
        let counts = [counted, first_seen, definition, self.pending, self.erased].map(Cell::count);
        let chi_square = chi_square.map_or(Cell::Empty, |found| Cell::Decimal(found, 3));
        counts.into_iter().chain([chi_square, Cell::text(unbalanced)]).collect()
    }
}

/// Somebody has to be left outside.
fn read_buckets(given: &[u8]) -> Result<[u8; 2], ReportFault> {
    if let Some(fault) = fault_of_count("holdout", given.len(), 2..=2) {
        return Err(fault);
    }
    match given {
        [0, LAST_BUCKET] => Err(ReportFault::new("holdout", "expected buckets that leave some users outside")),
        [first, last] if first <= last && *last <= LAST_BUCKET => Ok([*first, *last]),
        _ => Err(ReportFault::new("holdout", "expected the first and the last bucket, of 0 to 99")),
    }
}

impl Report for Lift {
    type Params = LiftParams;
    type Answer = LiftAnswer;

    fn read(params: LiftParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let buckets = read_buckets(&params.holdout).map_err(|fault| vec![fault]);
        let goal = AskedGoal::required(params.goal.as_ref(), params.goal_id.as_deref(), params.within.as_deref());
        match (buckets, goal, Range::read(&params.from, &params.to, params.as_of.as_ref(), moment)) {
            (Ok(buckets), Ok(goal), Ok(range)) => Ok(Self { params, buckets, goal, range, moment }),
            (buckets, goal, range) => {
                Err([buckets.err(), goal.err(), range.err()].into_iter().flatten().flatten().collect())
            }
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<LiftAnswer, ReportError> {
        let (chosen, goal) = (find(tx, &self.params.segment).await?, self.goal.find(tx).await?);
        let LiftParams { new_only, member_only, .. } = self.params;
        let entering = Entering { new_only, member_only, ..Entering::of_users(self.range, &goal) };
        let entered = entering.read(tx, &chosen).await?;
        let [first, last] = self.buckets;
        let (held_out, treated): (Vec<_>, Vec<_>) =
            entered.entrants.list.iter().partition(|one| (first..=last).contains(&one.person.random_bucket));
        let share = u64::from(last - first) + 1;
        let chi_square = chi_square([held_out.len() as u64, treated.len() as u64], [share, 100 - share]);
        let unbalanced = chi_square.is_some_and(|found| found > UNBALANCED_ABOVE);
        let (all, [held_out, treated]) = (
            conversion::converted(&entered.entrants.list),
            [held_out, treated].map(|group| conversion::converted(group).rate),
        );
        let segments = std::slice::from_ref(&chosen);
        let mut notes = note::of_range(tx, segments, self.range, 0).await?;
        notes.extend(entering.goal_begins(tx, &entered.occurrences).await?);
        notes.extend(note::of_erased(entered.entrants.erased));
        notes.extend(unbalanced.then_some(Note::Unbalanced));
        Ok(LiftAnswer {
            segment: chosen.key.clone(),
            holdout_buckets: self.buckets,
            goal: goal.text.clone(),
            within: goal.window.text.clone(),
            treated,
            holdout: held_out,
            difference: Difference::between(treated, held_out),
            lift: Relative::between(treated, held_out),
            balance: Balance { chi_square, unbalanced },
            entrants: EntrantCounts::of(&entered.entrants),
            pending: all.pending,
            erased: entered.entrants.erased,
            about: AboutRange::of(self.range, self.moment, segments, notes),
        })
    }

    fn about(answer: &LiftAnswer) -> &About {
        answer.about.about()
    }

    fn summary(answer: &LiftAnswer) -> Vec<String> {
        let LiftAnswer { treated, holdout, goal, within, .. } = answer;
        let group = |rate: &Rate| {
            let percent = rate.percent().map_or_else(String::new, |percent| format!(" ({percent:.2} %)"));
            format!("{} of {}{percent}", rate.part(), rate.of())
        };
        let reached = goal.in_words();
        let shares = format!("{} {reached} within {within}, and {} of the holdout.", group(treated), group(holdout));
        let difference = answer.difference.map(|found| {
            let [points, low, high] = found.ends();
            match found.is_clear() {
                true => format!("That is a difference of {points:.2} points ({low:.2} to {high:.2})."),
                false => format!("There is no clear difference: {points:.2} points ({low:.2} to {high:.2})."),
            }
        });
        let lift = answer.lift.map(|found| {
            let [percent, low, high] = found.ends();
            format!("Lift: {percent:.2} % ({low:.2} to {high:.2}).")
        });
        let pending = (answer.pending > 0).then(|| {
            let still_have = if answer.pending == 1 { "still has" } else { "still have" };
            format!("{} {still_have} time.", counted(answer.pending, "user", "users"))
        });
        [Some(shares), difference, lift, pending].into_iter().flatten().collect()
    }

    fn tables(answer: &LiftAnswer) -> Vec<Table> {
        let group = |name: &str, rate: Rate| [vec![Cell::text(name)], Cell::rate(rate).to_vec()].concat();
        let row = |name: &str, ends: [f64; 3]| {
            [vec![Cell::text(name)], ends.map(|end| Cell::percent(Some(end))).to_vec()].concat()
        };
        let difference = answer.difference.map(|found| row("difference", found.ends()));
        let lift = answer.lift.map(|found| row("lift", found.ends()));
        vec![
            Table {
                name: "groups",
                columns: ["group"].into_iter().chain(RATE).collect(),
                rows: vec![group("treated", answer.treated), group("holdout", answer.holdout)],
            },
            Table {
                name: "compared",
                columns: vec!["figure", "value", "low", "high"],
                rows: difference.into_iter().chain(lift).collect(),
            },
            Table {
                name: "entrants",
                columns: vec!["counted", "firstSeen", "definition", "pending", "erased", "chiSquare", "unbalanced"],
                rows: vec![answer.of_entrants()],
            },
        ]
    }
}
