//! Why a user matches or does not: each part of the definition with its result, each condition with the user's value.
//!
//! The interpreter decides whether a condition holds and how a set combines its items. Do not decide it here a second
//! time.

use super::{Condition, Criteria, Item, ItemSet, Measure, Memberships, eval::Share, path_of_item};
use crate::{
    attribute::AttributeFact, event::Money, facts::UserFacts, instant::Instant, period::Moment, segment::SegmentKey,
};

/// A set with its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedSet<'a> {
    pub set: &'a ItemSet,
    /// Such as `criteria[1]`; empty for the outermost set.
    pub path: String,
    pub holds: bool,
    /// Every item, even those that made no difference.
    pub items: Vec<ExplainedItem<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExplainedItem<'a> {
    Condition(ExplainedCondition<'a>),
    Set(ExplainedSet<'a>),
}

/// A condition with its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedCondition<'a> {
    pub condition: &'a Condition,
    /// Such as `criteria[1].criteria[0]`.
    pub path: String,
    pub holds: bool,
    pub observed: Observed,
}

/// The value of the user that a condition tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    Unset,
    /// Of what is counted, how many passed the filters.
    Number(i64),
    Money(Money),
    Share(Share),
    Instant(Instant),
    /// A plan as stored, or a text in the [folded](crate::text::fold) form that is compared.
    Text(String),
    /// In the form that is compared.
    Attribute(AttributeFact),
    /// Each segment in the condition, with whether the user is a member.
    Segments(Vec<(SegmentKey, bool)>),
}

impl Criteria {
    /// Why the user matches at that moment, or why not.
    pub fn explain(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> ExplainedSet<'_> {
        self.root.explain(String::new(), facts, memberships, moment)
    }
}

impl ItemSet {
    fn explain(
        &self,
        path: String,
        facts: &UserFacts,
        memberships: &impl Memberships,
        moment: Moment,
    ) -> ExplainedSet<'_> {
        let items: Vec<_> = (0..)
            .zip(&self.items)
            .map(|(index, item)| item.explain(path_of_item(&path, index), facts, memberships, moment))
            .collect();
        ExplainedSet { set: self, path, holds: self.combined(items.iter().map(ExplainedItem::holds)), items }
    }
}

impl Item {
    fn explain(
        &self,
        path: String,
        facts: &UserFacts,
        memberships: &impl Memberships,
        moment: Moment,
    ) -> ExplainedItem<'_> {
        match self {
            Self::Set(set) => ExplainedItem::Set(set.explain(path, facts, memberships, moment)),
            Self::Condition(condition) => ExplainedItem::Condition(ExplainedCondition {
                condition,
                path,
                holds: condition.holds(facts, memberships, moment),
                observed: condition.observe(facts, memberships, moment),
            }),
        }
    }
}

impl ExplainedItem<'_> {
    pub fn holds(&self) -> bool {
        match self {
            Self::Condition(condition) => condition.holds,
            Self::Set(set) => set.holds,
        }
    }
}

impl Condition {
    fn observe(&self, facts: &UserFacts, memberships: &impl Memberships, moment: Moment) -> Observed {
        match self {
            Self::Plan { .. } => Observed::Text(facts.plan.clone()),
            Self::Number { field, .. } => Observed::Number(facts.number(*field)),
            Self::Share { provider, .. } => Share::of(facts, *provider).map_or(Observed::Unset, Observed::Share),
            Self::Date { field, .. } => facts.date(*field).map_or(Observed::Unset, Observed::Instant),
            Self::Text { field, .. } => {
                facts.text(*field).map_or(Observed::Unset, |text| Observed::Text(text.to_owned()))
            }
            Self::Measure { measure, within, .. } => {
                let number = measure.of(facts, *within, moment);
                match measure {
                    Measure::Spent { currency, .. } => Observed::Money(Money { minor: number, currency: *currency }),
                    Measure::QuizAttempts { .. } | Measure::Events { .. } | Measure::Purchases { .. } => {
                        Observed::Number(number)
                    }
                }
            }
            Self::Segment { segments, .. } => {
                let observe = |segment: &SegmentKey| (segment.clone(), memberships.contains(segment));
                Observed::Segments(segments.iter().map(observe).collect())
            }
            Self::Attribute { attribute, .. } => {
                facts.attribute(attribute.key()).map_or(Observed::Unset, |fact| Observed::Attribute(fact.clone()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::attribute::Attributes;
    use crate::{
        criteria::{
            ParseContext,
            arbitrary::{now, user_at},
            parse_value,
        },
        profile::QuizAttempt,
    };

    /// One line for each part: `yes criteria[0] Number(7)`.
    fn explained(set: &ExplainedSet<'_>) -> Vec<String> {
        let yes = |holds| if holds { "yes" } else { "no" };
        let mut lines = vec![format!("{} [{}]", yes(set.holds), set.path)];
        for item in &set.items {
            match item {
                ExplainedItem::Set(set) => lines.extend(explained(set)),
                ExplainedItem::Condition(one) => {
                    lines.push(format!("{} {} {:?}", yes(one.holds), one.path, one.observed));
                }
            }
        }
        lines
    }

    #[test]
    fn explain_covers_parts_that_make_no_difference() {
        let user = crate::profile::User { current_streak: 9, first_name: Some("Zoë".into()), ..user_at(now()) };
        let quiz = |id: &str, certification: &str| QuizAttempt {
            id: id.into(),
            user_id: user.id.clone(),
            certification: certification.into(),
            score: None,
            completed_at: now(),
        };
        let facts = UserFacts::of(&user, &[quiz("1", "AZ-104"), quiz("2", "AZ-900"), quiz("3", "GCP ACE")]);
        let definition = json!({"combineWith": "OR", "criteria": [
            {"field": "plan", "operator": "equals", "value": "PRO"},
            {"combineWith": "AND", "not": true, "criteria": [
                {"field": "currentStreak", "operator": "<", "value": 7},
                {"field": "azureShare", "operator": ">=", "value": 60},
                {"field": "firstName", "operator": "starts_with", "value": "ZO"},
                {"field": "lastName", "operator": "not_equals", "value": "X"},
                {"field": "lastActivityAt", "operator": "is_set"},
                {"field": "createdAt", "operator": "within_last", "value": "1d"},
            ]},
            {"field": "quizAttempts", "operator": ">", "value": 2, "provider": "Azure"},
            {"field": "segment", "operator": "in", "value": ["plan:free", "plan:pro"]},
        ]});
        let context =
            ParseContext { zone: chrono_tz::Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
        let criteria = parse_value(&definition, &context).expect("a definition");
        let moment = Moment { now: now(), zone: chrono_tz::Tz::UTC };
        let pro: SegmentKey = "plan:pro".parse().expect("a key");
        let explanation = criteria.explain(&facts, &BTreeSet::from([pro]), moment);
        let lines = explained(&explanation);
        let expected = [
            "yes []",
            "no criteria[0] Text(\"FREE\")",
            "yes [criteria[1]]",
            "no criteria[1].criteria[0] Number(9)",
            "yes criteria[1].criteria[1] Share(Share { part: 2, total: 3 })",
            "yes criteria[1].criteria[2] Text(\"zoë\")",
            "yes criteria[1].criteria[3] Unset",
            "no criteria[1].criteria[4] Unset",
            "yes criteria[1].criteria[5] Instant(2026-03-10T12:00:00Z)",
            "no criteria[2] Number(2)",
        ];
        assert_eq!(lines[..10], expected);
        assert!(lines[10].starts_with("yes criteria[3] Segments([(") && lines[10].contains("true"), "{}", lines[10]);
    }
}
