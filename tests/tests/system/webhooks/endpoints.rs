//! Endpoints that work, and endpoints that do not.

use std::{collections::HashMap, time::Duration};

use domain::{
    shard::Shards,
    webhook::{WebhookEvent, WebhookState},
};
use integration_tests::{Receiver, Reply, World, is_signed, moment, now, on_both_databases, user};
use persistence::webhooks::{endpoints::StoredWebhook, queue};
use segmentation_engine::{
    segments::delete::delete,
    webhooks::{Delivered, WantedSegments, WantedWebhook, WebhookError, delete as delete_webhook, send_test},
};

use super::world::{
    MovedClock, audit, deliver, deliverer, only_heads_are_due, put, saved, settings, stored, try_put, wanted,
};

/// Each is a member of a few segments.
async fn peopled(world: &World, count: usize) {
    let users: Vec<_> = (0..count).map(|number| user(&format!("u{number}"))).collect();
    world.users(&users).await;
    world.run(now()).await;
}

/// A webhook about one segment.
async fn about_one(world: &World, receiver: &Receiver, number: u8) {
    let segments = Some(WantedSegments::Only(vec!["plan:free".parse().expect("a key")]));
    let saved = put(world, &WantedWebhook { segments, ..wanted(receiver) }, number).await;
    receiver.trust(&[saved.secret.expect("a new secret").expose()]);
}

#[test]
fn endpoint_refuses_a_body_that_was_changed() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    // What the libraries of Standard Webhooks test themselves with.
    let headers: HashMap<String, String> = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    assert!(is_signed(secret, &headers, r#"{"test": 2432232314}"#));
    assert!(!is_signed(secret, &headers, r#"{"test": 2432232315}"#));
    assert!(!is_signed("whsec_", &headers, r#"{"test": 2432232314}"#));
}

on_both_databases! {
    async fn endpoint_knows_all_members_in_messages_of_500(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        saved(&world, &receiver, 1).await;
        peopled(&world, 1_100).await;
        let delivered = deliver(&world, &clock).await;
        assert_eq!(receiver.members(), world.memberships().await);
        assert_eq!(receiver.refused(), 0);
        assert!(receiver.most_under_way() <= 4, "{} at a time", receiver.most_under_way());
        assert_eq!(delivered.delivered, receiver.got().len() as u64);
        assert_eq!(receiver.most_came(), 1, "each message once");
        let sizes: Vec<_> = receiver.got().iter().map(|got| got.body["data"]["users"].as_array().expect("users").len()).collect();
        // A message is of one shard. Several share these users, so that none has 500.
        let most = if world.database().shards() == Shards::ONE { 500 } else { 499 };
        assert!(sizes.iter().all(|size| *size <= most) && (most < 500 || sizes.contains(&500)), "{sizes:?}");
        let got = receiver.got().remove(0).body;
        assert_eq!(got["data"]["users"][0]["cause"], "run");
        assert!(got["data"]["runId"].is_number() && got["data"]["users"][0]["email"].is_null());
        assert_eq!(deliver(&world, &clock).await, Delivered::default(), "nothing is left");
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM webhook_outbox").await, [(0,)]);
    }

    async fn endpoint_gets_personal_data_only_if_it_asks(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        let saved = put(&world, &WantedWebhook { is_personal: Some(true), ..wanted(&receiver) }, 1).await;
        receiver.trust(&[saved.secret.expect("a new secret").expose()]);
        let mut ann = user("ann");
        ann.first_name = Some("Ann".into());
        world.users(&[ann]).await;
        world.run(now()).await;
        deliver(&world, &clock).await;
        let told = receiver.got().remove(0).body["data"]["users"][0].clone();
        assert_eq!((told["email"].as_str(), told["firstName"].as_str()), (Some("ann@example.org"), Some("Ann")));
    }

    async fn endpoint_that_fails_gets_the_same_message_again(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        about_one(&world, &receiver, 1).await;
        peopled(&world, 1).await;
        let replies = [Reply::Code(500), Reply::Redirect, Reply::Close, Reply::Hang, Reply::Late(Duration::from_millis(800))];
        let expected = [
            ("answered", Some(500)), ("answered", Some(307)), ("no_answer", None), ("timed_out", None), ("timed_out", None),
        ];
        let pauses = [5, 300, 1_800, 7_200, 18_000];
        for (((reply, (outcome, answer)), pause), attempt) in replies.into_iter().zip(expected).zip(pauses).zip(1..) {
            receiver.reply([reply]);
            assert_eq!(deliver(&world, &clock).await, Delivered { failed: 1, ..Delivered::default() }, "{reply:?}");
            assert_eq!(stored(&world).await, [("waiting".into(), attempt, Some(outcome.to_owned()), answer)]);
            clock.move_on(pause - 1);
            assert_eq!(deliver(&world, &clock).await, Delivered::default(), "not before its time");
            clock.move_on(1);
        }
        receiver.reply([]);
        assert_eq!(deliver(&world, &clock).await.delivered, 1);
        assert_eq!(stored(&world).await, [("delivered".into(), 6, Some("answered".to_owned()), Some(204))]);
        assert_eq!((receiver.got().len(), receiver.most_came()), (1, 6), "one message, six times");
        let failing = "SELECT count(*) FROM webhook WHERE failing_since IS NOT NULL";
        assert_eq!(world.query::<(i64,)>(failing).await, [(0,)]);
    }

    async fn endpoint_that_keeps_failing_is_given_up_and_switched_off(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        about_one(&world, &receiver, 1).await;
        peopled(&world, 1).await;
        receiver.reply([Reply::Code(503); 100]);
        for _ in 0..8 {
            deliver(&world, &clock).await;
            clock.move_on(36_000);
        }
        assert_eq!(stored(&world).await, [("failed".into(), 8, Some("answered".to_owned()), Some(503))]);
        let state = "SELECT state, off_reason FROM webhook";
        assert_eq!(world.query::<(String, Option<String>)>(state).await, [("on".into(), None)], "after {} hours", 70);
        // Five days after the first failure.
        clock.move_on(5 * 86_400);
        let mut moved = user("u0");
        moved.plan = "PRO".into();
        world.users(&[moved]).await;
        world.run(now()).await;
        deliver(&world, &clock).await;
        assert_eq!(world.query::<(String, Option<String>)>(state).await, [("off".into(), Some("failing".into()))]);
        world.users(&[user("u0")]).await;
        world.run(now()).await;
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM webhook_outbox").await, [(0,)], "nobody asks any more");
    }

    async fn endpoint_that_is_gone_is_switched_off(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        let id = saved(&world, &receiver, 1).await;
        peopled(&world, 1).await;
        receiver.reply([Reply::Code(410); 4]);
        deliver(&world, &clock).await;
        let requests = receiver.requests();
        let state = "SELECT state, off_reason FROM webhook";
        assert_eq!(world.query::<(String, Option<String>)>(state).await, [("off".into(), Some("gone".into()))]);
        clock.move_on(86_400);
        deliver(&world, &clock).await;
        assert_eq!(receiver.requests(), requests, "no more");
        // Switched on again, it hears of what happens from now on.
        receiver.reply([]);
        let on = WantedWebhook { id: Some(id), state: Some(WebhookState::On), ..WantedWebhook::default() };
        assert!(put(&world, &on, 1).await.secret.is_none(), "a secret is shown once");
        world.users(&[user("later")]).await;
        world.run(now()).await;
        deliver(&world, &clock).await;
        assert!(receiver.members()["plan:free"].contains("later"));
    }

    async fn endpoint_that_is_slow_holds_up_no_other(world: World) {
        let (slow, quick, clock) = (Receiver::start().await, Receiver::start().await, MovedClock::new());
        saved(&world, &slow, 1).await;
        saved(&world, &quick, 2).await;
        peopled(&world, 3).await;
        slow.reply([Reply::Hang; 1_000]);
        let deliverer = deliverer(&world, &clock);
        let delivering = tokio::spawn(async move { deliverer.deliver().await });
        let members = world.memberships().await;
        for _ in 0..400 {
            if quick.members() == members {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(quick.members(), members, "while the other one hangs");
        assert!(slow.got().is_empty() && slow.most_under_way() <= 4);
        delivering.await.expect("no panic").expect("it is delivered");
    }

    async fn endpoint_gets_each_message_once_from_several_at_once(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        saved(&world, &receiver, 1).await;
        peopled(&world, 600).await;
        let delivering: Vec<_> = (0..4)
            .map(|_| deliverer(&world, &clock))
            .map(|deliverer| tokio::spawn(async move { deliverer.deliver().await.expect("it is delivered") }))
            .collect();
        let mut delivered = 0;
        for one in delivering {
            delivered += one.await.expect("no panic").delivered;
        }
        assert_eq!(receiver.members(), world.memberships().await);
        assert_eq!((receiver.most_came(), receiver.got().len() as u64), (1, delivered));
        assert!(receiver.most_under_way() <= 4, "{} at a time", receiver.most_under_way());
    }

    async fn endpoint_may_know_either_secret_while_it_is_rotated(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        let first = put(&world, &wanted(&receiver), 1).await;
        let (id, old) = (first.webhook.id, first.secret.expect("a new secret"));
        let rotated = WantedWebhook { id: Some(id), rotates_secret: true, ..WantedWebhook::default() };
        let new = put(&world, &rotated, 2).await.secret.expect("another secret");
        // Whoever has the first one would be locked out by a third.
        let day = chrono::TimeDelta::hours(24);
        let too_soon = try_put(&world, &rotated, 3, now() + day - chrono::TimeDelta::seconds(1)).await;
        assert!(matches!(too_soon, Err(WebhookError::RotatedBefore(until)) if until == now() + day));
        for (number, secret) in [old.expose(), new.expose()].into_iter().enumerate() {
            receiver.trust(&[secret]);
            world.users(&[user(&format!("u{number}"))]).await;
            world.run(now()).await;
            assert!(deliver(&world, &clock).await.delivered > 0);
        }
        clock.move_on(86_400);
        receiver.trust(&[old.expose()]);
        world.users(&[user("later")]).await;
        world.run(now()).await;
        assert_eq!(deliver(&world, &clock).await.delivered, 0, "after a day the old one is over");
        assert!(receiver.refused() > 0);
        assert!(try_put(&world, &rotated, 3, now() + day).await.is_ok_and(|saved| saved.secret.is_some()));
    }

    async fn endpoint_that_answers_a_test_works_again(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        let id = saved(&world, &receiver, 1).await;
        peopled(&world, 1).await;
        receiver.reply([Reply::Code(500); 8]);
        deliver(&world, &clock).await;
        let failing = "SELECT count(*) FROM webhook WHERE failing_since IS NOT NULL";
        assert_eq!(world.query::<(i64,)>(failing).await, [(1,)]);
        for (reply, is_failing) in [(Reply::Code(500), true), (Reply::Code(204), false)] {
            receiver.reply([reply]);
            send_test(world.database(), &settings(), &id, "msg_1", now(), &audit()).await.expect("it is sent");
            assert_eq!(world.query::<(i64,)>(failing).await, [(i64::from(is_failing),)], "{reply:?}");
        }
    }

    /// The one of before is gone, and says so after the webhook has a new one.
    async fn endpoint_of_before_does_not_switch_off_the_new_one(world: World) {
        let (former, present, clock) = (Receiver::start().await, Receiver::start().await, MovedClock::new());
        let saved = put(&world, &wanted(&former), 1).await;
        let secret = saved.secret.expect("a new secret");
        former.trust(&[secret.expose()]);
        present.trust(&[secret.expose()]);
        peopled(&world, 1).await;
        former.reply([Reply::LateCode(Duration::from_millis(200), 410); 8]);
        let deliverer = deliverer(&world, &clock);
        let delivering = tokio::spawn(async move { deliverer.deliver().await });
        while former.requests() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let moved = WantedWebhook { id: Some(saved.webhook.id), url: Some(present.url.clone()), ..WantedWebhook::default() };
        assert!(try_put(&world, &moved, 1, now() + chrono::TimeDelta::seconds(1)).await.is_ok());
        delivering.await.expect("no panic").expect("it is delivered");
        assert_eq!(world.query::<(String,)>("SELECT state FROM webhook").await, [("on".to_owned(),)]);
        deliver(&world, &clock).await;
        assert_eq!(present.members(), world.memberships().await, "it is told all of it");
    }

    async fn endpoint_is_told_nothing_from_before_its_webhook(world: World) {
        let (first, second, clock) = (Receiver::start().await, Receiver::start().await, MovedClock::new());
        saved(&world, &first, 1).await;
        peopled(&world, 3).await;
        // Nothing was delivered yet.
        saved(&world, &second, 2).await;
        deliver(&world, &clock).await;
        assert_eq!(first.members(), world.memberships().await);
        assert!(second.got().is_empty(), "{:?}", second.got());
        world.users(&[user("later")]).await;
        world.run(now()).await;
        deliver(&world, &clock).await;
        assert_eq!(second.members()["plan:free"].iter().collect::<Vec<_>>(), ["later"]);
    }

    /// After a restore, numbers are used again. The receiver has seen them, and must not take the new messages for old ones.
    async fn endpoint_never_sees_an_id_again_after_a_restore(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        saved(&world, &receiver, 1).await;
        peopled(&world, 2).await;
        deliver(&world, &clock).await;
        world.execute("DELETE FROM webhook_delivery").await;
        world.execute(match world.database().is_embedded() {
            true => "UPDATE sqlite_sequence SET seq = 0 WHERE name = 'webhook_outbox'",
            false => "ALTER TABLE webhook_outbox ALTER COLUMN no RESTART",
        }).await;
        clock.move_on(1);
        world.users(&[user("later")]).await;
        world.run(now()).await;
        deliver(&world, &clock).await;
        let ids: Vec<_> = receiver.got().into_iter().map(|got| got.id).collect();
        let numbers: std::collections::BTreeSet<_> = ids.iter().filter_map(|id| id.split('_').nth(1)).collect();
        assert!(numbers.len() < ids.len(), "numbers come again: {ids:?}");
        assert_eq!((receiver.most_came(), receiver.requests()), (1, u32::try_from(ids.len()).expect("few")));
        assert!(receiver.got().iter().any(|got| got.body.to_string().contains("later")));
    }

    async fn endpoint_gets_the_messages_of_a_segment_one_by_one(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        about_one(&world, &receiver, 1).await;
        for number in 0..5 {
            world.users(&[user(&format!("u{number}"))]).await;
            world.run(now()).await;
        }
        receiver.reply([Reply::Code(500); 20]);
        deliver(&world, &clock).await;
        only_heads_are_due(&world).await;
        clock.move_on(5);
        receiver.reply(std::iter::once(Reply::Code(204)).chain([Reply::Code(500); 20]));
        deliver(&world, &clock).await;
        only_heads_are_due(&world).await;
        assert!(receiver.most_under_way() <= u32::from(world.database().shards().count()), "one of each shard at a time");
    }

    async fn endpoint_of_a_deleted_segment_is_told_that_everybody_left(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        let level = serde_json::json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
        world.custom_segment("all", "All", level).await;
        let keys = ["custom:all", "plan:free"].map(|key| key.parse().expect("a key"));
        let of_both = WantedWebhook { segments: Some(WantedSegments::Only(keys.to_vec())), ..wanted(&receiver) };
        let saved = put(&world, &of_both, 1).await;
        receiver.trust(&[saved.secret.expect("a new secret").expose()]);
        peopled(&world, 3).await;
        delete(world.database(), &keys[0], moment(now()), &audit()).await.expect("it is deleted");
        let id = saved.webhook.id;
        let listed = "SELECT CAST(segments AS text) FROM webhook";
        assert_eq!(world.query::<(String,)>(listed).await[0].0.replace(' ', ""), r#"["plan:free"]"#);
        deliver(&world, &clock).await;
        assert_eq!(receiver.members(), world.memberships().await.into_iter().filter(|(key, _)| key == "plan:free").collect());
        // Saved again, it keeps to the segments that are left.
        put(&world, &WantedWebhook { id: Some(id), is_personal: Some(false), ..WantedWebhook::default() }, 1).await;
        assert_eq!(world.query::<(String,)>(listed).await[0].0.replace(' ', ""), r#"["plan:free"]"#);
    }

    /// The copy has seen the webhook, and whoever deletes it does not see what is copied.
    async fn endpoint_that_is_deleted_during_a_copy_leaves_nothing(world: World) {
        let receiver = Receiver::start().await;
        let id = saved(&world, &receiver, 1).await;
        peopled(&world, 3).await;
        let tx = world.database().begin().await.expect("a transaction");
        queue::distribute(&tx, now()).await.expect("it is copied");
        let database = world.database().clone();
        let deleting = tokio::spawn(async move { delete_webhook(&database, &id, now(), &audit()).await });
        // Long enough that it has begun. It waits.
        tokio::time::sleep(Duration::from_millis(200)).await;
        tx.commit().await.expect("a commit");
        deleting.await.expect("no panic").expect("it is deleted");
        let left = "SELECT (SELECT count(*) FROM webhook_delivery) + (SELECT count(*) FROM webhook_interest)";
        assert_eq!(world.query::<(i64,)>(left).await, [(0,)]);
    }

    async fn endpoint_that_is_deleted_takes_the_ids_of_erased_people_along(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        let id = saved(&world, &receiver, 1).await;
        peopled(&world, 2).await;
        world.erase("u0").await;
        receiver.reply([Reply::Code(500); 20]);
        deliver(&world, &clock).await;
        let kept = "SELECT user_id FROM webhook_erased_user";
        assert_eq!(world.query::<(String,)>(kept).await, [("u0".to_owned(),)], "it has not heard of it");
        delete_webhook(world.database(), &id, now(), &audit()).await.expect("it is deleted");
        assert_eq!(world.query::<(String,)>(kept).await, []);
    }

    async fn endpoint_keeps_what_a_change_of_it_leaves_out(world: World) {
        let receiver = Receiver::start().await;
        let segments = vec!["plan:free".parse().expect("a key")];
        let all = WantedWebhook {
            segments: Some(WantedSegments::Only(segments.clone())),
            is_personal: Some(true),
            state: Some(WebhookState::Off),
            ..wanted(&receiver)
        };
        let before = put(&world, &all, 1).await.webhook;
        let changed = |wanted: WantedWebhook| WantedWebhook { id: Some(before.id.clone()), ..wanted };
        let url = format!("{}?key=1", receiver.url);
        let after = put(&world, &changed(WantedWebhook { url: Some(url.clone()), ..WantedWebhook::default() }), 1).await.webhook;
        assert_eq!(after, StoredWebhook { url, ..before.clone() });
        let of_all = WantedWebhook { segments: Some(WantedSegments::All), ..WantedWebhook::default() };
        assert_eq!(put(&world, &changed(of_all), 1).await.webhook.segments, None);
        for (new, lacks) in [
            (WantedWebhook { url: None, ..wanted(&receiver) }, "url"),
            (WantedWebhook { events: None, ..wanted(&receiver) }, "events"),
        ] {
            assert!(matches!(try_put(&world, &new, 2, now()).await, Err(WebhookError::Incomplete(what)) if what == lacks));
        }
    }

    async fn endpoint_is_told_of_definitions_and_failed_runs(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        let events = Some(vec![WebhookEvent::DefinitionChanged, WebhookEvent::RunFailed]);
        let saved = put(&world, &WantedWebhook { events, ..wanted(&receiver) }, 1).await;
        receiver.trust(&[saved.secret.expect("a new secret").expose()]);
        let all = serde_json::json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
        world.custom_segment("all", "All", all).await;
        world.run(now()).await;
        world.execute("UPDATE segmentation_run SET state = 'running'").await;
        world.expire_leases().await;
        world.run(now()).await;
        deliver(&world, &clock).await;
        // They are not about the same segment, so they come in any order.
        let said = |got: integration_tests::Got| (got.body["type"].to_string(), got.body["data"].clone());
        let got: std::collections::BTreeMap<_, _> = receiver.got().into_iter().map(said).collect();
        assert_eq!(got.len(), 2);
        assert_eq!(got["\"segment.definition_changed\""]["segment"]["value"], "all");
        assert!(got["\"run.failed\""]["runId"].is_number());
    }

    async fn endpoint_in_a_private_network_is_refused(world: World) {
        for (url, said) in [
            ("https://10.0.0.1/hook", "private"),
            ("https://169.254.169.254/latest/meta-data", "private"),
            ("http://hooks.example.org/", "https"),
            ("https://user:pass@hooks.example.org/", "password"),
        ] {
            let receiver = Receiver::start().await;
            let wanted = WantedWebhook { url: Some(url.into()), ..wanted(&receiver) };
            let refused = try_put(&world, &wanted, 1, now()).await;
            let Err(refused @ WebhookError::Endpoint(_)) = refused.map(|_| ()) else { panic!("{url} is accepted") };
            assert!(refused.to_string().contains(said), "{refused}");
        }
    }
}
