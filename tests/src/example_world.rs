//! Six users over three weeks of March 2026, with a run at each midnight in UTC: small enough to count by hand.
//!
//! | at | memberships | at | events |
//! |---|---|---|---|
//! | 03-01 | u1, u2 enter active; u3 inactive; u4 churned; u1, u3 pro; u2, u4 free | 03-07 12:00 | u1 buys 30.00 EUR (p1) |
//! | 03-05 | u5 enters new, free | 03-08 09:00 | u3 buys 10.00 EUR (p2) |
//! | 03-06 | u1 active → inactive | 03-10 10:00 | u2 buys 50.00 EUR (p3) |
//! | 03-09 | u3 inactive → active | 03-10 15:00 | u6 buys 12.00 USD (p6) |
//! | 03-11 | u6 enters new, free | 03-14 08:00 | u5 buys 20.00 EUR (p4) |
//! | 03-12, 03-13 | u5 new → active; u1 inactive → active | 03-18 11:00 | u2 is refunded 50.00 EUR of p3 (p5) |
//! | 03-16, 03-18, 03-20 | u2 active → inactive; u6 new → active; u5 active → inactive | 03-21 12:00 | u1 buys 8.00 EUR (p7) |

use chrono::TimeDelta;
use domain::{
    event::{Currency, Event, EventName, Money},
    ids::UserId,
    instant::Instant,
    profile::User,
};

use serde_json::json;

use crate::{
    api::{Api, options},
    world::{World, at, user},
};

/// When figures are asked for, after the last run at midnight of March 22.
pub const ASKED_AT: &str = "2026-03-24T00:00:00Z";

/// Who, plan, created, last activity, and the day in March before whose run the user is written so.
const USERS: [(&str, &str, &str, &str, u32); 8] = [
    ("u1", "PRO", "2026-01-10T00:00:00Z", "2026-02-26T12:00:00Z", 1),
    ("u2", "FREE", "2026-01-10T00:00:00Z", "2026-03-08T12:00:00Z", 1),
    ("u3", "PRO", "2026-01-10T00:00:00Z", "2026-02-15T12:00:00Z", 1),
    ("u4", "FREE", "2026-01-10T00:00:00Z", "2026-01-15T12:00:00Z", 1),
    ("u5", "FREE", "2026-03-04T10:00:00Z", "2026-03-12T12:00:00Z", 5),
    ("u3", "PRO", "2026-01-10T00:00:00Z", "2026-03-21T12:00:00Z", 9),
    ("u6", "FREE", "2026-03-10T08:00:00Z", "2026-03-21T12:00:00Z", 11),
    ("u1", "PRO", "2026-01-10T00:00:00Z", "2026-03-21T12:00:00Z", 13),
];

/// Whose, id, when, amount in minor units and currency.
const EVENTS: [(&str, &str, &str, i64, &str); 7] = [
    ("u1", "p1", "2026-03-07T12:00:00Z", 3_000, "EUR"),
    ("u3", "p2", "2026-03-08T09:00:00Z", 1_000, "EUR"),
    ("u2", "p3", "2026-03-10T10:00:00Z", 5_000, "EUR"),
    ("u6", "p6", "2026-03-10T15:00:00Z", 1_200, "USD"),
    ("u5", "p4", "2026-03-14T08:00:00Z", 2_000, "EUR"),
    ("u2", "p5", "2026-03-18T11:00:00Z", -5_000, "EUR"),
    ("u1", "p7", "2026-03-21T12:00:00Z", 800, "EUR"),
];

impl World {
    /// As an admin does it, at a time.
    pub async fn erase_at(&self, now: Instant, id: &str) {
        let api = Api::at(self, now, options()).await.as_superadmin().await;
        api.call("adminAudience.eraseUser", json!({"userId": id})).await.expect("the user is erased");
    }

    /// Plays the three weeks.
    pub async fn play_example(&self) {
        let first = at("2026-03-01T00:00:00Z");
        for day in 1..=22 {
            let written: Vec<_> = USERS.iter().filter(|of| of.4 == day).map(written).collect();
            self.users(&written).await;
            self.run(first + TimeDelta::days(i64::from(day) - 1)).await;
        }
        self.record_events(&EVENTS.map(purchase)).await;
    }
}

fn written(&(id, plan, created, last_activity, _): &(&str, &str, &str, &str, u32)) -> User {
    User { plan: plan.into(), created_at: at(created), last_activity_at: Some(at(last_activity)), ..user(id) }
}

fn purchase((user, id, occurred, minor, code): (&str, &str, &str, i64, &str)) -> Event {
    Event {
        id: id.into(),
        user_id: UserId(user.into()),
        name: EventName::parse("purchase").expect("a name of events"),
        occurred_at: at(occurred),
        amount: Some(Money { minor, currency: Currency::parse(code).expect("a code of a currency") }),
        refund_of: (id == "p5").then(|| "p3".into()),
    }
}
