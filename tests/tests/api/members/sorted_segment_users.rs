//! The orders of `adminAudience.getSegmentUsers`.

use std::time::Duration;

use domain::{ids::UserId, overrides::OverrideKind, profile::User};
use integration_tests::{Api, World, ago, moment, on_both_databases, user};
use segmentation_engine::{
    audit::Audit,
    overrides::{NewOverride, set},
};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentUsers";
const SORTS: [&str; 6] = ["arrival", "addedAt", "name", "email", "lastActivityAt", "createdAt"];

/// Ties and missing values in everything that can be sorted by, with several times of entry.
async fn crowd(world: &World) {
    let names = [Some("ann"), Some("Zoë"), None, Some("Ann"), Some("éva"), Some("bob")];
    for (day, batch) in [(30, 0..7), (20, 7..9), (10, 9..15)] {
        let users: Vec<_> = batch
            .map(|number: usize| User {
                first_name: names[number % 6].map(Into::into),
                last_name: number.is_multiple_of(4).then(|| "Lee".into()),
                last_activity_at: (!number.is_multiple_of(3)).then(|| ago(number as i64 % 5)),
                created_at: ago(100 + number as i64 % 4),
                ..user(&format!("u{:02}", number * 7 % 15))
            })
            .collect();
        world.users(&users).await;
        world.run(ago(day)).await;
    }
}

async fn list(api: &Api, params: &Json) -> Json {
    api.call(METHOD, params.clone()).await.expect("a list")
}

fn free(more: Json) -> Json {
    let mut params = json!({"segmentType": "plan", "segmentValue": "free"});
    for (name, value) in more.as_object().expect("an object") {
        params[name] = value.clone();
    }
    params
}

fn users(list: &Json) -> Vec<Json> {
    list["users"].as_array().expect("users").clone()
}

fn users_ids(list: &Json) -> Vec<String> {
    users(list).iter().map(|user| user["id"].as_str().expect("an id").to_owned()).collect()
}

/// What a user is sorted by, as the answer says it.
fn value(user: &Json, sort: &str) -> Option<String> {
    let text = |name: &str| user[name].as_str().map(str::to_lowercase);
    match sort {
        "arrival" => None,
        "addedAt" if user["override"].is_object() => user["override"]["createdAt"].as_str().map(Into::into),
        "name" => {
            let names = [text("firstName"), text("lastName")].map(Option::unwrap_or_default).join(" ");
            Some(names.trim().to_owned()).filter(|name| !name.is_empty())
        }
        field => text(field),
    }
}

/// `all` is in the order of arrival, which equal ones keep.
fn sorted(all: &[Json], sort: &str, direction: &str) -> Vec<Json> {
    let mut all = all.to_vec();
    if sort == "arrival" && direction == "desc" {
        all.reverse();
    }
    all.sort_by(|one, other| match (value(one, sort), value(other, sort)) {
        (Some(one), Some(other)) if direction == "desc" => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    });
    all
}

/// Reads every page, by its number and by cursor.
async fn check(api: &Api, show: &str, search: &str) {
    let whole = free(json!({"show": show, "searchQuery": search, "limit": 100}));
    let all = users(&list(api, &whole).await);
    assert!(all.len() >= 4, "{show} {search}");
    for (sort, direction) in SORTS.into_iter().flat_map(|sort| [(sort, "asc"), (sort, "desc")]) {
        let expected = sorted(&all, sort, direction);
        for limit in [1, 4, 100] {
            let mut params = whole.clone();
            (params["sort"], params["direction"], params["limit"]) = (json!(sort), json!(direction), json!(limit));
            let (mut by_page, mut by_cursor) = (Vec::new(), Vec::new());
            for page in 1..=expected.len().div_ceil(limit) {
                let mut by_number = params.clone();
                (by_number["page"], by_number["cursor"]) = (json!(page), Json::Null);
                by_page.extend(users(&list(api, &by_number).await));
                let next = list(api, &params).await;
                by_cursor.extend(users(&next));
                params["cursor"] = next["nextCursor"].clone();
            }
            assert_eq!(by_page, expected, "{show} by {sort} {direction}, pages of {limit}");
            assert_eq!(by_cursor, expected, "{show} by {sort} {direction}, {limit} after the other");
        }
    }
}

on_both_databases! {
    async fn members_are_sorted_by_each_value_in_both_directions(world: World) {
        crowd(&world).await;
        let api = Api::new(&world).await;
        check(&api, "members", "").await;
        check(&api, "members", "lee").await;
    }

    async fn a_cursor_stays_valid_however_long_names_are(world: World) {
        let named = |id: &str, name: String| User { first_name: Some(name.clone()), email: format!("{name}@example.org"), ..user(id) };
        let long = |letter: &str| letter.repeat(4_000);
        let names = [long("ż"), long("𝒳"), format!("{}b", long("é")), format!("{}a", long("é")), "ann".into()];
        let users: Vec<_> = names.into_iter().zip('a'..).map(|(name, id)| named(&id.to_string(), name)).collect();
        world.users(&users).await;
        world.run(ago(1)).await;
        let api = Api::new(&world).await;
        // Two have more in common than is sorted by, and stay in the order of arrival.
        let [c, d] = <[String; 2]>::try_from(world.as_listed(["c", "d"])).expect("two");
        let ascending = ["e", &c, &d, "a", "b"];
        for (sort, direction, expected) in
            [("name", "asc", ascending), ("name", "desc", ["b", "a", &c, &d, "e"]), ("email", "asc", ascending)]
        {
            let mut params = free(json!({"sort": sort, "direction": direction, "limit": 1}));
            let mut ids = Vec::new();
            for _ in expected {
                let next = list(&api, &params).await;
                ids.extend(users_ids(&next));
                params["cursor"] = next["nextCursor"].clone();
            }
            assert_eq!(ids, expected, "{sort} {direction}");
        }
    }

    async fn users_with_overrides_are_sorted_by_each_value_in_both_directions(world: World) {
        crowd(&world).await;
        for number in 0..12 {
            let exclude = NewOverride {
                user: UserId(format!("u{number:02}")),
                segment: "plan:free".parse().expect("a key"),
                kind: if number < 6 { OverrideKind::Exclude } else { OverrideKind::Include },
                reason: None,
                expires_at: None,
            };
            let audit = Audit { actor: "token:ops".into(), ..Audit::of_command("test") };
            set(world.database(), &exclude, moment(ago(9 - number % 4)), &audit).await.expect("it is set");
        }
        let api = Api::new(&world).await;
        check(&api, "excluded", "").await;
        check(&api, "included", "").await;
    }

    async fn a_list_that_is_sorted_or_searched_ends_when_it_takes_too_long(world: World) {
        crowd(&world).await;
        let api = Api::reporting(&world, ago(0), Duration::ZERO).await;
        for more in [json!({"sort": "name"}), json!({"searchQuery": "lee"})] {
            let error = api.call(METHOD, free(more)).await.expect_err("no time");
            assert!(error.code == -32054 || error.code == -32053, "{error:?}");
        }
        assert_eq!(users(&list(&api, &free(json!({"direction": "desc"}))).await).len(), 15);
    }

    /// A page begins after where the last user stood, also if that user is somewhere else or gone by now.
    async fn members_sorted_stay_in_order_while_users_change(world: World) {
        crowd(&world).await;
        let api = Api::new(&world).await;
        let params = free(json!({"sort": "email", "limit": 5}));
        let first = list(&api, &params).await;
        let last = users(&first).pop().expect("a user");
        world.erase(last["id"].as_str().expect("an id")).await;
        let second = list(&api, &free(json!({"sort": "email", "limit": 100, "cursor": first["nextCursor"]}))).await;
        let emails = |list: &Json| users(list).iter().map(|user| user["email"].to_string()).collect::<Vec<_>>();
        let together = [emails(&first), emails(&second)].concat();
        assert!(together.is_sorted() && together.len() == 15, "{together:?}");
    }

    async fn members_refuse_a_cursor_of_another_order(world: World) {
        crowd(&world).await;
        let api = Api::new(&world).await;
        let by_name = list(&api, &free(json!({"sort": "name", "limit": 2}))).await["nextCursor"].clone();
        let by_key = list(&api, &free(json!({"limit": 2}))).await["nextCursor"].clone();
        let other = "cursor: expected the nextCursor of a response with the same sort and direction";
        let none = "cursor: expected the nextCursor of an earlier response";
        for (more, fault) in [
            (json!({"cursor": by_name}), other),
            (json!({"cursor": by_name, "sort": "email"}), other),
            (json!({"cursor": by_name, "sort": "name", "direction": "desc"}), other),
            (json!({"cursor": by_key, "sort": "name"}), other),
            (json!({"cursor": by_key, "direction": "desc"}), other),
            (json!({"cursor": "nax00-1", "sort": "name"}), none),
            (json!({"cursor": "nax", "sort": "name"}), none),
            (json!({"cursor": "t1-1", "sort": "addedAt"}), none),
        ] {
            let error = api.call(METHOD, free(more.clone())).await.expect_err("a refusal");
            assert_eq!(error.faults(), [fault], "{more}");
        }
        for more in [json!({"sort": "plan"}), json!({"direction": "up"})] {
            let error = api.call(METHOD, free(more.clone())).await.expect_err("a refusal");
            assert_eq!(error.code, -32602, "{more}");
        }
    }
}
