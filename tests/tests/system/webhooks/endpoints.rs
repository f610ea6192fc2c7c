//! Endpoints that work, and endpoints that do not.

use std::{collections::HashMap, time::Duration};

use domain::{
    shard::Shards,
    webhook::{WebhookEvent, WebhookState},
};
use integration_tests::{Receiver, Reply, World, is_signed, now, on_both_databases, user};
use segmentation_engine::webhooks::{Delivered, WantedWebhook, WebhookError, save};

use super::world::{MovedClock, audit, deliver, deliverer, put, saved, settings, stored, wanted};

/// Each is a member of a few segments.
async fn peopled(world: &World, count: usize) {
    let users: Vec<_> = (0..count).map(|number| user(&format!("u{number}"))).collect();
    world.users(&users).await;
    world.run(now()).await;
}

/// A webhook about one segment.
async fn about_one(world: &World, receiver: &Receiver, number: u8) {
    let segments = Some(vec!["plan:free".parse().expect("a key")]);
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
        let saved = put(&world, &WantedWebhook { is_personal: true, ..wanted(&receiver) }, 1).await;
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
        let on = WantedWebhook { id: Some(id), state: WebhookState::On, ..wanted(&receiver) };
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
        let rotated = WantedWebhook { id: Some(id), rotates_secret: true, ..wanted(&receiver) };
        let new = put(&world, &rotated, 2).await.secret.expect("another secret");
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
    }

    async fn endpoint_is_told_of_definitions_and_failed_runs(world: World) {
        let (receiver, clock) = (Receiver::start().await, MovedClock::new());
        let events = vec![WebhookEvent::DefinitionChanged, WebhookEvent::RunFailed];
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
            let wanted = WantedWebhook { url: url.into(), ..wanted(&receiver) };
            let random = segmentation_engine::webhooks::Random { id: [1; 12], secret: [1; 32] };
            let refused = save(world.database(), &wanted, settings().reach, &random, now(), &audit()).await;
            let Err(refused @ WebhookError::Endpoint(_)) = refused.map(|_| ()) else { panic!("{url} is accepted") };
            assert!(refused.to_string().contains(said), "{refused}");
        }
    }
}
