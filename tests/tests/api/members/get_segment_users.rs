//! `adminAudience.getSegmentUsers`.

use chrono::TimeDelta;
use domain::{ids::UserId, instant::Instant, overrides::OverrideKind, profile::User};
use integration_tests::{Api, World, ago, now, on_both_databases, user};
use persistence::membership::overrides::{self, Override};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentUsers";

fn named(id: &str, first: Option<&str>, last: Option<&str>) -> User {
    User { first_name: first.map(Into::into), last_name: last.map(Into::into), ..user(id) }
}

/// Free users `u000`, `u001`, …, in this order.
async fn crowd(world: &World, count: usize) {
    let users: Vec<_> = (0..count).map(|number| user(&format!("u{number:03}"))).collect();
    world.users(&users).await;
    world.run(now()).await;
}

async fn list(api: &Api, more: Json) -> Json {
    let mut params = json!({"segmentType": "plan", "segmentValue": "free"});
    for (name, value) in more.as_object().expect("an object") {
        params[name] = value.clone();
    }
    api.call(METHOD, params).await.expect("a list")
}

fn ids(list: &Json) -> Vec<&str> {
    list["users"].as_array().expect("users").iter().map(|user| user["id"].as_str().expect("an id")).collect()
}

async fn found(api: &Api, text: &str) -> Vec<String> {
    let list = list(api, json!({"searchQuery": text})).await;
    assert_eq!(list["total"], list["users"].as_array().expect("users").len(), "{text:?}");
    ids(&list).into_iter().map(str::to_owned).collect()
}

async fn exclude(world: &World, id: &str, reason: Option<&str>, expires_at: Option<Instant>) {
    set_override(world, OverrideKind::Exclude, id, reason, expires_at).await;
}

async fn include(world: &World, id: &str, reason: Option<&str>, expires_at: Option<Instant>) {
    set_override(world, OverrideKind::Include, id, reason, expires_at).await;
}

async fn set_override(world: &World, kind: OverrideKind, id: &str, reason: Option<&str>, expires_at: Option<Instant>) {
    let (user, segment) = (world.no(id).await, world.segment("plan:free").await);
    let new_override =
        Override { user, segment, kind, actor: "token:ops".into(), reason: reason.map(Into::into), expires_at };
    let tx = world.change_of(id).await;
    overrides::set(&tx, &new_override, now()).await.expect("it is recorded");
    tx.commit().await.expect("a commit");
}

on_both_databases! {
    async fn members_are_listed_with_their_profile(world: World) {
        let mut ann = named("ann", Some("Ann"), Some("Lee"));
        ann.last_activity_at = Some(ago(2));
        let mut pro = user("pro");
        pro.plan = "PRO".into();
        world.users(&[ann, pro, user("bob")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;

        let answer = list(&api, json!({})).await;

        let about = |id: &str| answer["users"].as_array().expect("users").iter().find(|user| user["id"] == id).expect("listed");
        assert_eq!(about("ann"), &json!({
            "id": "ann", "email": "ann@example.org", "firstName": "Ann", "lastName": "Lee", "plan": "FREE",
            "lastActivityAt": "2026-03-08T12:00:00Z", "createdAt": "2025-03-10T12:00:00Z",
            "addedAt": "2026-03-10T12:00:00Z", "mail": {"state": "none"},
        }));
        assert_eq!(about("bob")["firstName"], Json::Null);
        assert_eq!(ids(&answer), world.as_listed(["ann", "bob"]));
        let numbers = [&answer["total"], &answer["page"], &answer["limit"], &answer["totalPages"]];
        assert_eq!(numbers, [2, 1, 20, 1]);
        assert_eq!(answer.get("nextCursor"), None);
    }

    async fn members_are_listed_only_while_current(world: World) {
        crowd(&world, 3).await;
        let mut gone = user("u001");
        gone.plan = "PRO".into();
        world.users(&[gone]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let answer = list(&api, json!({})).await;
        assert_eq!(ids(&answer), world.as_listed(["u000", "u002"]));
        assert_eq!(answer["total"], 2);
    }

    async fn members_are_the_same_by_page_and_by_cursor(world: World) {
        crowd(&world, 45).await;
        let api = Api::new(&world).await;
        let whole = world.as_listed((0..45).map(|number| format!("u{number:03}")));
        for limit in [1, 7, 20, 44, 45, 100] {
            let (mut by_page, mut by_cursor, mut cursor) = (Vec::new(), Vec::new(), Json::Null);
            let pages = 45_usize.div_ceil(limit);
            for page in 1..=pages {
                let answer = list(&api, json!({"page": page, "limit": limit})).await;
                assert_eq!((&answer["totalPages"], &answer["page"]), (&json!(pages), &json!(page)));
                by_page.extend(ids(&answer).into_iter().map(str::to_owned));
                let params = json!({"limit": limit, "cursor": cursor});
                let answer = list(&api, params).await;
                by_cursor.extend(ids(&answer).into_iter().map(str::to_owned));
                assert_eq!(answer["nextCursor"].is_null(), page == pages, "{limit} {page}");
                cursor = answer["nextCursor"].clone();
            }
            assert_eq!((&by_page, &by_cursor), (&whole, &whole), "{limit}");
        }
        let beyond = list(&api, json!({"page": 1_000_000_000, "limit": 100})).await;
        assert_eq!((ids(&beyond), &beyond["total"]), (vec![], &json!(45)));
    }

    async fn members_search_finds_an_id(world: World) {
        // The id is not a part of the address.
        let users = ["usr_01", "usr_02", "usr_03"].map(|id| User { email: "somebody@example.org".into(), ..user(id) });
        world.users(&users).await;
        exclude(&world, "usr_03", None, None).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        assert_eq!(found(&api, "usr_01").await, ["usr_01"]);
        assert_eq!(found(&api, " usr_02 ").await, ["usr_02"]);
        assert_eq!(found(&api, "usr_0").await, [""; 0], "a part of an id");
        let excluded = list(&api, json!({"show": "excluded", "searchQuery": "usr_03"})).await;
        assert_eq!((ids(&excluded), &excluded["total"]), (vec!["usr_03"], &json!(1)));
    }

    async fn members_search_ignores_case_in_names_and_addresses(world: World) {
        world.users(&[
            named("1", Some("Ann"), Some("Lee")),
            named("2", Some("Jürgen"), Some("Strauß")),
            named("3", None, Some("O'Neill")),
            named("4", Some("100%"), None),
            named("5", Some("a_b!"), Some("c\\d")),
        ]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        for (text, expected) in [
            ("ann", vec!["1"]),
            ("LEE", vec!["1"]),
            (" ann lee ", vec!["1"]),
            ("lee ann", vec![]),
            ("n l", vec!["1"]),
            ("JÜRGEN STRAUSS", vec!["2"]),
            ("o'neill", vec!["3"]),
            ("2@Example.ORG", vec!["2"]),
            ("%", vec!["4"]),
            ("_", vec!["5"]),
            ("!", vec!["5"]),
            ("\\", vec!["5"]),
            ("@example", vec!["1", "2", "3", "4", "5"]),
            ("", vec!["1", "2", "3", "4", "5"]),
            ("  ", vec!["1", "2", "3", "4", "5"]),
            ("'; DROP TABLE users; --", vec![]),
        ] {
            assert_eq!(found(&api, text).await, world.as_listed(expected), "{text:?}");
        }
        let listed = world.as_listed(["1", "2", "3", "4", "5"]);
        let second = list(&api, json!({"searchQuery": "@example", "limit": 2, "page": 2})).await;
        assert_eq!(ids(&second), listed[2..4]);
        assert_eq!((&second["total"], &second["totalPages"]), (&json!(5), &json!(3)));
        let cursor = &second["nextCursor"];
        let third = list(&api, json!({"searchQuery": "@example", "limit": 2, "cursor": cursor})).await;
        assert_eq!(ids(&third), listed[4..]);
    }

    async fn members_list_shows_excluded_users_with_the_override(world: World) {
        crowd(&world, 4).await;
        let mut pro = user("pro");
        pro.plan = "PRO".into();
        world.users(&[pro]).await;
        exclude(&world, "u001", Some("asked to"), None).await;
        exclude(&world, "u002", None, Some(now())).await;
        exclude(&world, "u003", None, Some(now() + TimeDelta::days(1))).await;
        exclude(&world, "pro", None, None).await;
        world.run(now()).await;
        let api = Api::new(&world).await;

        let kept_out = list(&api, json!({"show": "excluded"})).await;

        let listed = world.as_listed(["u001", "u003", "pro"]);
        assert_eq!(ids(&kept_out), listed, "a decision that has expired counts for nothing");
        assert_eq!(kept_out["total"], 3);
        let about = |id: &str| kept_out["users"].as_array().expect("users").iter().find(|user| user["id"] == id).expect("listed");
        assert_eq!(about("u001")["override"], json!({
            "actor": "token:ops", "reason": "asked to", "createdAt": "2026-03-10T12:00:00Z", "expiresAt": null,
        }));
        assert_eq!(about("u003")["override"]["expiresAt"], "2026-03-11T12:00:00Z");
        assert_eq!(about("pro")["addedAt"], Json::Null, "never a member");
        let members = list(&api, json!({})).await;
        assert_eq!(ids(&members), world.as_listed(["u000", "u002"]));
        assert_eq!(members["users"][0].get("override"), None);
        // Of the user, not of the override.
        let created = |list: &Json| list["users"][0]["createdAt"].clone();
        assert_eq!(created(&kept_out), created(&members));

        let first = list(&api, json!({"show": "excluded", "limit": 2})).await;
        let rest = list(&api, json!({"show": "excluded", "limit": 2, "cursor": first["nextCursor"]})).await;
        assert_eq!(ids(&rest), listed[2..]);
        assert_eq!(rest.get("nextCursor"), None);
        let searched = list(&api, json!({"show": "excluded", "searchQuery": "U003"})).await;
        assert_eq!((ids(&searched), &searched["total"]), (vec!["u003"], &json!(1)));
    }

    async fn members_list_shows_included_users_with_the_override(world: World) {
        crowd(&world, 2).await;
        let mut pro = user("pro");
        pro.plan = "PRO".into();
        world.users(&[pro]).await;
        include(&world, "pro", Some("a trial"), Some(now() + TimeDelta::days(1))).await;
        include(&world, "u001", None, Some(now())).await;
        exclude(&world, "u000", None, None).await;
        world.run(now()).await;
        let api = Api::new(&world).await;

        let included = list(&api, json!({"show": "included"})).await;

        assert_eq!((ids(&included), &included["total"]), (vec!["pro"], &json!(1)));
        assert_eq!(included["users"][0]["override"], json!({
            "actor": "token:ops", "reason": "a trial", "createdAt": "2026-03-10T12:00:00Z", "expiresAt": "2026-03-11T12:00:00Z",
        }));
        assert_eq!(included["users"][0]["addedAt"], "2026-03-10T12:00:00Z");
        assert_eq!(list(&api, json!({"show": "included", "searchQuery": "u001"})).await["total"], 0);
    }

    async fn members_list_refuses_invalid_params_with_their_paths(world: World) {
        crowd(&world, 1).await;
        let api = Api::new(&world).await;
        for (changed, paths) in [
            (json!({"page": 0}), vec!["page"]),
            (json!({"page": 1.5}), vec!["page"]),
            (json!({"page": "1"}), vec!["page"]),
            (json!({"page": 9_999_999_999_u64, "limit": 101}), vec!["limit", "page"]),
            (json!({"limit": 0}), vec!["limit"]),
            (json!({"segmentType": "color"}), vec!["segmentType"]),
            (json!({"segmentType": 1, "segmentValue": ""}), vec!["segmentType", "segmentValue"]),
            (json!({"segmentValue": "free\u{0}"}), vec!["segmentValue"]),
            (json!({"searchQuery": "a\u{0}"}), vec!["searchQuery"]),
            (json!({"searchQuery": "x".repeat(257)}), vec!["searchQuery"]),
            (json!({"cursor": "x"}), vec!["cursor"]),
            (json!({"cursor": "u-1"}), vec!["cursor"]),
            (json!({"cursor": 1}), vec!["cursor"]),
            (json!({"show": "all"}), vec!["show"]),
            (json!({"color": 1}), vec![""]),
        ] {
            let mut params = json!({"segmentType": "plan", "segmentValue": "free"});
            for (name, value) in changed.as_object().expect("an object") {
                params[name] = value.clone();
            }
            let error = api.call(METHOD, params).await.expect_err("a refusal");
            assert_eq!(error.code, -32602, "{changed}");
            let mut found: Vec<_> =
                error.faults().iter().map(|fault| fault.split(':').next().unwrap_or_default().to_owned()).collect();
            found.sort();
            assert_eq!(found, paths, "{changed}: {:?}", error.faults());
        }
        let error = api.call(METHOD, json!({})).await.expect_err("a refusal");
        assert_eq!(error.faults(), ["segmentType: is missing", "segmentValue: is missing"]);
    }

    async fn members_of_an_unknown_segment_are_not_found(world: World) {
        let api = Api::new(&world).await;
        for (kind, value) in [("plan", "gold"), ("custom", "free"), ("plan", "FREE")] {
            let error = api.call(METHOD, json!({"segmentType": kind, "segmentValue": value})).await;
            let error = error.expect_err("there is none");
            assert_eq!((error.code, &error.data), (-32044, &json!({"what": format!("segment {kind}:{value}")})));
        }
    }

    /// Every text finds itself.
    async fn members_search_finds_any_character_of_a_name(world: World) {
        let texts = ["%%", "__", "!_%", "a'b\"c", "漢字", "İstanbul", "e\u{301}", "🦀 crab", "-- x", "$1", "?"];
        let users: Vec<_> = (0..).zip(texts).map(|(number, text)| User {
            id: UserId(format!("{number}")), ..named("0", Some(text), None)
        }).collect();
        world.users(&users).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        for (number, text) in (0..).zip(texts) {
            assert!(found(&api, text).await.contains(&format!("{number}")), "{text:?}");
        }
    }
}
