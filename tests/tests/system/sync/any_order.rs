//! Events of many people, in any order and more than once, end in the same state: time decides, not arrival.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::instant::{Clock, SystemClock};
use integration_tests::{MailWorld, World, on_both_databases, user};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use resend_fake::{Fake, PendingEvent};
use segmentation_engine::sync::events::apply_waiting;

const PEOPLE: usize = 20;
const EVENTS: usize = 200;

fn orders() -> usize {
    if std::env::var_os("TEST_LONG").is_some() { 1_000 } else { 6 }
}

fn address(number: usize) -> String {
    format!("u{number:02}@example.org")
}

/// One after the other by the clock of the service.
fn happen(fake: &Fake, choices: &[(usize, usize)]) -> Vec<PendingEvent> {
    let mut mails: BTreeMap<String, Vec<String>> = BTreeMap::new();
    fake.take_events();
    let mut events = Vec::new();
    for (person, kind) in choices {
        let email = address(*person);
        fake.state().advance(TimeDelta::seconds(1));
        match kind {
            0 | 1 => fake.unsubscribe(&email),
            2 => fake.resubscribe(&email),
            3 => fake.bounce(&email),
            4 => fake.complain(&email),
            5 => fake.lift_suppression(&email),
            6 => fake.delete_contact(&email),
            7 => drop(fake.foreign_contact(&email)),
            _ => {
                let known = mails.entry(email.clone()).or_default();
                let kind = ["email.sent", "email.delivered", "email.opened", "email.clicked"][kind % 4];
                let mail = known.last().filter(|_| kind != "email.sent");
                let mail = fake.mail_event(kind, &email, mail.map(String::as_str), None);
                known.push(mail);
            }
        }
        events.extend(fake.take_events());
    }
    events
}

/// What the events decide: who must not get mail, which contacts are known, who is where, and what became of mails.
async fn decided(world: &World) -> Vec<Vec<String>> {
    let text = |column: &str| format!("coalesce(CAST({column} AS text), '-')");
    let row = |columns: &[&str]| columns.iter().map(|column| text(column)).collect::<Vec<_>>().join(" || ' ' || ");
    let mut decided = Vec::new();
    for (table, columns, only) in [
        (
            "suppression",
            &["address_key", "reason"][..],
            "carried_at IS NOT NULL OR set_at IS NOT NULL AND (lifted_at IS NULL OR set_at >= lifted_at)",
        ),
        ("sync_contact", &["address_key", "state", "remote_id"], "true"),
        ("sync_member", &["address_key", "segment_id", "state"], "true"),
        ("email_message", &["email_id", "facts", "opens", "clicks", "sent_at"], "true"),
        // Whether one came too late to change anything depends on the order.
        ("webhook_event", &["id"], "state IN ('done', 'ignored')"),
    ] {
        let sql = format!("SELECT {} FROM {table} WHERE {only} ORDER BY 1", row(columns));
        decided.push(world.query::<(String,)>(&sql).await.into_iter().map(|(row,)| row).collect());
    }
    decided
}

/// What events may change.
const CHANGED: [&str; 7] = [
    "suppression",
    "sync_contact",
    "sync_member",
    "sync_former_member",
    "sync_dirty",
    "email_message",
    "webhook_event",
];

async fn keep(world: &World) {
    for table in CHANGED {
        world.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
    }
}

async fn restore(world: &World) {
    for table in CHANGED {
        world.execute(&format!("DELETE FROM {table}")).await;
        world.execute(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await;
    }
}

async fn forget(world: &World) {
    for table in CHANGED {
        world.execute(&format!("DROP TABLE kept_{table}")).await;
    }
}

on_both_databases! {
    async fn order_of_200_events_about_20_people_does_not_matter(world: World) {
        let mail = MailWorld::new(world).await;
        let users: Vec<_> = (0..PEOPLE).map(|number| user(&format!("u{number:02}"))).collect();
        mail.world.users(&users).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let choices = prop::collection::vec((0..PEOPLE, 0..16_usize), EVENTS);
        let choices = choices.new_tree(&mut runner).expect("a history").current();
        // Later than all that the sync did.
        mail.fake.state().advance(TimeDelta::minutes(1));
        let events = happen(&mail.fake, &choices);
        keep(&mail.world).await;
        let mut expected = None;
        let doubled = || events.iter().chain(&events).cloned().collect::<Vec<_>>();
        for number in 0..orders() {
            restore(&mail.world).await;
            let order = if number == 0 { doubled() } else {
                Just(doubled()).prop_shuffle().new_tree(&mut runner).expect("an order").current()
            };
            // In deliveries of any size.
            for delivery in order.chunks(1 + number % 97) {
                mail.arrive(delivery).await;
                if number % 3 == 0 {
                    apply_waiting(mail.world.database(), SystemClock.now()).await.expect("they are applied");
                }
            }
            apply_waiting(mail.world.database(), SystemClock.now()).await.expect("they are applied");
            let decided = decided(&mail.world).await;
            let expected = expected.get_or_insert_with(|| decided.clone());
            assert_eq!(&decided, expected, "order {number} of {choices:?}: {:?}", order.iter().map(|event| &event.id).collect::<Vec<_>>());
        }
        forget(&mail.world).await;
        for _ in 0..2 {
            mail.full().await;
        }
        mail.is_at_rest("after the last order").await;
    }
}
