//! `adminAudience.getEngagement`: what became of mails.

use domain::profile::User;
use integration_tests::{MailWorld, ago, now, on_both_databases, user};
use resend_fake::PendingEvent;
use serde_json::{Value as Json, json};

use super::api;

const METHOD: &str = "adminAudience.getEngagement";

/// An event of a mail to one person, days ago.
fn event(id: &str, kind: &str, (mail, to): (&str, &str), days: i64, broadcast: Option<&str>) -> PendingEvent {
    let at = ago(days);
    let body = json!({"type": kind, "created_at": at.to_rfc3339(), "data": {
        "email_id": mail, "to": [to], "broadcast_id": broadcast, "created_at": ago(days + 1).to_rfc3339(),
        "from": "Shop <shop@example.org>", "subject": "News",
    }});
    PendingEvent { id: id.to_owned(), body: body.to_string(), at }
}

fn unsubscribed(id: &str, email: &str, days: i64) -> PendingEvent {
    let at = ago(days);
    let body = json!({"type": "contact.updated", "created_at": at.to_rfc3339(), "data": {
        "id": "1", "email": email, "unsubscribed": true, "created_at": at.to_rfc3339(), "updated_at": at.to_rfc3339(),
    }});
    PendingEvent { id: id.to_owned(), body: body.to_string(), at }
}

/// The numbers that are not 0.
fn numbers(counts: &Json) -> Vec<(String, u64)> {
    let counts = counts.as_object().expect("an object").iter();
    let mut numbers: Vec<_> = counts
        .filter_map(|(name, count)| Some((name.clone(), count.as_u64()?)))
        .filter(|(_, count)| *count > 0)
        .collect();
    numbers.sort();
    numbers
}

fn some(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    counts.sort();
    counts
}

async fn totals(mail: &MailWorld, about: Json) -> Vec<(String, u64)> {
    numbers(&api(mail).await.call(METHOD, about).await.expect("figures")["totals"])
}

fn of(segment: &str, scope: &str) -> Json {
    let (group, value) = segment.split_once(':').expect("a key");
    json!({"segmentType": group, "segmentValue": value, "scope": scope, "days": 30})
}

/// ann and bob are in the segment of free plans for twenty days; bob left it ten days ago.
async fn peopled(mail: &MailWorld) {
    mail.world.users(&[user("ann"), user("bob")]).await;
    mail.world.run(ago(20)).await;
    mail.world.users(&[User { plan: "PREMIUM".into(), ..user("bob") }]).await;
    mail.world.run(ago(10)).await;
    mail.world.run(now()).await;
}

on_both_databases! {
    async fn engagement_is_of_the_members_when_the_mail_was_sent(world: World) {
        let mail = MailWorld::new(world).await;
        peopled(&mail).await;
        let (ann, bob) = (("m1", "ann@example.org"), ("m2", "bob@example.org"));
        mail.arrive(&[
            // Before anybody was a member.
            event("e0", "email.sent", ("m0", "ann@example.org"), 25, None),
            event("e1", "email.sent", ann, 15, None),
            event("e2", "email.sent", bob, 15, None),
            event("e3", "email.delivered", ann, 15, None),
            event("e4", "email.opened", ann, 14, None),
            event("e5", "email.opened", ann, 13, None),
            event("e6", "email.clicked", ann, 13, None),
            event("e7", "email.bounced", bob, 15, None),
            // bob is in another segment by then.
            event("e8", "email.sent", ("m3", "bob@example.org"), 5, None),
            unsubscribed("e9", "ann@example.org", 12),
            // Said again, with other news about the contact.
            unsubscribed("e10", "ann@example.org", 2),
        ]).await;
        mail.sync().await;
        let free = totals(&mail, of("plan:free", "members")).await;
        let expected = [("messages", 2), ("delivered", 1), ("opened", 1), ("opens", 2), ("clicked", 1), ("clicks", 1),
            ("bounced", 1), ("unsubscribed", 1)];
        assert_eq!(free, some(&expected));
        assert_eq!(totals(&mail, of("plan:premium", "members")).await, some(&[("messages", 1)]));
        assert_eq!(totals(&mail, json!({"userId": "ann"})).await, some(&[("messages", 2), ("delivered", 1), ("opened", 1),
            ("opens", 2), ("clicked", 1), ("clicks", 1), ("unsubscribed", 1)]));
        // Nothing was a broadcast.
        assert_eq!(totals(&mail, of("plan:free", "addressed")).await, []);
        let figures = api(&mail).await.call(METHOD, of("plan:free", "members")).await.expect("figures");
        let days: Vec<_> = figures["days"].as_array().expect("a list").iter()
            .filter(|day| !numbers(day).is_empty()).map(|day| day["date"].clone()).collect();
        let day = |days| json!(ago(days).date_naive().to_string());
        assert_eq!(days, [day(15), day(12)], "mails count when they were sent, people when they unsubscribed");
        assert_eq!(figures["days"].as_array().map(Vec::len), Some(30));
        assert_eq!(figures["lastEventAt"], json!(ago(2).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)));
        mail.world.verify().await;
    }

    async fn engagement_does_not_depend_on_the_order_of_events(world: World) {
        let mail = MailWorld::new(world).await;
        peopled(&mail).await;
        let bob = ("m1", "bob@example.org");
        // It was made before bob left the segment, and sent after.
        mail.arrive(&[event("e1", "email.delivered", bob, 10, None)]).await;
        mail.sync().await;
        assert_eq!(totals(&mail, of("plan:free", "members")).await, some(&[("messages", 1), ("delivered", 1)]));
        mail.arrive(&[event("e2", "email.sent", bob, 9, None), event("e1", "email.delivered", bob, 10, None)]).await;
        mail.sync().await;
        assert_eq!(totals(&mail, of("plan:free", "members")).await, []);
        assert_eq!(totals(&mail, of("plan:premium", "members")).await, some(&[("messages", 1), ("delivered", 1)]));
        mail.world.verify().await;
    }

    /// The earliest word counts, whichever arrives first, until the person subscribes again.
    async fn engagement_keeps_the_day_of_an_unsubscription(world: World) {
        let mail = MailWorld::new(world).await;
        peopled(&mail).await;
        let days = async || {
            let figures = api(&mail).await.call(METHOD, of("plan:free", "members")).await.expect("figures");
            let days = figures["days"].as_array().expect("a list").iter();
            days.filter(|day| day["unsubscribed"] != 0).map(|day| day["date"].clone()).collect::<Vec<_>>()
        };
        let day = |days| json!(ago(days).date_naive().to_string());
        for (id, mail_id, sent) in [("e1", "m1", 15), ("e6", "m2", 6)] {
            mail.arrive(&[event(id, "email.sent", (mail_id, "ann@example.org"), sent, None)]).await;
        }
        for (arrived, counted) in [(unsubscribed("e2", "ann@example.org", 5), 5), (unsubscribed("e3", "ann@example.org", 9), 9),
            (unsubscribed("e4", "ann@example.org", 7), 9), (unsubscribed("e5", "ann@example.org", 1), 9)] {
            mail.arrive(&[arrived]).await;
            mail.sync().await;
            assert_eq!(days().await, [day(counted)]);
        }
        mail.world.verify().await;
    }

    async fn engagement_of_broadcasts_is_of_the_segment_they_went_to(world: World) {
        let mail = MailWorld::new(world).await;
        peopled(&mail).await;
        mail.on("plan:free").await;
        mail.sync().await;
        let remote = mail.world.query::<(String,)>("SELECT remote_id FROM segment_sync").await[0].0.clone();
        let (ours, others, gone) = (mail.fake.broadcast(&remote), mail.fake.broadcast("11111111-1111-1111-1111-111111111111"), "gone");
        // One more went to somebody who is no member, by the segment's list of yesterday.
        for (mail_id, to, broadcast) in [("m1", "ann", ours.as_str()), ("m2", "bob", &ours), ("m3", "ann", &others), ("m4", "ann", gone)] {
            let to = format!("{to}@example.org");
            mail.arrive(&[event(&format!("e-{mail_id}"), "email.sent", (mail_id, &to), 1, Some(broadcast))]).await;
        }
        let before = mail.fake.requests().len();
        mail.sync().await;
        let asked = || mail.fake.requests().iter().filter(|request| request.path.contains("broadcasts")).count();
        assert_eq!(asked(), 3, "once for each");
        assert!(mail.fake.requests().len() > before);
        mail.sync().await;
        assert_eq!(asked(), 3, "and never again");
        assert_eq!(totals(&mail, of("plan:free", "addressed")).await, some(&[("messages", 2)]));
        assert_eq!(totals(&mail, of("plan:free", "members")).await, some(&[("messages", 3)]));
        assert_eq!(totals(&mail, json!({"userId": "ann", "scope": "addressed"})).await, some(&[("messages", 1)]));
        assert_eq!(totals(&mail, json!({"userId": "ann"})).await, some(&[("messages", 3)]));
    }

    async fn engagement_keeps_numbers_of_an_erased_person_and_nothing_else(world: World) {
        let mail = MailWorld::new(world).await;
        peopled(&mail).await;
        let sent = event("e1", "email.sent", ("m1", "ann@example.org"), 3, None);
        mail.arrive(&[sent, unsubscribed("e9", "ann@example.org", 2)]).await;
        mail.sync().await;
        api(&mail).await.as_superadmin().await.call("adminAudience.eraseUser", json!({"userId": "ann"})).await.expect("erased");
        // Of somebody who is not there any more.
        mail.arrive(&[event("e2", "email.opened", ("m1", "ann@example.org"), 2, None)]).await;
        mail.sync().await;
        assert_eq!(totals(&mail, of("plan:free", "members")).await, some(&[("messages", 1), ("unsubscribed", 1)]));
        assert!(!format!("{:?}", mail.world.dump().await["email_message"]).contains("ann"));
        api(&mail).await.call(METHOD, json!({"userId": "ann"})).await.expect_err("nobody");
        mail.world.verify().await;
    }

    /// A run that began before the mail was sent says later who was a member.
    async fn engagement_follows_runs_that_are_dated_before(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann")]).await;
        mail.arrive(&[event("e1", "email.sent", ("m1", "ann@example.org"), 3, None)]).await;
        mail.sync().await;
        assert_eq!(totals(&mail, of("plan:free", "members")).await, []);
        mail.world.run(ago(4)).await;
        assert_eq!(totals(&mail, of("plan:free", "members")).await, some(&[("messages", 1)]));
    }

    async fn engagement_is_of_a_segment_or_of_a_user(world: World) {
        let mail = MailWorld::new(world).await;
        let api = api(&mail).await;
        for (params, fault) in [
            (json!({}), "segmentType: is required, unless userId is given"),
            (json!({"segmentType": "plan"}), "segmentValue: is required with segmentType"),
            (json!({"segmentValue": "free"}), "segmentType: is required with segmentValue"),
            (json!({"segmentType": "plan", "segmentValue": "free", "userId": "ann"}), "userId: cannot be used with a segment"),
        ] {
            assert_eq!(api.call(METHOD, params).await.expect_err("a fault").faults(), [fault]);
        }
        api.call(METHOD, json!({"segmentType": "custom", "segmentValue": "none"})).await.expect_err("no such segment");
    }
}
