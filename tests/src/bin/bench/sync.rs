//! Sync with the stand-in for the mail service: how many requests, and how long our own part takes. And what follows changes of
//! memberships, and what the mail service says back.

use std::time::{Duration, Instant};

use integration_tests::{Kind, MailWorld, TestDatabase, World};
use segmentation_engine::sync::SyncReport;
use serde_json::{Value as Json, json};

use crate::{
    arrivals, crowd,
    engine::{
        Bar, Row, Unit,
        memory::peak_of,
        report::{print, write},
    },
    followers,
};

/// Everybody is a member.
const ALL: &str = "custom:11111111-1111-1111-1111-111111111111";
/// Synced segments of the last case, together with that of everybody.
const SEGMENTS: usize = 100;
/// Memberships that change in a case.
const CHANGED: usize = 1_000;
/// Requests a second, and what each takes, where the pace is measured, each for so many seconds.
const RATES: [u32; 3] = [10, 50, 200];
const LATENCY: Duration = Duration::from_millis(350);
const PACED: u32 = 20;

pub(crate) async fn measure(users: usize, rounds: usize, file: &str) {
    let mut rows = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some(test_database) = TestDatabase::create(kind).await else { continue };
        eprintln!("{kind:?}: {users} users …");
        let mail = MailWorld::new(World::new(test_database)).await;
        crowd::write(&mail.world, users).await;
        let everybody = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
        mail.world.custom_segment(ALL.trim_start_matches("custom:"), "All", everybody).await;
        for number in 1..SEGMENTS {
            let points = json!({"field": "totalPoints", "operator": "equals", "value": number});
            let few = json!({"combineWith": "AND", "criteria": [points]});
            mail.world.custom_segment(&few_id(number), &format!("Few {number}"), few).await;
        }
        mail.evaluate().await;
        rows.extend(first_sync(&mail, kind, users).await);
        rows.extend(planning(&mail, kind, users, rounds).await);
        rows.extend(changes(&mail, kind, users, rounds).await);
        rows.push(nothing_to_do(&mail, kind, rounds).await);
        for rate in RATES.into_iter().filter(|rate| (rate * PACED) as usize <= users) {
            rows.push(pace(&mail, kind, users, rate).await);
        }
        mail.is_at_rest("at the end").await;
        rows.extend(arrivals::measure(&mail, kind, users).await);
        rows.extend(followers::measure(kind, users, rounds).await);
    }
    print(&rows);
    write(&rows, users, rounds, file);
}

fn few_id(number: usize) -> String {
    format!("22222222-2222-2222-2222-{number:012}")
}

async fn timed(mail: &MailWorld) -> (f64, SyncReport) {
    let begun = Instant::now();
    let report = mail.sync().await;
    (begun.elapsed().as_secs_f64() * 1e3, report)
}

/// Into an empty account, by import; then once more.
async fn first_sync(mail: &MailWorld, kind: Kind, users: usize) -> [Row; 3] {
    // Pages of a hundred to read it back, and the import with its polls.
    let most = users as f64 / 100.0 * 1.1 + 10.0;
    let mut requests = Row::new(kind, "first sync of everybody, requests".into(), Unit::Requests, Bar::AtMost(most));
    let mut time = Row::new(kind, "first sync of everybody, time".into(), Unit::Milliseconds, Bar::None);
    let mut again = Row::new(kind, "second sync, requests".into(), Unit::Requests, Bar::AtMost(0.0));
    mail.on(ALL).await;
    let (taken, report) = timed(mail).await;
    assert_eq!(report.counts.joined, users as u64);
    requests.note(report.counts.requests as f64);
    time.note(taken);
    again.note(mail.sync().await.counts.requests as f64);
    [requests, time, again]
}

/// Nothing is left to do, but the sync does not know that.
async fn planning(mail: &MailWorld, kind: Kind, users: usize, rounds: usize) -> [Row; 2] {
    // 0.3 s for 100,000 members, 3 s for a million.
    let most = users as f64 * 3e-3;
    let case = "a changed segment of everybody is planned";
    let mut planned = Row::new(kind, case.into(), Unit::Milliseconds, Bar::AtMost(most));
    let mut memory = Row::new(kind, format!("{case}, peak memory"), Unit::Megabytes, Bar::AtMost(96.0));
    if kind == Kind::Postgres {
        // As autovacuum does within minutes of the first sync.
        mail.world.execute("ANALYZE").await;
    }
    let changed = "UPDATE segment_sync SET seen_version = seen_version - 1";
    for round in 0..=rounds {
        mail.world.execute(changed).await;
        let (time, report) = timed(mail).await;
        assert_eq!(report.counts.done, 0);
        if round > 0 {
            planned.note(time);
        }
    }
    mail.world.execute(changed).await;
    let program = mail.program(&["sync", "--json"]);
    memory.note(tokio::task::spawn_blocking(|| peak_of(program.spawn())).await.expect("it ends"));
    [planned, memory]
}

/// People with other names: one request each.
async fn changes(mail: &MailWorld, kind: Kind, users: usize, rounds: usize) -> [Row; 2] {
    let case = format!("{CHANGED} people with other names");
    let mut requests = Row::new(kind, format!("{case}, requests for each"), Unit::Requests, Bar::AtMost(1.01));
    let mut processor =
        Row::new(kind, format!("{case}, processor time of ours for each"), Unit::Milliseconds, Bar::AtMost(1.0));
    for round in 0..=rounds {
        rename(&mail.world, users, round, CHANGED).await;
        let before = processor_time_of_children();
        let ended = mail.run(&["sync", "--json"]).await;
        assert_eq!(ended.code, 0, "{}", ended.errors);
        let counts: Json = serde_json::from_str(&ended.output).expect("JSON");
        assert_eq!(counts["renamed"], CHANGED);
        if round > 0 {
            processor.note((processor_time_of_children() - before) * 1e3 / CHANGED as f64);
            requests.note(counts["requests"].as_f64().expect("a number") / CHANGED as f64);
        }
    }
    [requests, processor]
}

/// With many segments.
async fn nothing_to_do(mail: &MailWorld, kind: Kind, rounds: usize) -> Row {
    for number in 1..SEGMENTS {
        mail.on(&format!("custom:{}", few_id(number))).await;
    }
    mail.sync().await;
    let case = format!("nothing to do, {SEGMENTS} segments");
    let mut row = Row::new(kind, case, Unit::Milliseconds, Bar::AtMost(20.0));
    for round in 0..=rounds {
        let (time, report) = timed(mail).await;
        assert_eq!(report.counts.requests, 0);
        if round > 0 {
            row.note(time);
        }
    }
    row
}

/// How much of the allowed rate is used, while each answer takes its time.
async fn pace(mail: &MailWorld, kind: Kind, users: usize, rate: u32) -> Row {
    let case = format!("use of {rate} requests a second, each takes {} ms", LATENCY.as_millis());
    let mut row = Row::new(kind, case, Unit::Percent, Bar::AtLeast(95.0));
    rename(&mail.world, users, 1_000 + rate as usize, (rate * PACED) as usize).await;
    mail.fake.switch(|switches| switches.latency = LATENCY);
    let begun = Instant::now();
    let ended = mail.run(&["sync", "--json", "--rate", &rate.to_string()]).await;
    let taken = begun.elapsed() - LATENCY;
    assert_eq!(ended.code, 0, "{}", ended.errors);
    mail.fake.switch(|switches| switches.latency = Duration::ZERO);
    let counts: Json = serde_json::from_str(&ended.output).expect("JSON");
    row.note(counts["requests"].as_f64().expect("a number") / (taken.as_secs_f64() * f64::from(rate)) * 100.0);
    row
}

/// Other people each time, written as the product writes them.
async fn rename(world: &World, users: usize, round: usize, count: usize) {
    let step = users / count;
    let people = (0..count).map(|place| place * step + round % step);
    let people = people.map(|number| domain::profile::User {
        first_name: Some(format!("Name {round}")),
        ..crowd::person(number, users)
    });
    world.users(&people.collect::<Vec<_>>()).await;
}

/// Of programs that have ended, in seconds, from Linux.
fn processor_time_of_children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this is Linux");
    let after_name = stat.rsplit_once(')').expect("a name in parentheses").1;
    let fields: Vec<_> = after_name.split_whitespace().collect();
    // `cutime` and `cstime`, in hundredths of a second.
    fields[13..15].iter().map(|ticks| ticks.parse::<f64>().expect("a number") / 100.0).sum()
}
