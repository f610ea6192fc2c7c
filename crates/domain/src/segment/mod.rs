//! Segments: their keys, and the catalogue of the 13 that are built in.

use std::{fmt, str::FromStr, sync::LazyLock};

use crate::{certification::Provider, criteria::Criteria, ids::SegmentId};

#[cfg(test)]
mod tests;

/// The plans that have a segment of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plan {
    /// `FREE`
    Free,
    /// `PRO`
    Pro,
    /// `PREMIUM`
    Premium,
}

impl Plan {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Free, Self::Pro, Self::Premium];

    /// As it is stored and written.
    pub fn stored(self) -> &'static str {
        match self {
            Self::Free => "FREE",
            Self::Pro => "PRO",
            Self::Premium => "PREMIUM",
        }
    }

    /// The plan of a name, ignoring case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.stored().eq_ignore_ascii_case(name))
    }
}

/// The group that a segment belongs to: `segmentType` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SegmentType {
    /// By plan; exclusive.
    Plan,
    /// By age and activity; exclusive.
    Lifecycle,
    /// By quizzes and streaks.
    Behavior,
    /// By what the quizzes are about.
    Certification,
    /// Defined by an admin.
    Custom,
}

impl SegmentType {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Plan, Self::Lifecycle, Self::Behavior, Self::Certification, Self::Custom];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Lifecycle => "lifecycle",
            Self::Behavior => "behavior",
            Self::Certification => "certification",
            Self::Custom => "custom",
        }
    }

    /// The type of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What names a segment: its type and value, written `lifecycle:active`. A custom segment's value is its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentKey {
    /// `segmentType` on the wire.
    pub kind: SegmentType,
    /// `segmentValue` on the wire.
    pub value: String,
}

impl SegmentKey {
    /// Joins the two.
    pub fn new(kind: SegmentType, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }
}

impl fmt::Display for SegmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.value)
    }
}

/// What was read names no segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a segment is written type:value, such as lifecycle:active")]
pub struct NotASegmentKey;

impl FromStr for SegmentKey {
    type Err = NotASegmentKey;

    fn from_str(text: &str) -> Result<Self, NotASegmentKey> {
        let (kind, value) = text.split_once(':').ok_or(NotASegmentKey)?;
        let kind = SegmentType::from_name(kind).ok_or(NotASegmentKey)?;
        if value.is_empty() {
            return Err(NotASegmentKey);
        }
        Ok(Self::new(kind, value))
    }
}

/// One of the 13 segments that are built in.
#[derive(Debug, Clone)]
pub struct SystemSegment {
    /// Its key in the database: fixed for good.
    pub id: SegmentId,
    /// Type and value.
    pub key: SegmentKey,
    /// For people.
    pub name: &'static str,
    /// For people.
    pub description: &'static str,
    /// Who belongs to it.
    pub criteria: Criteria,
}

/// The 13, in the order in which they are listed.
pub fn catalogue() -> &'static [SystemSegment] {
    &CATALOGUE
}

/// The system segment of a key.
pub fn system_segment(key: &SegmentKey) -> Option<&'static SystemSegment> {
    catalogue().iter().find(|segment| segment.key == *key)
}

static CATALOGUE: LazyLock<Vec<SystemSegment>> = LazyLock::new(|| {
    use SegmentType::{Behavior, Certification, Lifecycle, Plan as PlanType};
    use rules::{active, churned, focus, inactive, many_quizzes, new, on_plan, quizzes_between, streak};
    let rows: [(SegmentType, &str, &str, &str, Criteria); 13] = [
        (PlanType, "free", "Free Users", "Users on the free plan", on_plan(Plan::Free)),
        (PlanType, "pro", "Pro Users", "Users on the pro plan", on_plan(Plan::Pro)),
        (PlanType, "premium", "Premium Users", "Users on the premium plan", on_plan(Plan::Premium)),
        (Lifecycle, "new", "New Users", "Registered in the last 7 days", new()),
        (Lifecycle, "active", "Active Users", "Active in the last 7 days", active()),
        (Lifecycle, "inactive", "Inactive Users", "No activity for 7 to 30 days", inactive()),
        (Lifecycle, "churned", "Churned Users", "No activity for more than 30 days", churned()),
        (Behavior, "power_users", "Power Users", "Completed 50 or more quizzes", many_quizzes(50)),
        (Behavior, "casual", "Casual Users", "Completed 1 to 10 quizzes", quizzes_between(1, 10)),
        (Behavior, "streak_7", "7-Day Streak", "Current streak of 7 days or more", streak(7)),
        (
            Certification,
            "aws_focus",
            "AWS Focus",
            "60 % or more of the latest 100 quizzes are AWS",
            focus(Provider::Aws),
        ),
        (
            Certification,
            "azure_focus",
            "Azure Focus",
            "60 % or more of the latest 100 quizzes are Azure",
            focus(Provider::Azure),
        ),
        (
            Certification,
            "gcp_focus",
            "GCP Focus",
            "60 % or more of the latest 100 quizzes are GCP",
            focus(Provider::Gcp),
        ),
    ];
    (1..)
        .zip(rows)
        .map(|(id, (kind, value, name, description, criteria))| SystemSegment {
            id: SegmentId(id),
            key: SegmentKey::new(kind, value),
            name,
            description,
            criteria,
        })
        .collect()
});

/// The rules of SPEC section 3, as values.
mod rules {
    use crate::{
        certification::Provider,
        criteria::{Combine, Condition, Criteria, DateField, DateTest, Item, NumberField, NumberTest},
        period::Span,
        segment::Plan,
    };

    const WEEK: Span = Span::days(7);
    const MONTH: Span = Span::days(30);

    pub(super) fn on_plan(plan: Plan) -> Criteria {
        all([Condition::Plan { negated: false, plans: vec![plan] }.into()])
    }

    pub(super) fn new() -> Criteria {
        all([created(DateTest::WithinLast(WEEK))])
    }

    pub(super) fn active() -> Criteria {
        // Someone who is not new and was never active has been idle for more than a week.
        all([not_new(), last_activity(DateTest::WithinLast(WEEK))])
    }

    pub(super) fn inactive() -> Criteria {
        let was_active =
            and([last_activity(DateTest::WithinLast(MONTH)), last_activity(DateTest::NotWithinLast(WEEK))]);
        let never_active = and([last_activity(DateTest::IsNotSet), created(DateTest::WithinLast(MONTH))]);
        all([not_new(), or([was_active, never_active])])
    }

    pub(super) fn churned() -> Criteria {
        let was_active = and([last_activity(DateTest::IsSet), last_activity(DateTest::NotWithinLast(MONTH))]);
        let never_active = and([last_activity(DateTest::IsNotSet), created(DateTest::NotWithinLast(MONTH))]);
        all([not_new(), or([was_active, never_active])])
    }

    pub(super) fn many_quizzes(count: i64) -> Criteria {
        all([number(NumberField::QuizCount, NumberTest::AtLeast(count))])
    }

    pub(super) fn quizzes_between(low: i64, high: i64) -> Criteria {
        all([number(NumberField::QuizCount, NumberTest::Between(low, high))])
    }

    pub(super) fn streak(days: i64) -> Criteria {
        all([number(NumberField::CurrentStreak, NumberTest::AtLeast(days))])
    }

    pub(super) fn focus(provider: Provider) -> Criteria {
        all([Condition::Share { provider, test: NumberTest::AtLeast(60) }.into()])
    }

    fn not_new() -> Item {
        created(DateTest::NotWithinLast(WEEK))
    }

    fn created(test: DateTest) -> Item {
        Condition::Date { field: DateField::CreatedAt, test }.into()
    }

    fn last_activity(test: DateTest) -> Item {
        Condition::Date { field: DateField::LastActivityAt, test }.into()
    }

    fn number(field: NumberField, test: NumberTest) -> Item {
        Condition::Number { field, test }.into()
    }

    fn all<const N: usize>(items: [Item; N]) -> Criteria {
        Criteria::system(items.into())
    }

    fn and<const N: usize>(items: [Item; N]) -> Item {
        Item::set(Combine::And, items.into())
    }

    fn or<const N: usize>(items: [Item; N]) -> Item {
        Item::set(Combine::Or, items.into())
    }
}
