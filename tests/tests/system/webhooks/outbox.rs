//! The outbox has every change of a membership that a webhook asks for, and nothing else.

use std::collections::BTreeSet;

use domain::{
    ids::{SegmentId, UserId},
    overrides::OverrideKind,
    segment::SegmentKey,
    webhook::{WebhookEvent, WebhookId, WebhookState},
};
use integration_tests::{World, moment, now, on_both_databases, user};
use persistence::webhooks::endpoints::{self, StoredWebhook};
use segmentation_engine::{
    audit::Audit,
    overrides::{NewOverride, set},
    segments::{
        delete::delete,
        save::{ProposedSegment, create},
    },
};
use serde_json::json;

fn audit() -> Audit {
    Audit { actor: "token:ops".into(), action: "test".into(), request_id: None, shell: None }
}

async fn listen(world: &World, events: &[WebhookEvent], segments: Option<&[SegmentId]>) {
    let keys = segments.map(|_| Vec::new());
    let webhook = StoredWebhook {
        id: WebhookId("wh_1".into()),
        url: "https://hooks.example.org".into(),
        events: events.to_vec(),
        segments: keys,
        is_personal: false,
        secret: "whsec_".into(),
        former: None,
        state: WebhookState::On,
        off_reason: None,
        failing_since: None,
        delivered_at: None,
        created_at: now(),
        changed_by: "a test".into(),
        changed_at: now(),
    };
    let tx = world.database().begin_definition_change(domain::shard::Shard::FIRST).await.expect("a transaction");
    endpoints::put(&tx, &webhook, segments.unwrap_or_default()).await.expect("it is stored");
    tx.commit().await.expect("a commit");
}

/// What a receiver would know after all of the outbox: numbers of users and segments.
async fn told(world: &World) -> BTreeSet<(i64, i32)> {
    let sql = "SELECT event, segment_id, user_numbers FROM webhook_outbox ORDER BY no";
    let mut members = BTreeSet::new();
    for (event, segment, users) in world.query::<(String, i32, String)>(sql).await {
        let users: Vec<i64> = serde_json::from_str(&users).expect("numbers");
        assert!((1..=500).contains(&users.len()), "{} users", users.len());
        for user in users {
            match event.as_str() {
                "segment.entered" => assert!(members.insert((user, segment)), "{user} enters {segment} twice"),
                "segment.left" => assert!(members.remove(&(user, segment)), "{user} leaves {segment} twice"),
                _ => panic!("{event} is about no members"),
            }
        }
    }
    members
}

async fn members(world: &World) -> BTreeSet<(i64, i32)> {
    let sql = "SELECT user_no, segment_id FROM user_segment WHERE removed_at IS NULL";
    world.query(sql).await.into_iter().collect()
}

async fn everything_happens(world: &World) {
    let users: Vec<_> = (0..1_200).map(|number| user(&format!("u{number}"))).collect();
    world.users(&users).await;
    world.run(now()).await;
    let definition = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 1}]});
    let proposed = ProposedSegment { name: "All".into(), description: None, definition };
    create(world.database(), "all", &proposed, moment(now()), &audit()).await.expect("the segment is made");
    for (segment, kind) in [("plan:pro", OverrideKind::Include), ("plan:free", OverrideKind::Exclude)] {
        let segment = segment.parse().expect("a key");
        let new = NewOverride { user: UserId("u1".into()), segment, kind, reason: None, expires_at: None };
        set(world.database(), &new, moment(now()), &audit()).await.expect("the override is set");
    }
    let mut moved = user("u2");
    moved.plan = "PRO".into();
    world.users(&[moved]).await;
    world.run(now()).await;
    world.erase("u3").await;
}

on_both_databases! {
    async fn outbox_is_empty_without_a_webhook(world: World) {
        everything_happens(&world).await;
        for table in ["webhook_outbox", "webhook_delivery", "webhook_erased_user"] {
            assert_eq!(world.query::<(i64,)>(&format!("SELECT count(*) FROM {table}")).await, [(0,)], "{table}");
        }
    }

    async fn outbox_has_each_change_of_a_membership(world: World) {
        listen(&world, &[WebhookEvent::SegmentEntered, WebhookEvent::SegmentLeft], None).await;
        everything_happens(&world).await;
        assert_eq!(told(&world).await, members(&world).await);
        let key: SegmentKey = "custom:all".parse().expect("a key");
        delete(world.database(), &key, moment(now()), &audit()).await.expect("the segment is deleted");
        assert_eq!(told(&world).await, members(&world).await, "after the segment is deleted");
        let erased = world.query::<(String,)>("SELECT user_id FROM webhook_erased_user").await;
        assert_eq!(erased, [("u3".to_owned(),)], "until it is delivered");
        let segments = world.query::<(String,)>("SELECT DISTINCT segment FROM webhook_outbox").await;
        assert!(segments.contains(&("custom:all".to_owned(),)), "{segments:?}");
    }

    async fn outbox_has_only_what_is_asked_for(world: World) {
        let free = world.segment("plan:free").await;
        listen(&world, &[WebhookEvent::SegmentLeft, WebhookEvent::DefinitionChanged], Some(&[free])).await;
        everything_happens(&world).await;
        let rows = world.query::<(String, i32, String)>("SELECT event, segment_id, user_numbers FROM webhook_outbox ORDER BY no").await;
        let left: Vec<i64> = rows.iter().flat_map(|(_, _, users)| serde_json::from_str::<Vec<i64>>(users).expect("numbers")).collect();
        assert!(rows.iter().all(|(event, segment, _)| event == "segment.left" && *segment == free.0), "{rows:?}");
        let mut expected = Vec::new();
        for id in ["u1", "u2"] {
            expected.push(world.no(id).await.0);
        }
        assert_eq!(left.len(), 3, "u1, u2 and the erased one");
        assert!(expected.iter().all(|user| left.contains(user)));
    }

    async fn outbox_has_definitions_and_failed_runs(world: World) {
        listen(&world, &[WebhookEvent::DefinitionChanged, WebhookEvent::RunFailed], None).await;
        everything_happens(&world).await;
        let rows = world.query::<(String, String)>("SELECT event, segment FROM webhook_outbox ORDER BY no").await;
        assert_eq!(rows, [("segment.definition_changed".to_owned(), "custom:all".to_owned())]);
        let latest = "id = (SELECT max(id) FROM segmentation_run)";
        world.execute(&format!("UPDATE segmentation_run SET state = 'running' WHERE {latest}")).await;
        world.expire_leases().await;
        world.run(now()).await;
        let rows = world.query::<(String, i64)>("SELECT event, run_id FROM webhook_outbox WHERE run_id IS NOT NULL").await;
        assert_eq!(rows.len(), 1, "the run whose process died");
        assert_eq!(rows[0].0, "run.failed");
    }
}
