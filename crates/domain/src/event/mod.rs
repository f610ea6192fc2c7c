//! What users did in the host application, by name: events, and purchases with their refunds, which have an amount.
//!
//! Which of the two a name stands for is fixed by the first event that has it.

mod currency;
mod money;
mod name;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::{ids::UserId, instant::Instant, text_enum::text_enum};

pub use self::{
    currency::{CURRENCIES, Currency},
    money::{LARGEST_AMOUNT, Money, NoAmount},
    name::EventName,
};

/// The fault of a text that is no name.
pub const NAME_EXPECTED: &str = "expected 1 to 64 characters of a-z, 0-9, _, . and -";

/// Names in use at a time.
pub const MOST_EVENT_NAMES: u64 = 1_000;

/// How far after the clock an event may be.
pub const AHEAD: TimeDelta = TimeDelta::hours(24);

text_enum! {
    /// What a name of events stands for.
    pub enum EventKind {
        /// Events without an amount.
        Event = "event",
        /// Purchases and refunds, which have an amount and a currency.
        Purchase = "purchase",
    }
}

/// Something that a user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique among the events of the user.
    pub id: String,
    pub user_id: UserId,
    pub name: EventName,
    pub occurred_at: Instant,
    /// At least 0 for a purchase, less for a refund.
    pub amount: Option<Money>,
    /// The id of the purchase that is refunded, which need not be known yet. Only with an amount below 0.
    pub refund_of: Option<String>,
}

impl Event {
    /// The kind that the event gives its name if it is the first one.
    pub fn kind(&self) -> EventKind {
        if self.amount.is_some() { EventKind::Purchase } else { EventKind::Event }
    }
}

/// An event as rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFact {
    pub name: EventName,
    pub occurred_at: Instant,
    pub amount: Option<Money>,
}

impl EventFact {
    pub fn of(event: &Event) -> Self {
        Self { name: event.name.clone(), occurred_at: event.occurred_at, amount: event.amount }
    }

    /// The amount of a purchase. A refund is none.
    pub fn purchase(&self) -> Option<Money> {
        self.amount.filter(|amount| amount.minor >= 0)
    }
}

text_enum! {
    /// Whether refunds lower a sum.
    pub enum Basis {
        /// Purchases less refunds.
        Net = "net",
        /// Purchases alone.
        Gross = "gross",
    }
}

/// All that a user spent in one currency, in minor units. The sums of both signs are within 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spend {
    /// Of purchases.
    pub gross: i64,
    /// Of refunds: 0 or less.
    pub refunded: i64,
}

impl Spend {
    /// Neither overflows, since the signs differ.
    pub fn net(self) -> i64 {
        self.gross.saturating_add(self.refunded)
    }

    fn add(&mut self, minor: i64) {
        let sum = if minor >= 0 { &mut self.gross } else { &mut self.refunded };
        *sum = sum.saturating_add(minor);
    }
}

/// What amounts add up to, by currency.
pub fn spend<'a>(events: impl IntoIterator<Item = &'a EventFact>) -> BTreeMap<Currency, Spend> {
    let mut spend = BTreeMap::<_, Spend>::new();
    for Money { minor, currency } in events.into_iter().filter_map(|event| event.amount) {
        spend.entry(currency).or_default().add(minor);
    }
    spend
}
