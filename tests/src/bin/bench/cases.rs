//! The cases and their limits.

use std::{
    future::pending,
    time::{Duration, Instant},
};

use chrono_tz::Tz;
use domain::attribute::Attributes;
use domain::{
    criteria::{Criteria, ParseContext, parse_value},
    ids::{SegmentId, UserNo},
    period::Moment,
};
use integration_tests::{Kind, World, now};
use persistence::{
    ingest::users,
    reads::{
        member_pages::{Page, PageStart},
        members::{self, Search, Which},
    },
};
use segmentation_engine::preview::{self, Budget, Matches, Matching};
use serde_json::{Value as Json, json};

use crate::crowd::{RARE_NAME, person};

const SAMPLE: u64 = 10;
/// Enough to count everyone.
const TIME: Duration = Duration::from_secs(600);

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bar {
    /// At most this many times the plain query before it.
    Times(f64),
    /// At most this many milliseconds.
    Milliseconds(f64),
    /// At most this many megabytes.
    Megabytes(f64),
    /// The reference for others.
    None,
}

/// A case with its measurements: milliseconds, or megabytes if the limit is in megabytes.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) database: Kind,
    pub(crate) case: &'static str,
    pub(crate) bar: Bar,
    pub(crate) rounds: Vec<f64>,
}

/// A question, and the SQL that a person would write for it.
struct Preview {
    names: [&'static str; 2],
    criteria: Criteria,
    plain: String,
}

/// Checks the answers, then measures.
pub(crate) async fn measure(world: &World, kind: Kind, users: usize, rounds: usize) -> Vec<Measured> {
    let previews = [nested(), all_of_five()];
    let texts = [("contains, a rare word", RARE_NAME[3..11].to_owned()), ("contains, a whole address", address(users))];
    let segment = world.segment("plan:free").await;
    let mut measured = Vec::new();
    let mut note = |case, bar, time: Duration| {
        let time = time.as_secs_f64() * 1e3;
        match measured.iter_mut().find(|known: &&mut Measured| known.case == case) {
            Some(known) => known.rounds.push(time),
            None => measured.push(Measured { database: kind, case, bar, rounds: vec![time] }),
        }
    };
    // The first round only checks and warms up.
    for round in 0..=rounds {
        let mut note = |case, bar, time| {
            if round > 0 {
                note(case, bar, time)
            }
        };
        for preview in &previews {
            let (plain, count) = timed(one_number(world, &preview.plain)).await;
            note(preview.names[0], Bar::None, plain);
            let (time, answer) = timed(ask(world, &preview.criteria)).await;
            assert_eq!(answer, (count, SAMPLE as usize), "{}", preview.names[1]);
            note(preview.names[1], Bar::Times(1.6), time);
        }
        for (case, text) in &texts {
            let criteria = contains(text);
            let (time, found) = timed(matching(world, &criteria)).await;
            assert_eq!(found, hits(world, text).await, "{case}");
            assert_eq!(found.len(), 1, "{case}");
            note(case, Bar::Milliseconds(20.0), time);
        }
        let (time, found) = timed(search(world, segment, RARE_NAME)).await;
        assert_eq!(found, 1);
        note("search of members, a rare word", Bar::Milliseconds(20.0), time);
    }
    measured
}

async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let begun = Instant::now();
    let result = work.await;
    (begun.elapsed(), result)
}

fn moment() -> Moment {
    Moment { now: now(), zone: Tz::UTC }
}

fn parsed(definition: &Json) -> Criteria {
    let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
    parse_value(definition, &context).expect("a definition")
}

fn nested() -> Preview {
    let criteria = parsed(&json!({"combineWith": "OR", "criteria": [
        {"combineWith": "AND", "criteria": [
            {"field": "plan", "operator": "equals", "value": "PRO"},
            {"field": "currentStreak", "operator": ">", "value": 7},
        ]},
        {"combineWith": "AND", "criteria": [
            {"field": "totalPoints", "operator": ">", "value": 5000},
            {"field": "level", "operator": ">=", "value": 10},
            {"field": "lastActivityAt", "operator": "within_last", "value": "30d"},
        ]},
    ]}));
    let since = "2026-02-08T12:00:00+00:00";
    let plain = format!(
        "SELECT count(*) FROM users WHERE (plan = 'PRO' AND current_streak > 7) \
         OR (total_points > 5000 AND level >= 10 AND last_activity_at >= '{since}')"
    );
    Preview { names: ["nested: plain SQL count", "nested: preview of 5 conditions"], criteria, plain }
}

fn all_of_five() -> Preview {
    let criteria = parsed(&json!({"combineWith": "AND", "criteria": [
        {"field": "plan", "operator": "in", "value": ["FREE", "PRO"]},
        {"field": "currentStreak", "operator": ">=", "value": 3},
        {"field": "totalPoints", "operator": ">", "value": 1000},
        {"field": "level", "operator": "<", "value": 15},
        {"field": "email", "operator": "contains", "value": "mail"},
    ]}));
    let plain = "SELECT count(*) FROM users WHERE plan IN ('FREE', 'PRO') AND current_streak >= 3 \
                 AND total_points > 1000 AND level < 15 AND email_folded LIKE '%mail%'";
    Preview { names: ["all of: plain SQL count", "all of: preview of 5 conditions"], criteria, plain: plain.into() }
}

fn contains(text: &str) -> Criteria {
    parsed(&json!({"combineWith": "OR", "criteria": [
        {"field": "email", "operator": "contains", "value": text},
        {"field": "lastName", "operator": "contains", "value": text},
    ]}))
}

/// Of a user in the first half.
fn address(users: usize) -> String {
    person(users / 3, users).email
}

/// Like `previewSegment`: matches, and the size of the sample.
async fn ask(world: &World, criteria: &Criteria) -> (i64, usize) {
    let question = Matching { criteria, moment: moment() };
    let answer = preview::ask(world.database(), &question, SAMPLE, Budget::of(TIME), pending()).await;
    let answer = answer.expect("a preview").expect("a slot");
    assert_eq!(answer.estimated_from, None);
    (answer.counts.matches, answer.samples.of(Matches).len())
}

async fn matching(world: &World, criteria: &Criteria) -> Vec<UserNo> {
    users::matching(world.database().connection(), criteria, moment()).await.expect("a query")
}

/// Like `getSegmentUsers`: a page, and the total.
async fn search(world: &World, segment: SegmentId, text: &str) -> usize {
    let connection = world.database().connection();
    let search = Search::new(text).expect("a text");
    let page = members::members(
        connection,
        segment,
        Which { search: Some(&search), ..Which::default() },
        &Page::by_key(PageStart::Offset(0), 20),
    )
    .await
    .expect("a page");
    let count = members::count_members(connection, segment, Which { search: Some(&search), ..Which::default() })
        .await
        .expect("a count");
    assert_eq!(usize::try_from(count), Ok(page.len()));
    page.len()
}

/// Read from every user.
async fn hits(world: &World, text: &str) -> Vec<UserNo> {
    let text = domain::text::fold(text);
    let place = if world.database().is_embedded() { "instr" } else { "strpos" };
    let sql = format!(
        "SELECT no FROM users WHERE {place}(email_folded, '{text}') > 0 OR {place}(last_name_folded, '{text}') > 0 ORDER BY no"
    );
    world.query::<(i64,)>(&sql).await.into_iter().map(|(no,)| UserNo(no)).collect()
}

async fn one_number(world: &World, sql: &str) -> i64 {
    world.query::<(i64,)>(sql).await[0].0
}
