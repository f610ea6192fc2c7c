//! `adminAudience.getUserTimeline`.

use domain::{
    event::{Currency, Event, EventName, Money},
    ids::UserId,
    instant::{Instant, format_instant},
    overrides::OverrideKind,
    profile::{QuizAttempt, User},
};
use integration_tests::{Api, MailWorld, World, ago, moment, now, on_both_databases, user};
use persistence::sync::events::Arrived;
use segmentation_engine::{
    audit::Audit,
    overrides::{NewOverride, set},
    segments::delete::delete,
};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getUserTimeline";

async fn change(world: &World, plan: &str, at: Instant) {
    world.users(&[User { plan: plan.into(), ..user("ann") }]).await;
    world.run(at).await;
}

/// What happened in the segments of plans, in a few words, newest first.
fn said(entries: &Json) -> Vec<String> {
    let entries = entries.as_array().expect("a list").iter();
    entries
        .map(|entry| {
            let what = &entry["what"];
            let name = what["segment"]["name"].as_str().unwrap_or("?");
            let text = |field: &str| what[field].as_str().unwrap_or_default().to_owned();
            match what["kind"].as_str() {
                Some("movement") => format!("{} {name} by {}", text("movement"), text("cause")),
                Some("override") => format!("{} {name}: {}", text("action"), text("reason")),
                Some("event") => format!("{}: {} {}", text("name"), what["amountMinor"], what["currency"]),
                Some("quiz") => format!("{}: {}", text("certification"), what["score"]),
                _ => format!("mail {}", what["facts"]),
            }
        })
        .filter(|words| !words.contains("Churned"))
        .collect()
}

on_both_databases! {
    async fn user_timeline_has_movements_overrides_and_mails(world: World) {
        let mail = MailWorld::new(world).await;
        let world = &mail.world;
        change(world, "FREE", ago(30)).await;
        change(world, "PRO", ago(20)).await;
        let exclude = NewOverride {
            user: UserId("ann".into()),
            segment: "plan:pro".parse().expect("a key"),
            kind: OverrideKind::Exclude,
            reason: Some("asked".into()),
            expires_at: None,
        };
        let audit = Audit { actor: "token:ops".into(), ..Audit::of_command("removeUserFromSegment") };
        set(world.database(), &exclude, moment(ago(10)), &audit).await.expect("it is set");
        for (id, kind, days) in [("e1", "email.sent", 15), ("e2", "email.opened", 14)] {
            let data = json!({"email_id": "m1", "to": ["ann@example.org"], "created_at": format_instant(ago(15))});
            let body = json!({"type": kind, "created_at": format_instant(ago(days)), "data": data}).to_string();
            let arrived = [Arrived { id: id.into(), body }];
            segmentation_engine::sync::events::store(world.database(), &arrived, now()).await.expect("it is stored");
        }
        segmentation_engine::sync::events::apply_waiting(world.database(), now()).await.expect("they are applied");
        let api = Api::new(world).await;
        let answer = api.call(METHOD, json!({"userId": "ann"})).await.expect("a list");
        assert_eq!(said(&answer["entries"]), [
            "left Pro Users by admin",
            "removeUserFromSegment Pro Users: asked",
            r#"mail ["sent","opened"]"#,
            "left Free Users by run",
            "entered Pro Users by run",
            "entered Free Users by run",
        ]);
        assert!(answer.get("nextCursor").is_none());
        // In pages of every size, it is the same.
        let all = answer["entries"].as_array().expect("a list");
        for limit in 1..4 {
            let (mut params, mut seen) = (json!({"userId": "ann", "limit": limit}), Vec::new());
            loop {
                let page = api.call(METHOD, params.clone()).await.expect("a page");
                seen.extend(page["entries"].as_array().expect("a list").clone());
                match page.get("nextCursor") {
                    Some(next) => params["cursor"] = next.clone(),
                    None => break,
                }
            }
            assert_eq!(&seen, all, "{limit} at a time");
        }
    }

    async fn user_timeline_has_what_the_user_did(world: World) {
        change(&world, "FREE", ago(30)).await;
        let event = |id: &str, name: &str, days: i64, minor: Option<i64>| Event {
            id: id.into(),
            user_id: UserId("ann".into()),
            name: EventName::parse(name).expect("a name of events"),
            occurred_at: ago(days),
            amount: minor.map(|minor| Money { minor, currency: Currency::parse("EUR").expect("a currency") }),
            refund_of: (minor < Some(0)).then(|| "p1".into()),
        };
        let events = [event("l1", "login", 9, None), event("p1", "order", 8, Some(2_900)), event("p2", "order", 7, Some(-900))];
        world.record_events(&events).await;
        let quiz = |id: &str, days: i64, score: Option<f64>| QuizAttempt {
            id: id.into(),
            user_id: UserId("ann".into()),
            certification: "AWS-SAA-C03".into(),
            score: Some(score),
            completed_at: ago(days),
        };
        world.attempts(&[quiz("q1", 6, Some(81.5)), quiz("q2", 5, None)]).await;
        let api = Api::new(&world).await;
        let did = [
            "AWS-SAA-C03: null",
            "AWS-SAA-C03: 81.5",
            r#"order: -900 "EUR""#,
            r#"order: 2900 "EUR""#,
            "login: null null",
        ];
        let all = api.call(METHOD, json!({"userId": "ann"})).await.expect("a list");
        assert_eq!(said(&all["entries"]), [did.as_slice(), &["entered Free Users by run"]].concat());
        // Only some kinds, also page by page.
        let mut params = json!({"userId": "ann", "kinds": ["event", "quiz"], "limit": 2});
        let mut seen = Vec::new();
        for _ in 0..3 {
            let page = api.call(METHOD, params.clone()).await.expect("a page");
            seen.extend(said(&page["entries"]));
            params["cursor"] = page["nextCursor"].clone();
        }
        assert_eq!(seen, did);
        let moves = api.call(METHOD, json!({"userId": "ann", "kinds": ["movement"]})).await.expect("a list");
        assert_eq!(said(&moves["entries"]), ["entered Free Users by run"]);
    }

    async fn user_timeline_outlives_segments_and_not_users(world: World) {
        let all = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
        world.custom_segment("mine", "Mine", all).await;
        change(&world, "FREE", ago(3)).await;
        let key = "custom:mine".parse().expect("a key");
        let audit = Audit::of_command("deleteCustomSegment");
        delete(world.database(), &key, moment(now()), &audit).await.expect("it is deleted");
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, json!({"userId": "ann"})).await.expect("a list");
        assert!(said(&answer["entries"]).contains(&"left ? by segment_deleted".to_owned()), "{answer}");
        world.erase("ann").await;
        assert_eq!(api.call(METHOD, json!({"userId": "ann"})).await.expect_err("nobody").code, -32044);
    }
}
