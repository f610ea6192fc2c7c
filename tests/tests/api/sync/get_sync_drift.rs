//! `adminAudience.getSyncDrift`, and where members stand in the other lists.

use integration_tests::{MailWorld, on_both_databases, user};
use serde_json::{Value as Json, json};

use super::api;

const METHOD: &str = "adminAudience.getSyncDrift";

fn free(more: Json) -> Json {
    integration_tests::streaks::merged(json!({"segmentType": "plan", "segmentValue": "free"}), more)
}

fn emails(people: &Json) -> Vec<&str> {
    people.as_array().expect("a list").iter().map(|one| one["email"].as_str().expect("an address")).collect()
}

async fn synced(mail: &MailWorld) {
    let mut nowhere = user("nowhere");
    nowhere.email = "nowhere".into();
    let mut refused = user("refused");
    refused.email = "refused@-".into();
    mail.world.users(&[user("ann"), user("bob"), user("cleo"), nowhere, refused]).await;
    mail.evaluate().await;
    mail.on("plan:free").await;
    mail.sync().await;
    mail.fake.unsubscribe("ann@example.org");
    mail.all_arrive().await;
    mail.sync().await;
}

on_both_databases! {
    async fn sync_drift_lists_who_is_held_with_the_reason(world: World) {
        let mail = MailWorld::new(world).await;
        synced(&mail).await;
        let api = api(&mail).await;
        let held = api.call(METHOD, free(json!({"kind": "held"}))).await.expect("a list");
        let mut why: Vec<_> = held["people"].as_array().expect("a list").iter()
            .map(|one| (one["userId"].as_str().expect("an id"), one["why"].as_str().expect("a reason"))).collect();
        // In the order of shards.
        why.sort_unstable();
        assert_eq!(why, [("ann", "suppressed"), ("nowhere", "no_address"), ("refused", "refused")]);
        let suppressed = api.call(METHOD, free(json!({"kind": "held", "reason": "suppressed"}))).await.expect("a list");
        assert_eq!(emails(&suppressed["people"]), ["ann@example.org"]);
        let [suppression] = suppressed["people"][0]["suppressions"].as_array().expect("a list").as_slice() else {
            panic!("one reason");
        };
        assert_eq!(suppression["reason"], "unsubscribed");
        assert_eq!(suppression["mayBeCleared"], "atTheMailService");
        let refused = api.call(METHOD, free(json!({"kind": "held", "reason": "refused"}))).await.expect("a list");
        assert!(refused["people"][0]["since"].is_string(), "when it was refused");
        assert_eq!(refused["people"][0]["suppressions"], json!([]));
        let (mut cursor, mut paged) = (Json::Null, 0);
        loop {
            let page = api.call(METHOD, free(json!({"kind": "held", "limit": 1, "cursor": cursor}))).await.expect("a page");
            paged += emails(&page["people"]).len();
            cursor = page["nextCursor"].clone();
            if cursor.is_null() {
                break;
            }
        }
        assert_eq!(paged, 3);
        let wrong = api.call(METHOD, free(json!({"kind": "extra", "reason": "refused"}))).await.expect_err("it is of held ones");
        assert_eq!(wrong.faults(), ["reason: can only be used with kind held"]);
    }

    async fn sync_drift_lists_whom_a_full_sync_has_missed_and_found(world: World) {
        let mail = MailWorld::new(world).await;
        synced(&mail).await;
        let segment = mail.fake.state().segments.keys().next().cloned().expect("a segment");
        mail.fake.remove_from_segment("bob@example.org", &segment);
        for email in ["friend@example.org", "guest@example.org"] {
            mail.fake.foreign_contact(email);
            mail.fake.add_to_segment(email, &segment);
        }
        mail.full().await;
        let api = api(&mail).await;
        let missing = api.call(METHOD, free(json!({"kind": "missing"}))).await.expect("a list");
        assert_eq!((emails(&missing["people"]), &missing["people"][0]["userId"]), (vec!["bob@example.org"], &json!("bob")));
        let extra = api.call(METHOD, free(json!({"kind": "extra", "limit": 1}))).await.expect("a list");
        let more = api.call(METHOD, free(json!({"kind": "extra", "cursor": extra["nextCursor"]}))).await.expect("a list");
        let mut all = [emails(&extra["people"]), emails(&more["people"])].concat();
        all.sort_unstable();
        assert_eq!(all, ["friend@example.org", "guest@example.org"]);
        assert_eq!((&extra["people"][0]["userId"], &more["nextCursor"]), (&Json::Null, &Json::Null));
        mail.full().await;
        let missing = api.call(METHOD, free(json!({"kind": "missing"}))).await.expect("a list");
        assert_eq!(missing["people"], json!([]), "he was put back");
    }

    /// The same words in the list, the export, the segment and the explanation.
    async fn sync_is_seen_wherever_members_are(world: World) {
        let mail = MailWorld::new(world).await;
        synced(&mail).await;
        let api = api(&mail).await;
        let of = |list: &Json| -> Vec<(String, Json)> {
            let users = list["users"].as_array().expect("a list").iter();
            let mut users: Vec<_> = users.map(|user| (user["id"].as_str().expect("an id").to_owned(), user["mail"].clone())).collect();
            users.sort_by(|one, other| one.0.cmp(&other.0));
            users
        };
        let users = "adminAudience.getSegmentUsers";
        let all = of(&api.call(users, free(json!({}))).await.expect("a list"));
        let expected = [
            ("ann", json!({"state": "held", "why": "suppressed"})), ("bob", json!({"state": "delivered"})),
            ("cleo", json!({"state": "delivered"})), ("nowhere", json!({"state": "held", "why": "no_address"})),
            ("refused", json!({"state": "held", "why": "refused"})),
        ];
        assert_eq!(all, expected.map(|(id, mail)| (id.to_owned(), mail)));
        let reachable = api.call(users, free(json!({"mail": "reachable", "searchQuery": "example"}))).await.expect("a list");
        assert_eq!((of(&reachable).len(), &reachable["total"]), (2, &json!(2)));
        let held = api.call(users, free(json!({"mail": "held"}))).await.expect("a list");
        assert_eq!((of(&held).len(), &held["total"]), (3, &json!(3)));
        let export = "adminAudience.exportSegmentUsers";
        let csv = api.call(export, free(json!({"mail": "reachable", "mailStatus": true}))).await.expect("a file");
        let rows: Vec<_> = csv["csv"].as_str().expect("a text").lines().map(|line| line.rsplit(',').next().unwrap_or("")).collect();
        assert_eq!((rows, &csv["totalCount"]), (vec!["Mail Status", "delivered", "delivered"], &json!(2)));
        let plain = api.call(export, free(json!({}))).await.expect("a file");
        assert!(!plain["csv"].as_str().expect("a text").contains("Mail"), "nothing changes for callers of before");
        let segment = api.call("adminAudience.getSegment", free(json!({}))).await.expect("a segment");
        assert_eq!((&segment["sync"]["delivered"], &segment["sync"]["held"]), (&json!(2), &json!({"suppressed": 1, "noAddress": 1, "refused": 1})));
        let listed = api.call("adminAudience.getSegments", json!({})).await.expect("a list");
        let listed = listed["segments"].as_array().expect("a list").iter().filter(|one| !one["sync"].is_null()).count();
        assert_eq!(listed, 1);
        let why = api.call("adminAudience.explainUser", free(json!({"userId": "ann"}))).await.expect("an explanation");
        assert_eq!(
            (&why["mail"]["reachable"], &why["mail"]["suppressions"][0]["reason"], &why["mail"]["suppressions"][0]["origin"]),
            (&json!(false), &json!("unsubscribed"), &json!("webhook"))
        );
    }
}
