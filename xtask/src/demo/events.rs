//! What people do besides quizzes: they watch videos, pay for their plan each month, and sometimes get their money back. It follows
//! from the user and the day, so that each day has the same.

use chrono::TimeDelta;
use domain::{
    event::{Currency, Event, EventName, Money},
    instant::Instant,
    profile::User,
};

use super::{attributes, dice::mix};

/// Days between payments.
const MONTH: i64 = 30;
/// Days until money is back.
const REFUND: i64 = 3;
/// One payment in this many is refunded.
const REFUNDED: u64 = 20;

/// In the 24 hours from an instant.
pub(crate) fn of_day(user: &User, begins: Instant) -> Vec<Event> {
    let day = begins.timestamp().div_euclid(86_400);
    let of_user = user.id.0.bytes().fold(11, |number, byte| mix(number ^ u64::from(byte)));
    let pick = |what: u64, of: u64| mix(of_user ^ mix(day.unsigned_abs()) ^ what) % of;
    let watched = user.last_activity_at.filter(|at| *at >= begins).map_or(0, |_| pick(1, 4));
    let videos = (0..watched)
        .map(|number| event(user, &format!("v{day}-{number}"), "video.watched", None, begins, pick(2 + number, 40)));
    videos.chain(payment(user, day, begins)).chain(refund(user, day, begins)).collect()
}

/// The number of a payment that is due on a day.
fn payment_due(user: &User, day: i64) -> Option<i64> {
    let since = day - user.created_at.timestamp().div_euclid(86_400);
    (since > 0 && since % MONTH == 1).then_some(since / MONTH)
}

fn payment(user: &User, day: i64, begins: Instant) -> Option<Event> {
    let (number, price) = (payment_due(user, day)?, price(user)?);
    Some(event(user, &format!("p{number}"), "subscription.paid", Some(price), begins, 3))
}

fn refund(user: &User, day: i64, begins: Instant) -> Option<Event> {
    let (number, price) = (payment_due(user, day - REFUND)?, price(user)?);
    let is_refunded = mix(number.unsigned_abs() ^ user.id.0.len() as u64 ^ day.unsigned_abs()).is_multiple_of(REFUNDED);
    let back = Money { minor: -price.minor, ..price };
    let refund = event(user, &format!("r{number}"), "subscription.paid", Some(back), begins, 9);
    is_refunded.then(|| Event { refund_of: Some(format!("p{number}")), ..refund })
}

/// Of a month. People in Japan pay in yen.
fn price(user: &User) -> Option<Money> {
    let [country, ..] = attributes::cells(user);
    let (code, pro, premium) = if country == "JP" { ("JPY", 3_900, 9_800) } else { ("EUR", 2_900, 7_900) };
    let minor = match user.plan.as_str() {
        "PRO" => pro,
        "PREMIUM" => premium,
        _ => return None,
    };
    Some(Money { minor, currency: Currency::parse(code)? })
}

/// Some half hours after the day begins, but not before the user signed up.
fn event(user: &User, id: &str, name: &str, amount: Option<Money>, begins: Instant, half_hours: u64) -> Event {
    let at = begins + TimeDelta::minutes(30 * i64::try_from(half_hours).unwrap_or_default());
    Event {
        id: id.into(),
        user_id: user.id.clone(),
        name: EventName::parse(name).unwrap_or_else(|| panic!("{name} is a name of events")),
        occurred_at: at.max(user.created_at),
        amount,
        refund_of: None,
    }
}
