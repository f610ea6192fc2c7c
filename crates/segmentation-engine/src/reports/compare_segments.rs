//! Two segments side by side.

use std::collections::HashSet;

use domain::{
    event::Currency,
    instant::EARLIEST,
    period::Moment,
    rate::{Difference, Rate, mean},
    report::{
        activity::ActivityKind,
        conversion::{self, Entrant},
        goal::GoalText,
    },
    segment::SegmentKey,
    user_set::UserSet,
    words::counted,
};
use persistence::{
    Snapshot,
    reads::history,
    reports::{activity, activity_days, members},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    About, AboutRange, GivenTime, Report, ReportError, ReportFault,
    asked_goal::AskedGoal,
    entrants::{Entered, Entering},
    given::{Chosen, all_activity, fault_of_count, find_each},
    note,
    range::Range,
    revenue::Revenue,
    table::{Cell, RATE, Table},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompareSegmentsParams {
    /// The first segment.
    pub a: SegmentKey,
    /// The second one.
    pub b: SegmentKey,
    /// What those who enter are hoped to do. Without a goal there is no conversion. Give either a goal or the id of a saved one.
    pub goal: Option<GoalText>,
    /// The id of a saved goal.
    #[schemars(length(max = 64))]
    pub goal_id: Option<String>,
    /// How long after the entry, such as `14d` or `12h`. At most 90 days. By default that of the saved goal, otherwise 14 days.
    #[schemars(length(max = 8))]
    pub within: Option<String>,
    /// What shows that a user was active. By default all.
    #[serde(default = "all_activity")]
    #[schemars(length(min = 1, max = 3))]
    pub activity: Vec<ActivityKind>,
    /// From here on.
    pub from: GivenTime,
    /// Before here.
    pub to: GivenTime,
    /// Nothing later counts. By default now.
    pub as_of: Option<GivenTime>,
}

/// Two segments side by side. Differences leave out users who are in both, since intervals hold only for groups without common
/// members.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompareSegmentsAnswer {
    a: SegmentKey,
    b: SegmentKey,
    /// What showed that a user was active.
    activity: Vec<ActivityKind>,
    /// What counted as conversion.
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<GoalText>,
    /// How long after the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
    /// Members just before the range begins: with those who entered less those who left in it, the size.
    size_at_start: TwoCounts,
    /// Members just before it ends.
    size: TwoCounts,
    /// Memberships entered in it.
    entered: TwoCounts,
    /// Memberships left in it.
    left: TwoCounts,
    /// Of the members when it begins, who was active in it.
    active_members: TwoRates,
    /// Quizzes completed in it by these members, for each of them.
    quizzes_per_member: TwoMeans,
    /// Of those who entered in it and whose time is over, who reached the goal.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversion: Option<TwoRates>,
    /// What members paid less what they got back.
    net_per_member: TwoSums,
    /// Members of both just before it ends.
    both: u64,
    /// Members of both when it begins.
    in_both: u64,
    #[serde(flatten)]
    about: AboutRange,
}

/// A number of each segment. Null if the range ends before the history of the segment begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TwoCounts {
    a: Option<i64>,
    b: Option<i64>,
}

/// A mean of each segment, to two decimals. Null without members.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct TwoMeans {
    a: Option<f64>,
    b: Option<f64>,
}

/// A share of each segment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TwoRates {
    a: Rate,
    b: Rate,
    /// How much higher it is in a, without users of both. Null if nobody is left on a side.
    difference: Option<Difference>,
    /// How many users of both the difference leaves out.
    in_both: u64,
}

/// Sums of each segment, by currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TwoSums {
    a: Vec<NetOfCurrency>,
    b: Vec<NetOfCurrency>,
}

/// What members paid less what they got back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetOfCurrency {
    /// The ISO 4217 code.
    #[schemars(with = "String")]
    currency: Currency,
    /// In minor units.
    net_minor: i64,
    /// For each member on average over the range. Null without members.
    per_member_minor: Option<i64>,
}

pub struct CompareSegments {
    keys: [SegmentKey; 2],
    goal: Option<AskedGoal>,
    kinds: Vec<ActivityKind>,
    range: Range,
    moment: Moment,
}

impl Report for CompareSegments {
    type Params = CompareSegmentsParams;
    type Answer = CompareSegmentsAnswer;

    fn read(params: CompareSegmentsParams, moment: Moment) -> Result<Self, Vec<ReportFault>> {
        let CompareSegmentsParams { a, b, goal, goal_id, within, activity: kinds, from, to, as_of } = params;
        let mut faults = Vec::new();
        if a == b {
            faults.push(ReportFault::new("b", "expected another segment than a"));
        }
        faults.extend(fault_of_count("activity", kinds.len(), 1..=3));
        let goal = AskedGoal::read(goal.as_ref(), goal_id.as_deref(), within.as_deref());
        if matches!(&goal, Ok(None)) && within.is_some() {
            faults.push(ReportFault::new("within", "can only be used with a goal"));
        }
        match (goal, Range::read(&from, &to, as_of.as_ref(), moment)) {
            (Ok(goal), Ok(range)) if faults.is_empty() => Ok(Self { keys: [a, b], goal, kinds, range, moment }),
            (goal, range) => {
                faults.extend([goal.err(), range.err()].into_iter().flatten().flatten());
                Err(faults)
            }
        }
    }

    async fn answer(&self, tx: &Snapshot) -> Result<CompareSegmentsAnswer, ReportError> {
        let chosen = find_each(tx, &self.keys, |place| ["a", "b"][place].to_owned()).await?;
        let [a, b] = [&chosen[0], &chosen[1]];
        let (moves_a, moves_b) = (self.moves(tx, a).await?, self.moves(tx, b).await?);
        let counts = |of: fn([history::Flow; 2]) -> i64| TwoCounts { a: moves_a.map(of), b: moves_b.map(of) };
        let ends = [self.range.from, self.range.to - chrono::TimeDelta::microseconds(1)];
        let erased = members::erased(tx).await?;
        let members_a = members::at(tx, a.id, &ends, &erased).await?;
        let members_b = members::at(tx, b.id, &ends, &erased).await?;
        let both = members_a.at[1].len_in_both(&members_b.at[1]);
        let erased_in_both = members_a.erased_at[1].len_in_both(&members_b.erased_at[1]);
        let at_start = [&members_a.at[0], &members_b.at[0]];
        let goal = match &self.goal {
            Some(asked) => Some(asked.find(tx).await?),
            None => None,
        };
        let mut notes = note::of_range(tx, &chosen, self.range, 0).await?;
        notes.extend(note::of_erased(UserSet::union([&members_a.erased_at[0], &members_b.erased_at[0]]).len()));
        let conversion = match &goal {
            Some(goal) => {
                let entering = Entering::of_users(self.range, goal);
                let (of_a, of_b) = (entering.read(tx, a).await?, entering.read(tx, b).await?);
                notes.extend(entering.goal_begins(tx, &of_a.occurrences).await?);
                Some(two_conversions(&of_a, &of_b))
            }
            None => None,
        };
        let (goal, within) = goal.map(|goal| (goal.text, goal.window.text)).unzip();
        Ok(CompareSegmentsAnswer {
            a: a.key.clone(),
            b: b.key.clone(),
            activity: self.kinds.clone(),
            goal,
            within,
            size_at_start: counts(|[start, _]| start.net()),
            size: counts(|[start, moves]| start.net() + moves.net()),
            entered: counts(|[_, moves]| moves.entered),
            left: counts(|[_, moves]| moves.left),
            active_members: self.active(tx, at_start).await?,
            quizzes_per_member: self.quizzes(tx, at_start).await?,
            conversion,
            net_per_member: TwoSums { a: self.net(tx, a).await?, b: self.net(tx, b).await? },
            both: both + erased_in_both,
            in_both: at_start[0].len_in_both(at_start[1]),
            about: AboutRange::of(self.range, self.moment, &chosen, notes),
        })
    }

    fn about(answer: &CompareSegmentsAnswer) -> &About {
        answer.about.about()
    }

    fn summary(answer: &CompareSegmentsAnswer) -> Vec<String> {
        let CompareSegmentsAnswer { a, b, size, both, .. } = answer;
        let of = |size: Option<i64>| size.map_or_else(|| "no known history".into(), members_in_words);
        let are = if *both == 1 { "is" } else { "are" };
        let sizes = format!("{a} has {}, {b} has {}, and {both} {are} in both.", of(size.a), of(size.b));
        let active = in_words("Active members", answer.active_members);
        let conversion = answer.conversion.map(|conversion| in_words("Conversion", conversion));
        [Some(sizes), Some(active), conversion].into_iter().flatten().collect()
    }

    fn tables(answer: &CompareSegmentsAnswer) -> Vec<Table> {
        let mean = |mean: Option<f64>| mean.map_or(Cell::Empty, |mean| Cell::Decimal(mean, 2));
        let counts = [
            ("sizeAtStart", answer.size_at_start),
            ("size", answer.size),
            ("entered", answer.entered),
            ("left", answer.left),
        ];
        let count = |count: Option<i64>| count.map_or(Cell::Empty, Cell::Whole);
        let counts = counts.map(|(name, TwoCounts { a, b })| vec![Cell::text(name), count(a), count(b)]);
        let TwoMeans { a, b } = answer.quizzes_per_member;
        let quizzes = vec![Cell::text("quizzesPerMember"), mean(a), mean(b)];
        let rates = [("activeMembers", Some(answer.active_members)), ("conversion", answer.conversion)];
        let rates = rates.into_iter().filter_map(|(name, rates)| Some((name, rates?))).flat_map(|(name, rates)| {
            let row = |segment: &SegmentKey, rate: Rate| {
                let keys = vec![Cell::text(name), Cell::text(segment)];
                [keys, Cell::rate(rate).to_vec()].concat()
            };
            [row(&answer.a, rates.a), row(&answer.b, rates.b)]
        });
        let differences = [("activeMembers", Some(answer.active_members)), ("conversion", answer.conversion)];
        let differences = differences.into_iter().filter_map(|(name, rates)| {
            let [points, low, high] = rates?.difference?.ends().map(|points| Cell::percent(Some(points)));
            Some(vec![Cell::text(name), points, low, high, Cell::count(rates?.in_both)])
        });
        let money = [(&answer.a, &answer.net_per_member.a), (&answer.b, &answer.net_per_member.b)];
        let money = money.into_iter().flat_map(|(segment, sums)| {
            sums.iter().map(move |sum| {
                let each = sum.per_member_minor.map_or(Cell::Empty, Cell::Whole);
                vec![Cell::text(segment), Cell::text(sum.currency), Cell::Whole(sum.net_minor), each]
            })
        });
        vec![
            Table {
                name: "figures",
                columns: vec!["figure", "a", "b"],
                rows: counts.into_iter().chain([quizzes]).collect(),
            },
            Table {
                name: "rates",
                columns: ["figure", "segment"].into_iter().chain(RATE).collect(),
                rows: rates.collect(),
            },
            Table {
                name: "differences",
                columns: vec!["figure", "points", "low", "high", "inBoth"],
                rows: differences.collect(),
            },
            Table {
                name: "money",
                columns: vec!["segment", "currency", "netMinor", "perMemberMinor"],
                rows: money.collect(),
            },
        ]
    }
}

impl CompareSegments {
    /// Before the range, and in it. Nothing is known if the range ends before the history of the segment begins.
    async fn moves(&self, tx: &Snapshot, segment: &Chosen) -> Result<Option<[history::Flow; 2]>, ReportError> {
        if segment.history_from.is_none_or(|begins| self.range.to <= begins) {
            return Ok(None);
        }
        let flows = history::flows(tx, segment.id, &[EARLIEST, self.range.from, self.range.to]).await?;
        Ok(Some([0, 1].map(|place| flows.get(place).copied().unwrap_or_default())))
    }

    async fn active(&self, tx: &Snapshot, [a, b]: [&UserSet; 2]) -> Result<TwoRates, ReportError> {
        let active = activity_days::active(tx, &self.kinds, &[[self.range.from, self.range.to]]).await?;
        let active = UserSet::union(&active);
        let rate = |members: &UserSet| Rate::new(members.len_in_both(&active), members.len());
        let difference = Difference::between(rate(&a.without(b)), rate(&b.without(a)));
        Ok(TwoRates { a: rate(a), b: rate(b), difference, in_both: a.len_in_both(b) })
    }

    async fn quizzes(&self, tx: &Snapshot, members: [&UserSet; 2]) -> Result<TwoMeans, ReportError> {
        let quizzes = activity::quizzes(tx, self.range.from, self.range.to).await?;
        let [a, b] = members.map(|members| {
            let of_members = quizzes.iter().filter(|(user, _)| members.contains(*user)).map(|(_, count)| count);
            mean(of_members.sum(), members.len())
        });
        Ok(TwoMeans { a, b })
    }

    async fn net(&self, tx: &Snapshot, segment: &Chosen) -> Result<Vec<NetOfCurrency>, ReportError> {
        let answer = Revenue::of_members(segment.key.clone(), self.range, self.moment).answer(tx).await?;
        let sum = |(currency, net_minor, per_member_minor)| NetOfCurrency { currency, net_minor, per_member_minor };
        Ok(answer.net_per_member().map(sum).collect())
    }
}

fn two_conversions(a: &Entered, b: &Entered) -> TwoRates {
    let users = |entered: &Entered| entered.entrants.list.iter().map(|one| one.user).collect::<HashSet<_>>();
    let (of_a, of_b) = (users(a), users(b));
    let rate = |entered: &Entered| conversion::converted(&entered.entrants.list).rate;
    let without = |entered: &Entered, others: &HashSet<_>| {
        let left = entered.entrants.list.iter().filter(|one: &&Entrant| !others.contains(&one.user));
        conversion::converted(left).rate
    };
    TwoRates {
        a: rate(a),
        b: rate(b),
        difference: Difference::between(without(a, &of_b), without(b, &of_a)),
        in_both: of_a.intersection(&of_b).count() as u64,
    }
}

fn members_in_words(count: i64) -> String {
    counted(u64::try_from(count).unwrap_or_default(), "member", "members")
}

fn in_words(figure: &str, TwoRates { a, b, difference, .. }: TwoRates) -> String {
    let percent = |rate: Rate| rate.percent().map_or_else(|| "–".to_owned(), |percent| format!("{percent:.2} %"));
    let difference = match difference {
        Some(found) if found.is_clear() => {
            let [points, low, high] = found.ends();
            format!("a difference of {points:.2} points ({low:.2} to {high:.2})")
        }
        Some(_) => "no clear difference".to_owned(),
        None => "no difference to be told".to_owned(),
    };
    format!("{figure}: {} in a, {} in b, {difference}.", percent(a), percent(b))
}
