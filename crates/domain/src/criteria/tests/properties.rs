//! Properties of every definition and every user.

use std::{collections::BTreeSet, ops::Range};

use chrono::TimeDelta;
use chrono_tz::Tz;
use proptest::{collection::vec, prelude::*, sample::subsequence};

use crate::{
    attribute::AttributeFact,
    certification::Provider,
    criteria::{
        AttributeTest, Combine, Condition, Criteria, Crossing, DateTest, Dated, DatedEvents, ExplainedItem,
        ExplainedSet, FIELDS, Field, Item, ItemSet, ListMatch, ListTest, Lookback, Needs, NumberField, NumberTest,
        ParseContext, SegmentNames, TextTest, Warning,
        arbitrary::{
            self, attempts, attribute_values, condition, criteria, criteria_of_one_field, events, moment, now, user,
        },
        parse, parse_value,
    },
    event::{CURRENCIES, Currency, EventFact},
    facts::UserFacts,
    instant::Instant,
    period::Moment,
    segment::{SegmentKey, SegmentType},
    system_segments::catalogue,
};

const USERS: Range<usize> = 0..50;

fn segments() -> Vec<SegmentKey> {
    let custom = SegmentKey::new(SegmentType::Custom, "9b2f");
    catalogue().iter().map(|segment| segment.key.clone()).chain([custom]).collect()
}

fn memberships() -> impl Strategy<Value = BTreeSet<SegmentKey>> {
    subsequence(segments(), 0..=segments().len()).prop_map(BTreeSet::from_iter)
}

fn facts() -> impl Strategy<Value = UserFacts> {
    USERS
        .prop_flat_map(|index| user(now(), index))
        .prop_flat_map(|user| {
            (attempts(now(), user.id.clone()), events(now(), user.id.clone()), attribute_values(now()), Just(user))
        })
        .prop_map(|(attempts, events, values, user)| {
            UserFacts::of(&user, &attempts).with_events(&events).with_attributes(&values)
        })
}

/// `None` if the operator has no opposite.
fn opposite(condition: &Condition) -> Option<Condition> {
    let mut condition = condition.clone();
    match &mut condition {
        Condition::Plan { negated, .. } | Condition::Segment { negated, .. } => *negated = !*negated,
        Condition::Number { test, .. } | Condition::Measure { test, .. } => match *test {
            NumberTest::Equals(value) => *test = NumberTest::NotEquals(value),
            NumberTest::NotEquals(value) => *test = NumberTest::Equals(value),
            _ => return None,
        },
        Condition::Share { .. } => return None,
        Condition::Date { test, .. } => match *test {
            DateTest::WithinLast(span) => *test = DateTest::NotWithinLast(span),
            DateTest::NotWithinLast(span) => *test = DateTest::WithinLast(span),
            DateTest::IsSet => *test = DateTest::IsNotSet,
            DateTest::IsNotSet => *test = DateTest::IsSet,
            _ => return None,
        },
        Condition::Text { test, .. } => {
            *test = match test.clone() {
                TextTest::Equals(text) => TextTest::NotEquals(text),
                TextTest::NotEquals(text) => TextTest::Equals(text),
                TextTest::Contains(text) => TextTest::NotContains(text),
                TextTest::NotContains(text) => TextTest::Contains(text),
                TextTest::IsSet => TextTest::IsNotSet,
                TextTest::IsNotSet => TextTest::IsSet,
                TextTest::StartsWith(_) | TextTest::EndsWith(_) => return None,
            }
        }
        Condition::Attribute { test, .. } => match test {
            AttributeTest::Boolean { negated, .. } | AttributeTest::Option { negated, .. } => *negated = !*negated,
            AttributeTest::Number(NumberTest::Equals(value)) => {
                *test = AttributeTest::Number(NumberTest::NotEquals(*value));
            }
            AttributeTest::Decimal(NumberTest::Equals(value)) => {
                *test = AttributeTest::Decimal(NumberTest::NotEquals(*value));
            }
            AttributeTest::Date(DateTest::WithinLast(span)) => {
                *test = AttributeTest::Date(DateTest::NotWithinLast(*span));
            }
            AttributeTest::Text(TextTest::Contains(text)) => {
                *test = AttributeTest::Text(TextTest::NotContains(text.clone()));
            }
            AttributeTest::List(ListTest { how: how @ ListMatch::Any, .. }) => *how = ListMatch::None,
            AttributeTest::List(ListTest { how: how @ ListMatch::None, .. }) => *how = ListMatch::Any,
            AttributeTest::IsSet => *test = AttributeTest::IsNotSet,
            AttributeTest::IsNotSet => *test = AttributeTest::IsSet,
            _ => return None,
        },
    }
    Some(condition)
}

fn not(set: ItemSet) -> ItemSet {
    ItemSet { negated: !set.negated, ..set }
}

/// De Morgan: negates the items and swaps AND and OR.
fn negated_inside(set: &ItemSet) -> ItemSet {
    let negate = |item: &Item| {
        let alone = ItemSet { combine: Combine::And, negated: true, items: vec![item.clone()] };
        Item::Set(alone)
    };
    let combine = match set.combine {
        Combine::And => Combine::Or,
        Combine::Or => Combine::And,
    };
    ItemSet { combine, negated: set.negated, items: set.items.iter().map(negate).collect() }
}

const POINTS: Field = Field::Number(NumberField::TotalPoints);

fn holds_at(set: &ExplainedSet<'_>, path: &str) -> Option<bool> {
    if set.path == path {
        return Some(set.holds);
    }
    set.items.iter().find_map(|item| match item {
        ExplainedItem::Condition(condition) => (condition.path == path).then_some(condition.holds),
        ExplainedItem::Set(set) => holds_at(set, path),
    })
}

/// Everything else is blank.
fn only_needed(facts: &UserFacts, needs: &Needs) -> UserFacts {
    let mut needed = UserFacts::default();
    for field in FIELDS.iter().map(|spec| spec.field).filter(|field| needs.include(*field)) {
        match field {
            Field::Plan => needed.plan = facts.plan.clone(),
            Field::Number(field) => needed.set_number(field, facts.number(field)),
            Field::Share(provider) => {
                needed.recent.total = facts.recent.total;
                match provider {
                    Provider::Aws => needed.recent.aws = facts.recent.aws,
                    Provider::Azure => needed.recent.azure = facts.recent.azure,
                    Provider::Gcp => needed.recent.gcp = facts.recent.gcp,
                    Provider::Other => {}
                }
            }
            Field::Date(field) => needed.set_date(field, facts.date(field)),
            Field::Text(field) => needed.set_text(field, facts.text(field).map(str::to_owned)),
            Field::QuizAttempts
            | Field::Events
            | Field::Purchases
            | Field::TotalSpent
            | Field::Segment
            | Field::Attribute(_) => {}
        }
    }
    for (key, _) in needs.attributes() {
        if let Some(fact) = facts.attribute(key) {
            needed.set_attribute(key.clone(), fact.clone());
        }
    }
    needed.attempts = facts.attempts.clone();
    match needs.attempts {
        Lookback::None => needed.attempts.clear(),
        Lookback::Within(span) => needed.attempts.retain(|attempt| attempt.completed_at >= span.before(now())),
        Lookback::All => {}
    }
    let is_needed = |event: &&EventFact| {
        let is_named = needs.events.names.contains(&event.name) || needs.events.purchases && event.amount.is_some();
        is_named
            && match needs.events.lookback {
                Lookback::None => false,
                Lookback::Within(span) => event.occurred_at >= span.before(now()),
                Lookback::All => true,
            }
    };
    needed.events = facts.events.iter().filter(is_needed).cloned().collect();
    for (code, _) in CURRENCIES {
        let currency = Currency::parse(code).expect("a code");
        if needs.spend.contains(&currency) {
            needed.set_spend(currency, facts.spend(currency));
        }
    }
    needed
}

fn dates(facts: &UserFacts, dated: &Dated, zone: Tz) -> impl Iterator<Item = Instant> + use<> {
    let dates: Vec<_> = match dated {
        Dated::User(field) => facts.date(*field).into_iter().collect(),
        Dated::Attribute(key) => {
            let date = facts.attribute(key).and_then(AttributeFact::date);
            date.map(|date| date.first_instant(zone)).into_iter().collect()
        }
        Dated::Attempt => facts.attempts.iter().map(|attempt| attempt.completed_at).collect(),
        Dated::Events(which) => {
            let is_one = |event: &&EventFact| match which {
                DatedEvents::Named(name) => event.name == *name,
                DatedEvents::Purchases => event.amount.is_some(),
            };
            facts.events.iter().filter(is_one).map(|event| event.occurred_at).collect()
        }
    };
    dates.into_iter()
}

proptest! {
    #[test]
    fn print_and_parse_round_trip(criteria in criteria(segments())) {
        let context = ParseContext { zone: Tz::Asia__Tokyo, segment_exists: &|key| segments().contains(key), attributes: &arbitrary::attributes() };
        let json = criteria.to_json();
        prop_assert_eq!(parse_value(&json, &context), Ok(criteria.clone()));
        prop_assert_eq!(parse(&json.to_string(), &context), Ok(criteria));
    }

    #[test]
    fn negation_of_an_operator_is_the_exact_complement(
        (one, other) in condition(segments()).prop_filter_map("no opposite", |one| Some((opposite(&one)?, one))),
        facts in facts(),
        memberships in memberships(),
        moment in moment(),
    ) {
        let holds = |condition: &Condition| condition.holds(&facts, &memberships, moment);
        prop_assert_ne!(holds(&one), holds(&other));
    }

    #[test]
    fn negation_is_exact(
        criteria in criteria(segments()),
        facts in facts(),
        memberships in memberships(),
        moment in moment(),
    ) {
        let holds = |root: ItemSet| Criteria { root }.holds(&facts, &memberships, moment);
        let truth = holds(criteria.root.clone());
        prop_assert_eq!(holds(not(criteria.root.clone())), !truth);
        prop_assert_eq!(holds(negated_inside(&criteria.root)), !truth);
    }

    #[test]
    fn explain_agrees_with_each_part_on_its_own(
        criteria in criteria(segments()),
        facts in facts(),
        memberships in memberships(),
        moment in moment(),
    ) {
        let explanation = criteria.explain(&facts, &memberships, moment);
        prop_assert_eq!(explanation.holds, criteria.holds(&facts, &memberships, moment));
        let holds = |root: &ItemSet| Criteria { root: root.clone() }.holds(&facts, &memberships, moment);
        let mut sets = vec![(criteria.root(), explanation)];
        while let Some((set, explained)) = sets.pop() {
            prop_assert_eq!((explained.set, explained.holds), (set, holds(set)), "{}", explained.path);
            prop_assert_eq!(explained.items.len(), set.items.len());
            for (item, explained) in set.items.iter().zip(explained.items) {
                match (item, explained) {
                    (Item::Set(set), ExplainedItem::Set(explained)) => sets.push((set, explained)),
                    (Item::Condition(condition), ExplainedItem::Condition(one)) => {
                        prop_assert_eq!(one.condition, condition);
                        prop_assert_eq!(one.holds, condition.holds(&facts, &memberships, moment), "{}", one.path);
                    }
                    (item, explained) => prop_assert!(false, "{item:?} is explained as {explained:?}"),
                }
            }
        }
    }

    #[test]
    fn warnings_are_true(
        criteria in prop_oneof![criteria(segments()), criteria_of_one_field(segments())],
        people in vec((facts(), memberships()), 30),
        moment in moment(),
    ) {
        for Warning { path, always, message } in criteria.warnings(&SegmentNames::new(), moment.zone) {
            for (facts, memberships) in &people {
                let explanation = criteria.explain(facts, memberships, moment);
                prop_assert_eq!(holds_at(&explanation, &path), Some(always), "{}: {}", path, message);
            }
        }
    }

    /// Warnings about a single number are complete: without one, some number matches and some does not.
    #[test]
    fn warnings_are_complete_for_a_single_number(
        criteria in criteria_of_one_field(Vec::new())
            .prop_filter("of points", |criteria| criteria.conditions()[0].field() == POINTS),
        facts in facts(),
        moment in moment(),
    ) {
        let named = criteria.conditions().into_iter().flat_map(|condition| match condition {
            Condition::Number { test, .. } => test.numbers(),
            _ => [0, 0],
        });
        let near = |number: i64| [number.saturating_sub(1), number, number.saturating_add(1)];
        let holds = |points| {
            let mut facts = facts.clone();
            facts.set_number(NumberField::TotalPoints, points);
            criteria.holds(&facts, &BTreeSet::new(), moment)
        };
        let outcomes: BTreeSet<_> = named.flat_map(near).map(holds).collect();
        let is_warned = criteria.warnings(&SegmentNames::new(), moment.zone).iter().any(|warning| warning.path.is_empty());
        prop_assert_eq!(outcomes.len() == 1, is_warned, "{}", criteria.describe(&SegmentNames::new()));
    }

    #[test]
    fn needs_cover_all_that_makes_a_difference(
        criteria in criteria(segments()),
        facts in facts(),
        memberships in memberships(),
        moment in moment(),
    ) {
        let needed = only_needed(&facts, &Needs::of(&criteria));
        let holds = |facts| criteria.holds(facts, &memberships, moment);
        prop_assert_eq!(holds(&needed), holds(&facts));
    }

    #[test]
    fn resolved_definition_gives_the_same_answers(
        criteria in criteria(segments()),
        facts in facts(),
        memberships in memberships(),
        moment in moment(),
    ) {
        prop_assert_eq!(
            criteria.resolved(moment).holds(&facts, &memberships, moment),
            criteria.holds(&facts, &memberships, moment),
        );
    }

    /// Incremental runs depend on this.
    #[test]
    fn crossings_cover_every_change_by_time(
        criteria in criteria(segments()),
        facts in facts(),
        memberships in memberships(),
        one in moment(),
        minutes in prop_oneof![-60_i64..60, -100_000_i64..100_000],
    ) {
        let other = Moment { now: one.now + TimeDelta::minutes(minutes), ..one };
        let has_passed = |crossing: &Crossing| dates(&facts, &crossing.dated, one.zone).any(|date| (crossing.from..=crossing.to).contains(&date));
        if !criteria.crossings(one, other).iter().any(has_passed) {
            let holds = |moment| criteria.holds(&facts, &memberships, moment);
            prop_assert_eq!(holds(one), holds(other));
        }
    }

    #[test]
    fn system_segments_lifecycle_and_plan_are_exclusive(facts in facts(), moment in moment()) {
        let count = |kind: SegmentType| {
            let of_kind = catalogue().iter().filter(|segment| segment.key.kind == kind);
            of_kind.filter(|segment| segment.criteria.holds(&facts, &BTreeSet::new(), moment)).count()
        };
        prop_assert_eq!(count(SegmentType::Lifecycle), 1);
        let has_segment = ["FREE", "PRO", "PREMIUM"].contains(&facts.plan.as_str());
        prop_assert_eq!(count(SegmentType::Plan), usize::from(has_segment));
    }

    #[test]
    fn describe_is_one_line_with_balanced_parentheses(criteria in criteria(segments())) {
        let words = criteria.describe(&SegmentNames::new());
        prop_assert!(!words.is_empty() && !words.chars().any(char::is_control), "{}", words);
        let (mut open, mut quoted) = (0_i32, 0_i32);
        for c in words.chars() {
            match c {
                '“' => quoted += 1,
                '”' => quoted -= 1,
                '(' if quoted == 0 => open += 1,
                ')' if quoted == 0 => open -= 1,
                _ => {}
            }
            prop_assert!(open >= 0 && quoted >= 0, "{}", words);
        }
        prop_assert!(open == 0 && quoted == 0, "{}", words);
    }
}
