//! What must be true of figures whatever happened: sizes and moves add up, both ends of a flow are one, and so on. Over random worlds, in
//! a zone with daylight saving.

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::instant::{Instant, format_instant};
use integration_tests::{Api, World, at, on_both_databases, streaks::merged};
use serde_json::{Value as Json, json};

use crate::random_worlds::{DAYS, Dice, SEGMENTS, play};

/// Clocks go forward on 29 March.
const ZONE: Tz = Tz::Europe__Berlin;

const LIFECYCLE: [&str; 4] = ["lifecycle:new", "lifecycle:active", "lifecycle:inactive", "lifecycle:churned"];

fn worlds() -> u8 {
    if std::env::var_os("TEST_LONG").is_some() { 40 } else { 3 }
}

/// A played world, and a clock at its end.
struct Played<'a> {
    world: &'a World,
    api: Api,
    now: Instant,
    dice: Dice,
}

impl Played<'_> {
    async fn ask(&self, method: &str, params: Json) -> Json {
        let answer = self.api.call(&format!("adminAudience.{method}"), params.clone()).await;
        answer.unwrap_or_else(|error| panic!("{method} {params}: {error:?}"))
    }

    /// Of the 40 days.
    fn past(&mut self) -> Instant {
        if self.dice.chance(50) {
            self.now - TimeDelta::days(self.dice.roll(0..DAYS - 1))
        } else {
            self.dice.moment_before(self.now, DAYS - 1)
        }
    }

    fn range(&mut self) -> Json {
        let from = self.now - TimeDelta::days(self.dice.roll(15..DAYS));
        let to = from + TimeDelta::days(self.dice.roll(3..15_i64));
        json!({"from": format_instant(from), "to": format_instant(to)})
    }

    async fn members_at(&self, segment: &str, at: &str) -> u64 {
        let (kind, value) = segment.split_once(':').expect("a key");
        let params = json!({"segmentType": kind, "segmentValue": value, "at": at, "limit": 1});
        count(&self.ask("getSegmentMembersAsOf", params).await["total"])
    }
}

/// Plays the worlds one after the other, and looks at each.
async fn each_world(world: &World, mut look: impl AsyncFnMut(&mut Played<'_>)) {
    let mut now = at("2026-03-01T00:00:00Z");
    for seed in 0..worlds() {
        // The seeds of other tests are small.
        let seed = 100 + seed;
        let mut dice = Dice::new(seed);
        play(world, &mut dice, now, seed).await;
        now += TimeDelta::days(DAYS);
        let api = Api::in_zone(world, now, ZONE).await;
        let mut played = Played { world, api, now, dice };
        for _ in 0..3 {
            look(&mut played).await;
        }
    }
}

fn count(number: &Json) -> u64 {
    number.as_u64().unwrap_or_else(|| panic!("a count: {number}"))
}

fn minor(number: &Json) -> i64 {
    number.as_i64().unwrap_or_else(|| panic!("an amount: {number}"))
}

fn list(of: &Json) -> &[Json] {
    of.as_array().unwrap_or_else(|| panic!("a list: {of}"))
}

fn sum<'a>(counts: impl IntoIterator<Item = &'a Json>) -> u64 {
    counts.into_iter().map(count).sum()
}

on_both_databases! {
    /// As-of now is the membership, and the size that history has at an instant is the number of its members.
    async fn identities_of_membership_at_a_time(world: World) {
        each_world(&world, async |played| {
            let now = format_instant(played.now);
            for segment in SEGMENTS {
                let members = played.world.members(segment).await.len() as u64;
                assert_eq!(played.members_at(segment, &now).await, members, "{segment} now");
                let range = played.range();
                let compared = json!({"a": segment, "b": "plan:free", "activity": ["quizzes"]});
                if segment == "plan:free" {
                    continue;
                }
                let sizes = played.ask("compareSegments", merged(compared, range.clone())).await;
                let [at_start, size, entered, left] = ["sizeAtStart", "size", "entered", "left"].map(|name| &sizes[name]["a"]);
                if size.is_null() {
                    continue;
                }
                assert_eq!(minor(at_start) + minor(entered) - minor(left), minor(size), "{segment} in {range}");
                let last = at(range["to"].as_str().expect("a time")) - TimeDelta::microseconds(1);
                assert_eq!(played.members_at(segment, &format_instant(last)).await, count(size), "{segment} in {range}");
            }
        })
        .await;
    }

    /// Days follow each other, and add up.
    async fn identities_of_histories(world: World) {
        each_world(&world, async |played| {
            for segment in SEGMENTS {
                let (kind, value) = segment.split_once(':').expect("a key");
                let params = json!({"segmentType": kind, "segmentValue": value, "days": 30});
                let days = played.ask("getSegmentHistory", params).await["days"].take();
                for days in list(&days).windows(2) {
                    let [before, day] = days else { panic!("two days") };
                    let (Some(before), Some(size)) = (before["size"].as_u64(), day["size"].as_u64()) else { continue };
                    assert_eq!(before + count(&day["entered"]) - count(&day["left"]), size, "{segment}: {day}");
                }
            }
        })
        .await;
    }

    /// Rows and columns have everybody, and the columns of a step are the rows of the next.
    async fn identities_of_flows(world: World) {
        each_world(&world, async |played| {
            let mut times: Vec<_> = (0..4).map(|_| played.past()).collect();
            times.sort_unstable();
            times.dedup();
            let times: Vec<_> = times.into_iter().map(format_instant).collect();
            if times.len() < 2 {
                return;
            }
            let flow = played.ask("getSegmentFlow", json!({"family": "lifecycle", "at": times})).await;
            let mut columns_before: Option<Vec<u64>> = None;
            for (step, starts) in list(&flow["steps"]).iter().zip(&times) {
                let matrix: Vec<Vec<u64>> = list(&step["matrix"])
                    .iter()
                    .map(|row| list(row).iter().map(|cell| count(&cell["part"])).collect())
                    .collect();
                let rows: Vec<u64> = matrix.iter().map(|row| row.iter().sum()).collect();
                let columns: Vec<u64> = (0..rows.len()).map(|place| matrix.iter().map(|row| row[place]).sum()).collect();
                if let Some(before) = columns_before {
                    assert_eq!(rows, before, "{flow}");
                }
                assert_eq!(rows.iter().sum::<u64>(), columns.iter().sum::<u64>(), "{flow}");
                // Users whom an admin added to a second segment of the family count as `multiple`, and erased users are apart.
                for (segment, users) in LIFECYCLE.iter().zip(&rows) {
                    assert!(*users <= played.members_at(segment, starts).await, "{segment} at {starts}");
                }
                columns_before = Some(columns);
            }
        })
        .await;
    }

    /// Pairs are sums of combinations, and combinations with the rest have everybody.
    async fn identities_of_overlaps(world: World) {
        each_world(&world, async |played| {
            let at = format_instant(played.past());
            let overlap = played.ask("getSegmentOverlap", json!({"segments": SEGMENTS, "at": at})).await;
            let combinations = list(&overlap["combinations"]);
            let with = |of: &[&Json]| -> u64 {
                let has_all = |one: &&Json| of.iter().all(|segment| list(&one["segments"]).contains(segment));
                sum(combinations.iter().filter(has_all).map(|one| &one["users"]))
            };
            for segment in list(&overlap["segments"]) {
                assert_eq!(with(&[&segment["id"]]), count(&segment["size"]), "{segment} of {overlap}");
                assert_eq!(
                    played.members_at(segment["id"].as_str().expect("a key"), &at).await,
                    count(&segment["size"]),
                    "{segment}"
                );
            }
            for pair in list(&overlap["pairs"]) {
                assert_eq!(with(&[&pair["a"], &pair["b"]]), count(&pair["both"]), "{pair} of {overlap}");
            }
            let all = sum(combinations.iter().map(|one| &one["users"])) + sum([&overlap["restUsers"], &overlap["none"]]);
            assert_eq!(all, count(&overlap["population"]), "{overlap}");
        })
        .await;
    }

    /// Those whose time is over and those who still have time are all; a later look never takes a conversion back.
    async fn identities_of_conversions(world: World) {
        each_world(&world, async |played| {
            let goals = [json!({"purchase": {}}), json!({"event": "lesson"}), json!({"quiz": {}}), json!({"enter": "plan:pro"})];
            let (segment, goal, per) = (played.dice.one(&SEGMENTS), played.dice.one(&goals), played.dice.one(&["user", "entry"]));
            let asked = json!({"segment": segment, "goal": goal, "within": "5d", "per": per, "by": "week"});
            let asked = merged(asked, played.range());
            let later = played.ask("getSegmentConversion", asked.clone()).await;
            let rate = &later["conversion"];
            assert!(count(&rate["part"]) <= count(&rate["of"]), "{later}");
            assert_eq!(sum([&rate["of"], &later["pending"]]), count(&later["entrants"]["counted"]), "{later}");
            let curve: Vec<_> = list(&later["curve"]).iter().map(count).collect();
            assert!(curve.is_sorted() && curve.last().is_none_or(|last| *last == count(&rate["part"])), "{later}");
            let periods = list(&later["byPeriod"]);
            assert_eq!(sum(periods.iter().map(|period| &period["entered"])), count(&later["entrants"]["counted"]), "{later}");
            for name in ["part", "of"] {
                assert_eq!(sum(periods.iter().map(|period| &period["conversion"][name])), count(&rate[name]), "{later}");
            }
            let as_of = json!({"asOf": asked["to"]});
            let earlier = played.ask("getSegmentConversion", merged(asked, as_of)).await;
            assert!(count(&earlier["conversion"]["part"]) <= count(&rate["part"]), "{earlier} before {later}");
            assert!(count(&earlier["pending"]) >= count(&later["pending"]), "{earlier} before {later}");
        })
        .await;
    }

    /// Of a family, what is credited adds up to the total, in all and by period.
    async fn identities_of_revenue(world: World) {
        each_world(&world, async |played| {
            for model in ["equal", "last"] {
                let asked = json!({"family": played.dice.one(&["plan", "lifecycle"]), "model": model, "by": "week"});
                let asked = merged(asked, played.range());
                let revenue = played.ask("getSegmentRevenue", asked).await;
                for currency in list(&revenue["currencies"]) {
                    let periods = list(&currency["periods"]);
                    for name in ["gross", "refunded", "net"] {
                        let adds_up = |line: &Json| {
                            let segments: i64 = list(&line["segments"]).iter().map(|segment| minor(&segment[name])).sum();
                            segments + minor(&line["unattributed"][name]) + minor(&line["erased"][name])
                        };
                        assert_eq!(adds_up(currency), minor(&currency["total"][name]), "{name} of {revenue}");
                        for period in periods {
                            assert_eq!(adds_up(period), minor(&period["total"][name]), "{name} of {period}");
                        }
                        let by_period: i64 = periods.iter().map(|period| minor(&period["total"][name])).sum();
                        assert_eq!(by_period, minor(&currency["total"][name]), "{name} of {revenue}");
                    }
                }
            }
        })
        .await;
    }

    /// Everybody who began is in one cohort, and nobody more is retained than began.
    async fn identities_of_cohorts(world: World) {
        each_world(&world, async |played| {
            let measure = played.dice.one(&["activity", "purchase"]);
            let clock = played.dice.one(&["calendar", "own"]);
            let asked = json!({"start": "registered", "measure": measure, "clock": clock, "by": "week", "columns": 5});
            let asked = merged(asked, played.range());
            let on = played.ask("getCohorts", merged(asked.clone(), json!({"mode": "on"}))).await;
            let later = played.ask("getCohorts", merged(asked.clone(), json!({"mode": "onOrAfter"}))).await;
            let registered = format!(
                "SELECT count(*) FROM users WHERE created_at >= '{}' AND created_at < '{}'",
                asked["from"].as_str().expect("a time").replace('Z', "+00:00"),
                asked["to"].as_str().expect("a time").replace('Z', "+00:00"),
            );
            let registered = played.world.query::<(i64,)>(&registered).await;
            assert_eq!(sum(list(&on["cohorts"]).iter().map(|cohort| &cohort["size"])), registered[0].0.unsigned_abs(), "{on}");
            for (on, later) in list(&on["cohorts"]).iter().zip(list(&later["cohorts"])) {
                let part = |cell: &Json| cell["retained"]["part"].as_u64();
                for (on, later) in list(&on["cells"]).iter().zip(list(&later["cells"])) {
                    if let (Some(on), Some(later)) = (part(on), part(later)) {
                        assert!(on <= later, "{on} on, {later} on or after");
                    }
                }
                let falling: Vec<_> = list(&later["cells"]).iter().filter_map(part).collect();
                assert!(falling.is_sorted_by(|first, second| first >= second), "{later}");
                let size = count(&on["size"]);
                assert!(list(&on["cells"]).iter().filter_map(part).all(|part| part <= size), "{on}");
            }
            for (column, pooled) in list(&on["pooled"]).iter().enumerate() {
                let Some(percent) = pooled["percent"].as_f64() else { continue };
                let cells = list(&on["cohorts"]).iter().map(|cohort| &cohort["cells"][column]);
                let complete = cells.filter(|cell| cell["complete"] == true);
                let percents: Vec<_> = complete.filter_map(|cell| cell["retained"]["percent"].as_f64()).collect();
                let least = percents.iter().copied().fold(f64::INFINITY, f64::min);
                let most = percents.iter().copied().fold(0.0, f64::max);
                assert!((least..=most).contains(&percent), "column {column}: {percent} of {percents:?}");
            }
        })
        .await;
    }

    /// Members of a week are active in it if they are on a day of it.
    async fn identities_of_engagement(world: World) {
        each_world(&world, async |played| {
            let asked = json!({"segments": SEGMENTS, "by": "week", "activity": ["quizzes", "events"]});
            let asked = merged(asked, played.range());
            let weeks = played.ask("getSegmentEngagement", asked).await;
            let periods = list(&weeks["segments"]).iter().flat_map(|segment| list(&segment["periods"]));
            for week in periods.filter(|week| !week["members"].is_null()) {
                let (active, members) = (count(&week["activeMembers"]["part"]), count(&week["members"]));
                assert!(active <= members && count(&week["activeMembers"]["of"]) == members, "{week}");
                if let Some(stickiness) = week["stickiness"].as_object() {
                    // Active on one to seven of seven days each.
                    let (days, of) = (count(&stickiness["part"]), count(&stickiness["of"]));
                    assert!(of == 7 * active && (active..=of).contains(&days), "{week}");
                }
            }
        })
        .await;
    }
}
