//! Random events of users, and conditions on what they did.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    pools::{AMOUNTS, CERTIFICATIONS, CURRENCIES, EVENT_NAMES, SPANS, instants},
    value_tests::{NUMBER_OPERATORS, number_test},
};
use crate::{
    certification::Provider,
    criteria::{Condition, Measure, Price},
    event::{Basis, Currency, Event, EventName, Money},
    ids::UserId,
    instant::Instant,
    text::Text,
};

/// The place of the instant, a name and whether it is one of purchases, the amount of a purchase, and whether a refund says of what.
type Draw = (prop::sample::Index, (&'static str, bool), Money, bool);

/// Up to 12 events, many of them at one instant.
pub fn events(now: Instant, user_id: UserId) -> impl Strategy<Value = Vec<Event>> {
    let some_instants = vec(select(instants(now)), 1..=4);
    let rows = vec((any::<prop::sample::Index>(), select(&EVENT_NAMES), money(), any::<bool>()), 0..=12);
    (some_instants, rows).prop_map(move |(instants, rows)| {
        let event = |(number, (index, (name, is_purchase), money, has_original)): (usize, Draw)| Event {
            id: format!("{}{number}", if number % 2 == 0 { "a" } else { "B" }),
            user_id: user_id.clone(),
            name: name_of(name),
            occurred_at: *index.get(&instants),
            amount: is_purchase.then_some(money),
            refund_of: (is_purchase && has_original && money.minor < 0).then(|| "a0".into()),
        };
        rows.into_iter().enumerate().map(event).collect()
    })
}

fn name_of(name: &str) -> EventName {
    EventName::parse(name).unwrap_or_else(|| panic!("{name} is a name"))
}

/// Also a name that nothing has.
fn name() -> impl Strategy<Value = EventName> {
    let known = select(&EVENT_NAMES).prop_map(|(name, _)| name_of(name));
    prop_oneof![9 => known, 1 => Just(name_of("nothing"))]
}

fn currency() -> impl Strategy<Value = Currency> {
    select(&CURRENCIES).prop_map(|code| Currency::parse(code).unwrap_or_else(|| panic!("{code} is a code")))
}

fn money() -> impl Strategy<Value = Money> {
    (select(&AMOUNTS), currency()).prop_map(|(minor, currency)| Money { minor, currency })
}

/// What is counted or summed, within any span.
pub(super) fn measured() -> impl Strategy<Value = Condition> {
    let count = || number_test(select(&[0_i64, 1, 2, 3, 10, i64::MAX]), &NUMBER_OPERATORS);
    let of_attempts = number_test(select(&[0_i64, 1, 2, 3, 10, 11, 49, 50, 60, 100, 101, i64::MAX]), &NUMBER_OPERATORS);
    let sum = number_test(select(&AMOUNTS), &NUMBER_OPERATORS);
    let measured = prop_oneof![
        3 => (quiz_attempts(), of_attempts),
        2 => (name().prop_map(|name| Measure::Events { name }), count()),
        2 => (purchases(), count()),
        2 => (spent(), sum),
    ];
    (measured, option::of(select(&SPANS))).prop_map(|((measure, test), within)| Condition::Measure {
        measure,
        within,
        test,
    })
}

fn quiz_attempts() -> impl Strategy<Value = Measure> {
    let certification =
        select(&CERTIFICATIONS).prop_filter_map("empty", |text| (!text.is_empty()).then(|| Text::new(text)));
    (option::of(select(&Provider::ALL)), option::weighted(0.3, certification))
        .prop_map(|(provider, certification)| Measure::QuizAttempts { provider, certification })
}

fn purchases() -> impl Strategy<Value = Measure> {
    let price = prop_oneof![
        2 => Just(Price::Any),
        1 => currency().prop_map(Price::In),
        2 => money().prop_map(|money| Price::AtLeast(Money { minor: money.minor.max(0), ..money })),
    ];
    (option::weighted(0.4, name()), price).prop_map(|(name, price)| Measure::Purchases { name, price })
}

fn spent() -> impl Strategy<Value = Measure> {
    (currency(), select(Basis::ALL)).prop_map(|(currency, basis)| Measure::Spent { currency, basis })
}
