//! `POST /api/webhooks/resend`: what the mail service says, and what others pretend that it says.

use std::time::Duration;

use axum::http::Response;
use chrono::TimeDelta;
use integration_tests::{Api, MailWorld, Server, World, now, on_both_databases, post_event, user};
use resend_fake::{Fake, PendingEvent};
use segmentation_engine::sync::settings::{SyncSettings, signature::sign};
use serde_json::json;

use super::api;

const PATH: &str = "/api/webhooks/resend";
/// Events about one mail, so that each is applied alone.
const WAITING: i64 = 1_000;

fn settings(secrets: &str) -> SyncSettings {
    SyncSettings::read(|variable| (variable == "RESEND_WEBHOOK_SECRET").then(|| secrets.to_owned()))
        .expect("good secrets")
}

async fn post(api: &Api, headers: &[(&str, &str)], body: &str) -> u16 {
    send(api, "POST", headers, body).await.status().as_u16()
}

async fn send(api: &Api, method: &str, headers: &[(&str, &str)], body: &str) -> Response<String> {
    api.send(method, PATH, headers, body.to_owned()).await
}

/// As the mail service sends it.
async fn deliver(api: &Api, event: &PendingEvent) -> u16 {
    let headers = event.headers(now());
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post(api, &headers, &event.body).await
}

async fn stored(world: &World) -> i64 {
    world.query::<(i64,)>("SELECT count(*) FROM webhook_event").await[0].0
}

on_both_databases! {
    async fn webhook_applies_what_is_signed_within_a_second(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann"), user("bob")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        mail.fake.take_events();
        mail.fake.unsubscribe("ann@example.org");
        let api = api(&mail).await;
        for event in mail.fake.take_events() {
            for _ in 0..2 {
                assert_eq!(deliver(&api, &event).await, 200);
            }
        }
        for _ in 0..200 {
            if mail.world.query::<(i64,)>("SELECT count(*) FROM suppression").await == [(1,)] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let states = mail.world.query::<(String, Option<String>)>("SELECT state, body FROM webhook_event").await;
        assert_eq!(states, [("done".to_owned(), None)]);
        // It is counted once it is applied, though it came twice.
        let counted = "audience_webhook_events_total{type=\"contact.updated\",outcome=\"done\"} 1";
        for attempt in 0.. {
            let metrics = api.request("GET", "/metrics", &[]).await;
            if metrics.body().lines().any(|line| line == counted) {
                break;
            }
            assert!(attempt < 200, "{counted} is not in {}", metrics.body());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(mail.sync().await.counts.left, 1);
        mail.is_at_rest("by webhook").await;
    }

    async fn webhook_refuses_what_is_not_signed(world: World) {
        let api = Api::with_mail(&world, now(), settings(Fake::SECRET)).await;
        let body = json!({"type": "contact.updated", "data": {}}).to_string();
        let time = now().timestamp().to_string();
        let signature = sign(Fake::SECRET, "msg_1", now(), &body).expect("a signature");
        let good = [("svix-id", "msg_1"), ("svix-timestamp", &time), ("svix-signature", &signature)];
        let other = sign("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "msg_1", now(), &body).expect("a signature");
        let late = now().timestamp() - 301;
        let (late_text, early_text) = (late.to_string(), (now().timestamp() + 301).to_string());
        let signed_late = sign(Fake::SECRET, "msg_1", now() - TimeDelta::seconds(301), &body).expect("a signature");
        let signed_early = sign(Fake::SECRET, "msg_1", now() + TimeDelta::seconds(301), &body).expect("a signature");
        for (headers, said) in [
            (vec![], "no headers"),
            (vec![good[0], good[1]], "no signature"),
            (vec![good[0], good[0], good[1], good[2]], "an id twice"),
            (vec![good[0], good[1], ("svix-signature", other.as_str())], "another secret"),
            (vec![("svix-id", "msg_2"), good[1], good[2]], "another id"),
            (vec![good[0], ("svix-timestamp", late_text.as_str()), ("svix-signature", signed_late.as_str())], "late"),
            (vec![good[0], ("svix-timestamp", early_text.as_str()), ("svix-signature", signed_early.as_str())], "early"),
            (vec![good[0], ("svix-timestamp", "-9223372036854775808"), good[2]], "a hostile time"),
            (vec![good[0], ("svix-timestamp", ""), good[2]], "no time"),
            (vec![good[0], good[1], ("svix-signature", "v1,")], "an empty signature"),
            (vec![good[0], good[1], ("svix-signature", signature.strip_prefix("v1,").expect("a version"))], "no version"),
        ] {
            assert_eq!(post(&api, &headers, &body).await, 401, "{said}");
        }
        assert_eq!(post(&api, &good, &format!("{body} ")).await, 401, "another body");
        assert_eq!(stored(&world).await, 0);
        let both = format!("v1,AAAA {signature}");
        assert_eq!(post(&api, &[good[0], good[1], ("svix-signature", both.as_str())], &body).await, 200);
        assert_eq!(stored(&world).await, 1);
    }

    async fn webhook_answers_by_the_book(world: World) {
        let without = Api::with_mail(&world, now(), SyncSettings::NONE).await;
        for method in ["GET", "POST"] {
            assert_eq!(send(&without, method, &[], "").await.status(), 404, "without a secret, {method}");
        }
        let api = Api::with_mail(&world, now(), settings(Fake::SECRET)).await;
        for method in ["GET", "PUT", "DELETE"] {
            let answer = send(&api, method, &[], "").await;
            assert_eq!((answer.status().as_u16(), answer.headers()["allow"].as_bytes()), (405, &b"POST"[..]));
        }
        assert_eq!(post(&api, &[], &"x".repeat((256 << 10) + 1)).await, 413);
        let floods = futures_util::future::join_all((0..200).map(|_| post(&api, &[], "{}"))).await;
        assert!(floods.contains(&429) && floods.iter().all(|status| [401, 429].contains(status)), "{floods:?}");
    }

    /// Sending it again would not mend it.
    async fn webhook_keeps_what_it_cannot_read(world: World) {
        let api = Api::with_mail(&world, now(), settings(Fake::SECRET)).await;
        for (number, body) in ["", "[]", "{}", "{\"type\": 5}", "no JSON", "a\u{0}b", "{\"type\":\"domain.created\",\"data\":{}}"].iter().enumerate() {
            let event = PendingEvent { id: format!("msg_{number}"), body: (*body).to_owned(), at: now() };
            assert_eq!(deliver(&api, &event).await, 200, "{body:?}");
        }
        for _ in 0..200 {
            if world.query::<(i64,)>("SELECT count(*) FROM webhook_event WHERE state = 'waiting'").await == [(0,)] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let states = world.query::<(String, i64)>("SELECT state, count(*) FROM webhook_event GROUP BY state ORDER BY state").await;
        assert_eq!(states, [("failed".to_owned(), 6), ("ignored".to_owned(), 1)]);
    }

    /// And after a kill, another server applies what is stored, once.
    async fn webhook_answers_while_others_wait_for_their_effects(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann")]).await;
        for _ in 0..WAITING {
            mail.fake.mail_event("email.opened", "ann@example.org", Some("mail_1"), None);
        }
        mail.all_arrive().await;
        mail.fake.mail_event("email.clicked", "ann@example.org", Some("mail_1"), None);
        let last = mail.fake.take_events().remove(0);
        let waiting = || async {
            mail.world.query::<(i64,)>("SELECT count(*) FROM webhook_event WHERE state = 'waiting'").await[0].0
        };
        let server = || Server::with_webhook(&mail.world.test_database.url, Fake::SECRET, &[]);
        let killed = server();
        while waiting().await == WAITING {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(killed.send(&post_event(&last, "close")).await.0, 200);
        assert!(waiting().await > 1, "others wait before it");
        drop(killed);
        let next = server();
        assert_eq!(next.send(&post_event(&last, "close")).await.0, 200, "it is known");
        while waiting().await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let counted = mail.world.query::<(i32, i32)>("SELECT opens, clicks FROM email_message").await;
        assert_eq!(counted, [(i32::try_from(WAITING).expect("a few"), 1)], "each once");
    }

    async fn webhook_takes_an_id_once_however_many_bring_it_at_once(world: World) {
        let api = Api::with_mail(&world, now(), settings(Fake::SECRET)).await;
        let event = PendingEvent { id: "msg_1".into(), body: json!({"type": "email.opened", "data": {}}).to_string(), at: now() };
        let answers = futures_util::future::join_all((0..300).map(|_| deliver(&api, &event))).await;
        assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
        assert_eq!(stored(&world).await, 1);
    }

    async fn webhook_knows_two_secrets_while_one_is_changed(world: World) {
        let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let api = Api::with_mail(&world, now(), settings(&format!("{other},{}", Fake::SECRET))).await;
        for (id, secret) in [("msg_1", other), ("msg_2", Fake::SECRET)] {
            let signature = sign(secret, id, now(), "{}").expect("a signature");
            let time = now().timestamp().to_string();
            assert_eq!(post(&api, &[("svix-id", id), ("svix-timestamp", &time), ("svix-signature", &signature)], "{}").await, 200);
        }
    }
}
