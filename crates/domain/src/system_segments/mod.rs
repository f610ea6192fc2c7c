//! The 13 built-in segments: keys, names, and rules.

use std::sync::LazyLock;

use crate::{
    certification::Provider,
    criteria::{Combine, Condition, Criteria, DateField, DateTest, Item, NumberField, NumberTest},
    ids::SegmentId,
    paid_plan::PaidPlan,
    period::Span,
    segment::{SegmentKey, SegmentType},
};

#[cfg(test)]
mod tests;

#[derive(Debug, Clone)]
pub struct SystemSegment {
    /// The key in the database. Never change or reuse it.
    pub id: SegmentId,
    pub key: SegmentKey,
    pub name: &'static str,
    pub description: &'static str,
    pub criteria: Criteria,
}

/// In the order of lists.
pub fn catalogue() -> &'static [SystemSegment] {
    &CATALOGUE
}

pub fn system_segment(key: &SegmentKey) -> Option<&'static SystemSegment> {
    catalogue().iter().find(|segment| segment.key == *key)
}

static CATALOGUE: LazyLock<Vec<SystemSegment>> = LazyLock::new(|| {
    use SegmentType::{Behavior, Certification, Lifecycle, Plan};
    let rows: [(SegmentType, &str, &str, &str, Criteria); 13] = [
        (Plan, "free", "Free Users", "Users on the free plan", on_plan(PaidPlan::Free)),
        (Plan, "pro", "Pro Users", "Users on the pro plan", on_plan(PaidPlan::Pro)),
        (Plan, "premium", "Premium Users", "Users on the premium plan", on_plan(PaidPlan::Premium)),
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
            "60% or more of the latest 100 quizzes are AWS",
            focus(Provider::Aws),
        ),
        (
            Certification,
            "azure_focus",
            "Azure Focus",
            "60% or more of the latest 100 quizzes are Azure",
            focus(Provider::Azure),
        ),
        (
            Certification,
            "gcp_focus",
            "GCP Focus",
            "60% or more of the latest 100 quizzes are GCP",
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

const WEEK: Span = Span::days(7);
const MONTH: Span = Span::days(30);

fn on_plan(plan: PaidPlan) -> Criteria {
    all([Condition::Plan { negated: false, plans: vec![plan] }.into()])
}

fn new() -> Criteria {
    all([created(DateTest::WithinLast(WEEK))])
}

fn active() -> Criteria {
    // A user who is not new and was never active has been idle for more than a week.
    all([not_new(), last_activity(DateTest::WithinLast(WEEK))])
}

fn inactive() -> Criteria {
    let was_active = and([last_activity(DateTest::WithinLast(MONTH)), last_activity(DateTest::NotWithinLast(WEEK))]);
    let never_active = and([last_activity(DateTest::IsNotSet), created(DateTest::WithinLast(MONTH))]);
    all([not_new(), or([was_active, never_active])])
}

fn churned() -> Criteria {
    let was_active = and([last_activity(DateTest::IsSet), last_activity(DateTest::NotWithinLast(MONTH))]);
    let never_active = and([last_activity(DateTest::IsNotSet), created(DateTest::NotWithinLast(MONTH))]);
    all([not_new(), or([was_active, never_active])])
}

fn many_quizzes(count: i64) -> Criteria {
    all([number(NumberField::QuizCount, NumberTest::AtLeast(count))])
}

fn quizzes_between(low: i64, high: i64) -> Criteria {
    all([number(NumberField::QuizCount, NumberTest::Between(low, high))])
}

fn streak(days: i64) -> Criteria {
    all([number(NumberField::CurrentStreak, NumberTest::AtLeast(days))])
}

fn focus(provider: Provider) -> Criteria {
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
