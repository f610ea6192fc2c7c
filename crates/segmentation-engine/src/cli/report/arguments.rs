//! The arguments of each report, and the params that they stand for.

use clap::Subcommand;
use domain::{
    calendar::CalendarUnit,
    report::{
        activity::ActivityKind,
        cohort::{CohortClock, CohortMeasure, CohortMode, CohortStart},
        goal::{GoalText, PurchaseText, QuizText},
        revenue::{CreditBasis, CreditModel},
    },
    segment::SegmentKey,
};
use segmentation_engine::reports::{
    Family, GivenTime,
    cohorts::CohortsParams,
    compare_as_of::{CompareAsOfParams, Shown},
    compare_segments::CompareSegmentsParams,
    conversion::{ComparedWith, ConversionParams, CountedEntries, Per},
    engagement::EngagementParams,
    flow::FlowParams,
    lift::LiftParams,
    overlap::OverlapParams,
    revenue::{By, RevenueParams},
};
use serde::de::{DeserializeOwned, IntoDeserializer};

#[derive(Debug, Subcommand)]
pub(super) enum Which {
    /// How segments overlap: every pair, and every combination
    Overlap(OverlapArguments),
    /// How users moved between segments from one point in time to the next
    Flow(FlowArguments),
    /// Who was in a segment at two points in time
    AsOf(AsOfArguments),
    /// How many of those who entered a segment reached a goal within some time
    Conversion(Box<ConversionArguments>),
    /// What users paid and got back, by the segments that they were in
    Revenue(RevenueArguments),
    /// How active the members of segments are
    Engagement(EngagementArguments),
    /// Users by when they began, and what they did in the periods after it
    Cohorts(Box<CohortsArguments>),
    /// Two segments side by side
    Compare(Box<CompareArguments>),
    /// What a message to a segment brought, compared with a holdout
    Lift(Box<LiftArguments>),
}

#[derive(Debug, clap::Args)]
pub(super) struct OverlapArguments {
    /// A segment, such as plan:pro. Repeat it for each
    #[arg(long, required = true)]
    segment: Vec<SegmentKey>,
    /// When, as an RFC 3339 time or a date. By default now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct FlowArguments {
    /// The segments of a type: plan or lifecycle
    #[arg(long, value_parser = family, conflicts_with = "segment")]
    family: Option<Family>,
    /// A segment, such as plan:pro. Repeat it for each. By default those of the lifecycle
    #[arg(long)]
    segment: Vec<SegmentKey>,
    /// When, as an RFC 3339 time or a date. Repeat it, in order
    #[arg(long, value_name = "TIME", required = true)]
    at: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct AsOfArguments {
    /// The segment, such as plan:pro
    #[arg(long)]
    segment: SegmentKey,
    /// The first point in time, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    a: String,
    /// The second one
    #[arg(long, value_name = "TIME")]
    b: String,
    /// The members that the table users has: both, only-a or only-b
    #[arg(long, value_parser = shown, default_value = "both")]
    show: Shown,
    /// The most users in that table. By default all
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

/// A goal, and how long it has time.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("goal").args(["event", "purchase", "quiz", "enter", "goal_id"]))]
pub(super) struct GoalArguments {
    /// The goal: an event of this name
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// The goal: a purchase
    #[arg(long)]
    purchase: bool,
    /// Only purchases of this name
    #[arg(long, value_name = "NAME", requires = "purchase")]
    purchase_name: Option<String>,
    /// Only purchases in this currency
    #[arg(long, value_name = "CODE", requires = "purchase")]
    currency: Option<String>,
    /// Only purchases of at least this amount, in minor units
    #[arg(long, value_name = "AMOUNT", requires = "purchase")]
    min_amount_minor: Option<i64>,
    /// The goal: a completed quiz
    #[arg(long)]
    quiz: bool,
    /// Only quizzes of this provider: aws, azure, gcp or other
    #[arg(long, requires = "quiz")]
    provider: Option<String>,
    /// Only quizzes of this certification
    #[arg(long, requires = "quiz")]
    certification: Option<String>,
    /// The goal: to enter this segment
    #[arg(long, value_name = "SEGMENT")]
    enter: Option<SegmentKey>,
    /// The goal: the saved one with this id
    #[arg(long, value_name = "ID")]
    goal_id: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ConversionArguments {
    /// The segment, such as lifecycle:inactive
    #[arg(long)]
    segment: SegmentKey,
    #[command(flatten)]
    goal: GoalArguments,
    /// How long after the entry the goal counts, such as 14d or 12h. By default as saved, otherwise 14d
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// Entries from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Entries before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// The periods of entries: day, week or month
    #[arg(long, default_value = "week", value_parser = unit)]
    by: CalendarUnit,
    /// Count all entries, also those by a changed definition and of users seen for the first time
    #[arg(long)]
    all_entries: bool,
    /// Count every entry, not the first of each user alone
    #[arg(long)]
    per_entry: bool,
    /// Leave out users who had already reached the goal
    #[arg(long)]
    new_only: bool,
    /// Count the goal only while the user is a member
    #[arg(long)]
    member_only: bool,
    /// What to compare with: before, others, inside-outside
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "before,others", value_parser = compared)]
    compare: Vec<ComparedWith>,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct EngagementArguments {
    /// A segment, such as plan:pro. Repeat it for each, up to 10
    #[arg(long, required = true)]
    segment: Vec<SegmentKey>,
    /// The periods: day, week or month
    #[arg(long, default_value = "week", value_parser = unit)]
    by: CalendarUnit,
    /// What shows that a user was active: quizzes, events, seen
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "quizzes,events,seen", value_parser = activity)]
    activity: Vec<ActivityKind>,
    /// Periods from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Periods that begin before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct CohortsArguments {
    /// When a user begins: registered, entered, first-purchase or first-event
    #[arg(long, default_value = "registered", value_parser = start)]
    start: CohortStart,
    /// What users do later: activity, member, purchase, goal or revenue
    #[arg(long, value_parser = measure)]
    measure: CohortMeasure,
    /// The segment, for --start entered and --measure member
    #[arg(long)]
    segment: Option<SegmentKey>,
    /// The name of the event, for --start first-event
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    goal: GoalArguments,
    /// The periods of cohorts and columns: day, week or month
    #[arg(long, default_value = "week", value_parser = unit)]
    by: CalendarUnit,
    /// How columns are counted: calendar, or own (from the start of each user on)
    #[arg(long, default_value = "calendar", value_parser = clock)]
    clock: CohortClock,
    /// Count users in the columns in which it happens, and in those before
    #[arg(long)]
    on_or_after: bool,
    /// How many columns
    #[arg(long, default_value_t = 12)]
    columns: u32,
    /// What shows that a user was active: quizzes, events, seen
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "quizzes,events,seen", value_parser = activity)]
    activity: Vec<ActivityKind>,
    /// Starts from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Starts before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct CompareArguments {
    /// The first segment, such as plan:pro
    #[arg(long)]
    a: SegmentKey,
    /// The second one
    #[arg(long)]
    b: SegmentKey,
    #[command(flatten)]
    goal: GoalArguments,
    /// How long after the entry the goal counts, such as 14d or 12h. By default as saved, otherwise 14d
    #[arg(long, value_name = "SPAN", requires = "goal")]
    within: Option<String>,
    /// What shows that a user was active: quizzes, events, seen
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "quizzes,events,seen", value_parser = activity)]
    activity: Vec<ActivityKind>,
    /// From here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct LiftArguments {
    /// The segment that gets a message, such as lifecycle:inactive
    #[arg(long)]
    segment: SegmentKey,
    /// The first and the last random bucket of the holdout, such as 0-9
    #[arg(long, value_name = "FIRST-LAST", value_parser = buckets)]
    holdout: [u8; 2],
    #[command(flatten)]
    goal: GoalArguments,
    /// How long after the entry the goal counts, such as 14d or 12h. By default as saved, otherwise 14d
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// Leave out users who had already reached the goal
    #[arg(long)]
    new_only: bool,
    /// Count the goal only while the user is a member
    #[arg(long)]
    member_only: bool,
    /// Entries from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Entries before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").args(["family", "segment"]).required(true))]
pub(super) struct RevenueArguments {
    /// The segments of a type: plan or lifecycle
    #[arg(long, value_parser = family)]
    family: Option<Family>,
    /// A segment, such as plan:pro. Repeat it for each
    #[arg(long)]
    segment: Vec<SegmentKey>,
    /// How an amount is divided among several segments: full, equal or last
    #[arg(long, default_value = "equal", value_parser = model)]
    model: CreditModel,
    /// Which segments it is credited to: member (those the user was in) or entered (those entered within --within before)
    #[arg(long, default_value = "member", value_parser = basis)]
    basis: CreditBasis,
    /// With --basis entered: how long before, such as 5d
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// The periods to show beside the whole range: none, day, week or month
    #[arg(long, default_value = "none", value_parser = by)]
    by: By,
    /// Purchases and refunds from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Purchases and refunds before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl Which {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Overlap(_) => "overlap",
            Self::Flow(_) => "flow",
            Self::AsOf(_) => "as-of",
            Self::Conversion(_) => "conversion",
            Self::Revenue(_) => "revenue",
            Self::Engagement(_) => "engagement",
            Self::Cohorts(_) => "cohorts",
            Self::Compare(_) => "compare",
            Self::Lift(_) => "lift",
        }
    }
}

/// One of the names that the API has too.
fn named<T: DeserializeOwned>(text: &str, expected: &str) -> Result<T, String> {
    T::deserialize(text.into_deserializer()).map_err(|_: serde::de::value::Error| format!("expected {expected}"))
}

fn family(text: &str) -> Result<Family, String> {
    named(text, "plan or lifecycle")
}

fn unit(text: &str) -> Result<CalendarUnit, String> {
    named(text, "day, week or month")
}

fn model(text: &str) -> Result<CreditModel, String> {
    named(text, "full, equal or last")
}

fn basis(text: &str) -> Result<CreditBasis, String> {
    named(text, "member or entered")
}

fn by(text: &str) -> Result<By, String> {
    named(text, "none, day, week or month")
}

fn shown(text: &str) -> Result<Shown, String> {
    match text {
        "both" => Ok(Shown::Both),
        "only-a" => Ok(Shown::OnlyA),
        "only-b" => Ok(Shown::OnlyB),
        _ => Err("expected both, only-a or only-b".into()),
    }
}

fn activity(text: &str) -> Result<ActivityKind, String> {
    named(text, "quizzes, events or seen")
}

fn measure(text: &str) -> Result<CohortMeasure, String> {
    named(text, "activity, member, purchase, goal or revenue")
}

fn clock(text: &str) -> Result<CohortClock, String> {
    named(text, "calendar or own")
}

fn start(text: &str) -> Result<CohortStart, String> {
    match text {
        "registered" => Ok(CohortStart::Registered),
        "entered" => Ok(CohortStart::Entered),
        "first-purchase" => Ok(CohortStart::FirstPurchase),
        "first-event" => Ok(CohortStart::FirstEvent),
        _ => Err("expected registered, entered, first-purchase or first-event".into()),
    }
}

fn buckets(text: &str) -> Result<[u8; 2], String> {
    let ends = text.split_once('-').and_then(|(first, last)| Some([first.parse().ok()?, last.parse().ok()?]));
    ends.ok_or_else(|| "expected the first and the last bucket, such as 0-9".into())
}

fn compared(text: &str) -> Result<ComparedWith, String> {
    match text {
        "before" => Ok(ComparedWith::Before),
        "others" => Ok(ComparedWith::Others),
        "inside-outside" => Ok(ComparedWith::InsideOutside),
        _ => Err("expected before, others or inside-outside".into()),
    }
}

impl From<OverlapArguments> for OverlapParams {
    fn from(OverlapArguments { segment, at }: OverlapArguments) -> Self {
        Self { segments: segment, at: at.map(GivenTime) }
    }
}

impl From<FlowArguments> for FlowParams {
    fn from(FlowArguments { family, segment, at }: FlowArguments) -> Self {
        let segments = (!segment.is_empty()).then_some(segment);
        Self { family, segments, at: at.into_iter().map(GivenTime).collect() }
    }
}

impl From<AsOfArguments> for CompareAsOfParams {
    fn from(AsOfArguments { segment, a, b, show, limit }: AsOfArguments) -> Self {
        Self { segment, a: GivenTime(a), b: GivenTime(b), show, limit: limit.unwrap_or(u32::MAX), cursor: None }
    }
}

impl From<ConversionArguments> for ConversionParams {
    fn from(arguments: ConversionArguments) -> Self {
        Self {
            segment: arguments.segment,
            goal: arguments.goal.definition(),
            goal_id: arguments.goal.goal_id,
            within: arguments.within,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            by: arguments.by,
            entries: if arguments.all_entries { CountedEntries::All } else { CountedEntries::Counted },
            per: if arguments.per_entry { Per::Entry } else { Per::User },
            new_only: arguments.new_only,
            member_only: arguments.member_only,
            compare: arguments.compare,
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}

impl From<EngagementArguments> for EngagementParams {
    fn from(EngagementArguments { segment, by, activity, from, to, as_of }: EngagementArguments) -> Self {
        let (from, to, as_of) = (GivenTime(from), GivenTime(to), as_of.map(GivenTime));
        Self { segments: segment, by, activity, from, to, as_of }
    }
}

impl From<CohortsArguments> for CohortsParams {
    fn from(arguments: CohortsArguments) -> Self {
        Self {
            start: arguments.start,
            measure: arguments.measure,
            segment: arguments.segment,
            name: arguments.name,
            goal: arguments.goal.definition(),
            goal_id: arguments.goal.goal_id,
            by: arguments.by,
            clock: arguments.clock,
            mode: if arguments.on_or_after { CohortMode::OnOrAfter } else { CohortMode::On },
            columns: arguments.columns,
            activity: arguments.activity,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}

impl From<CompareArguments> for CompareSegmentsParams {
    fn from(arguments: CompareArguments) -> Self {
        Self {
            a: arguments.a,
            b: arguments.b,
            goal: arguments.goal.definition(),
            goal_id: arguments.goal.goal_id,
            within: arguments.within,
            activity: arguments.activity,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}

impl From<LiftArguments> for LiftParams {
    fn from(arguments: LiftArguments) -> Self {
        Self {
            segment: arguments.segment,
            holdout: arguments.holdout.to_vec(),
            goal: arguments.goal.definition(),
            goal_id: arguments.goal.goal_id,
            within: arguments.within,
            new_only: arguments.new_only,
            member_only: arguments.member_only,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}

impl From<RevenueArguments> for RevenueParams {
    fn from(arguments: RevenueArguments) -> Self {
        let RevenueArguments { family, segment, model, basis, within, by, from, to, as_of } = arguments;
        Self {
            segments: (!segment.is_empty()).then_some(segment),
            family,
            model,
            basis,
            within,
            by,
            from: GivenTime(from),
            to: GivenTime(to),
            as_of: as_of.map(GivenTime),
        }
    }
}

impl GoalArguments {
    fn definition(&self) -> Option<GoalText> {
        if let Some(name) = &self.event {
            Some(GoalText::Event(name.clone()))
        } else if let Some(segment) = &self.enter {
            Some(GoalText::Enter(segment.clone()))
        } else if self.quiz {
            let (provider, certification) = (self.provider.clone(), self.certification.clone());
            Some(GoalText::Quiz(QuizText { provider, certification }))
        } else {
            self.purchase.then(|| {
                GoalText::Purchase(PurchaseText {
                    name: self.purchase_name.clone(),
                    currency: self.currency.clone(),
                    min_amount_minor: self.min_amount_minor,
                })
            })
        }
    }
}
