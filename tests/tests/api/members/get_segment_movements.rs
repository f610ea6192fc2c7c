//! `adminAudience.getSegmentMovements`.

use std::collections::BTreeSet;

use domain::{
    ids::UserId,
    instant::{Instant, format_instant},
    overrides::OverrideKind,
    profile::User,
};
use integration_tests::{Api, World, ago, moment, now, on_both_databases, user};
use segmentation_engine::{
    audit::Audit,
    overrides::{NewOverride, set},
};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentMovements";

pub(super) async fn change(world: &World, plan: &str, users: &[&str], at: Instant) {
    let users: Vec<_> = users.iter().map(|id| User { plan: plan.into(), ..user(id) }).collect();
    world.users(&users).await;
    world.run(at).await;
}

pub(super) fn free(from: Instant, to: Instant) -> Json {
    json!({"segmentType": "plan", "segmentValue": "free", "from": format_instant(from), "to": format_instant(to)})
}

/// Each as `user movement`, of one instant in the order of names.
fn said(answer: &Json) -> Vec<BTreeSet<String>> {
    let mut said: Vec<(String, BTreeSet<String>)> = Vec::new();
    for one in answer["movements"].as_array().expect("a list") {
        let text = |field: &str| one[field].as_str().expect("a text").to_owned();
        let words = format!("{} {}", text("userId"), text("movement"));
        match said.last_mut() {
            Some((at, words_of)) if *at == text("at") => assert!(words_of.insert(words), "twice"),
            _ => said.push((text("at"), BTreeSet::from([words]))),
        }
    }
    said.into_iter().map(|(_, words)| words).collect()
}

fn words(instants: &[&[&str]]) -> Vec<BTreeSet<String>> {
    instants.iter().map(|words| words.iter().map(|word| (*word).to_owned()).collect()).collect()
}

/// `a` stays, `b` leaves and comes back, `c` leaves later than the period.
async fn history(world: &World) {
    change(world, "FREE", &["a", "b", "c"], ago(30)).await;
    change(world, "PRO", &["b"], ago(20)).await;
    change(world, "FREE", &["b", "d"], ago(10)).await;
    change(world, "PRO", &["c"], ago(5)).await;
}

on_both_databases! {
    async fn segment_movements_are_those_of_the_period(world: World) {
        history(&world).await;
        let api = Api::new(&world).await;
        for (from, to, expected, entered, left) in [
            (ago(30), ago(4), words(&[&["c left"], &["b entered", "d entered"], &["b left"], &["a entered", "b entered", "c entered"]]), 5, 2),
            (ago(30), ago(20), words(&[&["a entered", "b entered", "c entered"]]), 3, 0),
            (ago(20), ago(10), words(&[&["b left"]]), 0, 1),
            (ago(10), now(), words(&[&["c left"], &["b entered", "d entered"]]), 2, 1),
            (ago(29), ago(21), vec![], 0, 0),
        ] {
            let answer = api.call(METHOD, free(from, to)).await.expect("a list");
            assert_eq!((said(&answer), &answer["entered"], &answer["left"]), (expected, &json!(entered), &json!(left)), "{from} {to}");
        }
        let first = &api.call(METHOD, free(ago(5), now())).await.expect("a list")["movements"][0];
        assert_eq!((&first["cause"], first["runId"].is_number(), &first["actor"]), (&json!("run"), true, &Json::Null));
        assert_eq!(first["at"], json!(format_instant(ago(5))));
    }

    async fn segment_movements_are_found_by_kind_and_by_person(world: World) {
        history(&world).await;
        let mut params = free(ago(40), now());
        let api = Api::new(&world).await;
        for (movement, query, expected) in [
            (Json::Null, "b", words(&[&["b entered"], &["b left"], &["b entered"]])),
            (json!("left"), "", words(&[&["c left"], &["b left"]])),
            (json!("entered"), "D@EXAMPLE", words(&[&["d entered"]])),
            (json!("left"), "nobody", vec![]),
        ] {
            (params["movement"], params["searchQuery"]) = (movement, json!(query));
            let answer = api.call(METHOD, params.clone()).await.expect("a list");
            assert_eq!(said(&answer), expected, "{params}");
            assert_eq!(answer["entered"], 5, "whatever is searched for");
        }
    }

    async fn segment_movements_come_in_pages(world: World) {
        let ids: Vec<_> = (0..25).map(|number| format!("u{number:02}")).collect();
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        change(&world, "FREE", &ids, ago(30)).await;
        change(&world, "PRO", &ids[..10], ago(20)).await;
        let api = Api::new(&world).await;
        let mut params = free(ago(40), now());
        let whole = said(&api.call(METHOD, params.clone()).await.expect("a list"));
        (params["limit"], params["cursor"]) = (json!(10), Json::Null);
        let (mut pages, mut seen) = (0, BTreeSet::new());
        loop {
            let page = api.call(METHOD, params.clone()).await.expect("a page");
            pages += 1;
            for words in said(&page).into_iter().flatten() {
                assert!(seen.insert(words), "twice");
            }
            match page.get("nextCursor") {
                Some(next) => params["cursor"] = next.clone(),
                None => break,
            }
        }
        assert_eq!((pages, &seen), (4, &whole.into_iter().flatten().collect()));
        let newest_first = said(&api.call(METHOD, free(ago(40), now())).await.expect("a list"));
        let mut forward = params.clone();
        (forward["direction"], forward["limit"], forward["cursor"]) = (json!("asc"), json!(7), Json::Null);
        let mut entries = Vec::new();
        loop {
            let page = api.call(METHOD, forward.clone()).await.expect("a page");
            entries.extend(page["movements"].as_array().expect("a list").clone());
            match page.get("nextCursor") {
                Some(next) => forward["cursor"] = next.clone(),
                None => break,
            }
        }
        let oldest_first = said(&json!({"movements": entries}));
        assert_eq!(oldest_first, newest_first.into_iter().rev().collect::<Vec<_>>());
        forward["direction"] = json!("desc");
        let error = api.call(METHOD, forward).await.expect_err("a cursor of the other direction");
        assert_eq!(error.faults(), ["cursor: expected the nextCursor of a response with the same sort and direction"]);
        params["cursor"] = json!("u1");
        let error = api.call(METHOD, params).await.expect_err("a cursor of another list");
        assert_eq!(error.faults(), ["cursor: expected the nextCursor of an earlier response"]);
    }

    async fn segment_movements_name_admins_and_no_erased_users(world: World) {
        change(&world, "FREE", &["a", "b"], ago(30)).await;
        let exclude = NewOverride {
            user: UserId("a".into()),
            segment: "plan:free".parse().expect("a key"),
            kind: OverrideKind::Exclude,
            reason: None,
            expires_at: None,
        };
        let audit = Audit { actor: "token:ops".into(), ..Audit::of_command("removeUserFromSegment") };
        set(world.database(), &exclude, moment(ago(2)), &audit).await.expect("it is set");
        world.erase("b").await;
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "free", "from": "2020-01-01T00:00:00Z"})).await.expect("a list");
        assert_eq!(said(&answer), words(&[&["a left"], &["a entered"]]));
        let first = &answer["movements"][0];
        assert_eq!((&first["cause"], &first["actor"], &first["runId"]), (&json!("admin"), &json!("token:ops"), &Json::Null));
        assert_eq!((&answer["entered"], &answer["left"]), (&json!(2), &json!(2)), "the erased one counts");
    }

    async fn segment_movements_need_a_period(world: World) {
        let api = Api::new(&world).await;
        let error = api.call(METHOD, free(ago(1), ago(1))).await.expect_err("an empty period");
        assert_eq!(error.faults(), ["from: expected a time before the end of the period"]);
    }
}
