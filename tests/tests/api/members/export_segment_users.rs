//! `adminAudience.exportSegmentUsers`.

use domain::profile::User;
use integration_tests::{Api, World, ago, at, now, on_both_databases, options, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.exportSegmentUsers";
const HEADER: [&str; 8] =
    ["User ID", "Email", "First Name", "Last Name", "Plan", "Last Active", "Created At", "Added to Segment"];

async fn export(api: &Api) -> Json {
    api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "free"})).await.expect("an export")
}

fn rows(export: &Json) -> Vec<Vec<String>> {
    let text = export["csv"].as_str().expect("a CSV");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().expect("a header"), HEADER.as_slice());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

async fn crowd(world: &World, count: usize) {
    let users: Vec<_> = (0..count).map(|number| user(&format!("u{number:05}"))).collect();
    world.users(&users).await;
    world.run(now()).await;
}

on_both_databases! {
    async fn export_has_all_columns_of_members(world: World) {
        let ann = User {
            first_name: Some("Ann, \"A\"".into()),
            last_name: Some("=HYPERLINK(1)".into()),
            last_activity_at: Some(ago(2)),
            ..user("ann")
        };
        let pro = User { plan: "PRO".into(), ..user("pro") };
        world.users(&[ann, pro, user("bob")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;

        let export = export(&api).await;

        let rows_of = |id: String| match id.as_str() {
            "ann" => "ann,ann@example.org,\"Ann, \"\"A\"\"\",'=HYPERLINK(1),FREE,2026-03-08T12:00:00Z,2025-03-10T12:00:00Z,\
                      2026-03-10T12:00:00Z\r\n",
            _ => "bob,bob@example.org,,,FREE,,2025-03-10T12:00:00Z,2026-03-10T12:00:00Z\r\n",
        };
        let expected: String = world.as_listed(["ann", "bob"]).into_iter().map(rows_of).collect();
        assert_eq!(export["csv"], format!("{}\r\n{expected}", HEADER.join(",")));
        assert_eq!(export["filename"], "free-users-2026-03-10.csv");
        assert_eq!([&export["rowCount"], &export["totalCount"], &export["truncated"]], [&json!(2), &json!(2), &json!(false)]);
        assert_eq!(rows(&export).len(), 2);
    }

    async fn export_of_an_empty_segment_is_a_header(world: World) {
        let api = Api::new(&world).await;
        let export = export(&api).await;
        assert_eq!(export["csv"], format!("{}\r\n", HEADER.join(",")));
        assert_eq!([&export["rowCount"], &export["totalCount"], &export["truncated"]], [&json!(0), &json!(0), &json!(false)]);
    }

    async fn export_has_at_most_5000_rows_in_a_stable_order(world: World) {
        crowd(&world, 5_000).await;
        let api = Api::new(&world).await;
        let all = export(&api).await;
        assert_eq!([&all["rowCount"], &all["totalCount"], &all["truncated"]], [&json!(5000), &json!(5000), &json!(false)]);
        // The user who is listed last.
        let shards = world.database().shards();
        let another = (5_000..).map(|number| user(&format!("u{number:05}"))).find(|user| Some(shards.of(&user.id)) == shards.all().last());
        world.users(&[another.expect("one of the last shard")]).await;
        world.run(now()).await;
        let capped = export(&api).await;
        assert_eq!([&capped["rowCount"], &capped["totalCount"], &capped["truncated"]], [&json!(5000), &json!(5001), &json!(true)]);
        assert_eq!(capped["csv"], all["csv"]);
        let ids: Vec<_> = rows(&capped).into_iter().map(|row| row[0].clone()).collect();
        assert_eq!(ids, world.as_listed((0..5_000).map(|number| format!("u{number:05}"))));

        let rest = json!({"segmentType": "plan", "segmentValue": "free", "cursor": capped["nextCursor"]});
        let rest = api.call(METHOD, rest).await.expect("an export");
        assert_eq!([&rest["rowCount"], &rest["totalCount"], &rest["truncated"]], [&json!(1), &json!(5001), &json!(false)]);
        assert_eq!(rows(&rest).len(), 1);
        assert!(!ids.contains(&rows(&rest)[0][0]), "the one who is left");
        assert_eq!([&rest["nextCursor"], &all["nextCursor"]], [&Json::Null, &Json::Null]);
    }

    async fn export_is_audited_without_personal_data(world: World) {
        crowd(&world, 2).await;
        let api = Api::new(&world).await;
        export(&api).await;
        let entries = persistence::ops::audit::latest(world.database().connection(), &persistence::ops::audit::WhichEntries::default(), 10, None).await.expect("entries");
        let [entry] = &entries[..] else { panic!("one entry: {entries:?}") };
        let entry = &entry.entry;
        assert_eq!((entry.action.as_str(), entry.target.as_deref()), ("exportSegmentUsers", Some("segment plan:free")));
        assert_eq!((entry.actor.as_str(), entry.at), ("token:test ADMIN", now()));
        assert_eq!(entry.detail, Some(json!({"rowCount": 2})));
        assert!(entry.request_id.is_some());
    }

    async fn export_that_is_refused_is_not_audited(world: World) {
        let api = Api::new(&world).await;
        let error = api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "gold"})).await.expect_err("none");
        assert_eq!((error.code, error.message.as_str()), (-32044, "Not found: segment plan:gold"));
        let error = api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "free", "limit": 9})).await;
        assert_eq!(error.expect_err("a refusal").code, -32602);
        let entries = persistence::ops::audit::latest(world.database().connection(), &persistence::ops::audit::WhichEntries::default(), 10, None).await.expect("entries");
        assert_eq!(entries, []);
    }

    async fn export_file_is_named_after_the_day(world: World) {
        let late = Api::at(&world, at("2026-12-31T23:59:59.999999Z"), options()).await;
        assert_eq!(export(&late).await["filename"], "free-users-2026-12-31.csv");
    }
}
