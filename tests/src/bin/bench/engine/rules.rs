//! What rules over attributes and events add to a full run with nothing changed: users have twenty attributes each, and two events
//! and two purchases.

use domain::{
    attribute::AttributeType,
    event::{Currency, Event, EventName, Money},
    ids::UserId,
};
use integration_tests::{Kind, TestDatabase, World, ago, now};
use segmentation_engine::run::{NoObserver, RunOptions, run};
use serde_json::{Value as Json, json};

use super::{Bar, Row, Unit, states, timed};
use crate::crowd;

/// Numbers first, then texts.
const ATTRIBUTES: usize = 20;
const CHUNK: usize = 5_000;
/// Against a run without such rules.
const MOST: f64 = 1.5;

const WITHOUT: &str = "full run, nothing changed, users with attributes and events";
/// The rules of each case. A segment is named by the case and its place.
const CASES: [(&str, &str); 3] = [
    ("nothing", WITHOUT),
    ("attributes", "the same with three rules over attributes"),
    ("events", "the same with two rules over events and purchases"),
];

fn rules(case: &str) -> Vec<Json> {
    match case {
        "attributes" => vec![
            json!({"field": "attr.a1", "operator": ">", "value": 50}),
            json!({"field": "attr.a12", "operator": "equals", "value": "text 7"}),
            json!({"field": "attr.a5", "operator": "between", "value": [10, 20]}),
        ],
        "events" => vec![
            json!({"field": "events", "name": "login", "operator": ">=", "value": 1, "within": "30d"}),
            json!({"field": "totalSpent", "currency": "EUR", "operator": ">", "value": 5_000}),
        ],
        _ => Vec::new(),
    }
}

pub(crate) async fn measure(kind: Kind, users: usize, rounds: usize) -> Vec<Row> {
    let world = World::new(TestDatabase::create(kind).await.expect("a database"));
    crowd::write(&world, users).await;
    give_attributes(&world).await;
    give_events(&world, users).await;
    for (case, _) in CASES {
        for (place, condition) in rules(case).into_iter().enumerate() {
            let definition = json!({"combineWith": "AND", "criteria": [condition]});
            world.custom_segment(&format!("{case}-{place}"), &format!("{case} {place}"), definition).await;
        }
    }
    full_run(&world, users).await;
    states::settle(&world).await;
    let bar = |case: &str| if case == WITHOUT { Bar::None } else { Bar::Times(WITHOUT.into(), MOST) };
    let mut rows: Vec<_> =
        CASES.iter().map(|(_, case)| Row::new(kind, (*case).into(), Unit::Milliseconds, bar(case))).collect();
    for round in 0..=rounds {
        for ((case, _), row) in CASES.iter().zip(&mut rows) {
            let is_active = format!("segment_type <> 'custom' OR segment_value LIKE '{case}-%'");
            world.execute(&format!("UPDATE segment SET is_active = ({is_active})")).await;
            let taken = full_run(&world, users).await;
            if round > 0 {
                row.note(taken);
            }
        }
    }
    rows
}

/// In milliseconds.
async fn full_run(world: &World, users: usize) -> f64 {
    let (time, report) = timed(run(world.database(), &RunOptions::at(now()), &NoObserver)).await;
    assert_eq!(report.expect("the run succeeds").users_processed, users as u64);
    time.as_secs_f64() * 1e3
}

fn is_number(attribute: usize) -> bool {
    attribute < ATTRIBUTES / 2
}

/// In both forms, which are the same here, in one statement: users would take longer one by one.
async fn give_attributes(world: &World) {
    let keys: Vec<_> = (0..ATTRIBUTES).map(|number| format!("a{number}")).collect();
    let kind = |number| if is_number(number) { AttributeType::Number } else { AttributeType::Text };
    let types: Vec<_> = keys.iter().enumerate().map(|(number, key)| (key.as_str(), kind(number))).collect();
    world.declare_types(&types).await;
    let value = |number: usize| {
        let of_user = format!("CAST((no * {} + {number}) % 100 AS text)", number + 1);
        if is_number(number) { of_user } else { format!("'\"text ' || {of_user} || '\"'") }
    };
    let pairs: Vec<_> = (0..ATTRIBUTES).map(|number| format!("'\"a{number}\": ' || {}", value(number))).collect();
    let object = format!("'{{' || {} || '}}'", pairs.join(" || ', ' || "));
    let [written, compared] = match world.database().is_embedded() {
        true => [object.clone(), format!("jsonb({object})")],
        false => [(); 2].map(|()| format!("CAST({object} AS jsonb)")),
    };
    let shard = world.and_shard();
    world
        .execute(&format!(
            "INSERT INTO user_attributes (user_no, written, compared{shard}) SELECT no, {written}, {compared}{shard} FROM users"
        ))
        .await;
}

async fn give_events(world: &World, users: usize) {
    let euro = Currency::parse("EUR").expect("a code");
    let name = |text: &str| EventName::parse(text).expect("a name");
    let (login, order) = (name("login"), name("order"));
    for start in (0..users).step_by(CHUNK) {
        let event = |user: usize, number: usize| {
            let bought = crowd::Dice::of(user * 4 + number).below(10_000);
            Event {
                id: number.to_string(),
                user_id: UserId(format!("u{user}")),
                name: if number < 2 { login.clone() } else { order.clone() },
                occurred_at: ago(bought % 90),
                amount: (number >= 2).then_some(Money { minor: bought, currency: euro }),
                refund_of: None,
            }
        };
        let events = (start..users.min(start + CHUNK)).flat_map(|user| (0..4).map(move |number| (user, number)));
        world.record_events(&events.map(|(user, number)| event(user, number)).collect::<Vec<_>>()).await;
    }
}
