//! "PRO and streak > 7, or points > 5000" on real learners: created through the API, counted, listed and exported,
//! against SQL written by hand and a count by an independent program.

use integration_tests::{Api, Kind, Program, TestDatabase, World, shared_data};
use serde_json::{Value as Json, json};

const BY_HAND: &str =
    "SELECT id FROM users WHERE (plan = 'PRO' AND current_streak > 7) OR total_points > 5000 ORDER BY no";
/// 88 are PRO with a streak, 1,447 have the points, some are both.
const COUNTED: usize = 1_504;

#[tokio::test]
async fn oulad_segment_is_listed_and_exported_on_sqlite() {
    made_counted_listed_and_exported(Kind::Sqlite).await;
}

#[tokio::test]
async fn oulad_segment_is_listed_and_exported_on_postgres() {
    made_counted_listed_and_exported(Kind::Postgres).await;
}

async fn made_counted_listed_and_exported(kind: Kind) {
    let Some(data) = shared_data("oulad") else { return };
    let Some(test_database) = TestDatabase::create(kind).await else { return };
    let import = Program::engine(&test_database.url).args(["import", "--users"]).args([data.join("users.csv.xz")]);
    import.run().expect(0);
    let world = World::new(test_database);
    let expected: Vec<String> = world.query::<(String,)>(BY_HAND).await.into_iter().map(|(id,)| id).collect();
    assert_eq!(expected.len(), COUNTED);
    let api = Api::new(&world).await;
    let definition = json!({"combineWith": "OR", "criteria": [
        {"combineWith": "AND", "criteria": [
            {"field": "plan", "operator": "equals", "value": "PRO"},
            {"field": "currentStreak", "operator": ">", "value": 7},
        ]},
        {"field": "totalPoints", "operator": ">", "value": 5000},
    ]});

    let preview = api.call("adminAudience.previewSegment", definition.clone()).await.expect("a preview");
    let parts: Vec<_> = preview["conditions"].as_array().expect("parts").iter().map(|part| &part["count"]).collect();
    assert_eq!((&preview["matchCount"], &preview["totalUsers"]), (&json!(COUNTED), &json!(28_785)));
    assert_eq!((parts[0], parts[3]), (&json!(88), &json!(1_447)));

    let mut new = definition;
    new["name"] = "Engaged".into();
    let made = api.call("adminAudience.createCustomSegment", new).await.expect("it is made")["segment"].take();
    let segment = json!({"segmentType": "custom", "segmentValue": made["segmentValue"]});
    assert_eq!(made["userCount"], COUNTED);

    assert_eq!(by_pages(&api, &segment).await, expected, "page by page");
    assert_eq!(by_cursor(&api, &segment).await, expected, "by cursor");
    assert_eq!(exported(&api, segment).await, expected, "in the export");
    world.verify().await;
}

async fn page(api: &Api, segment: &Json, more: Json) -> Json {
    let params = integration_tests::streaks::merged(segment.clone(), more);
    let page = api.call("adminAudience.getSegmentUsers", params).await.expect("a page");
    assert_eq!(page["total"], COUNTED);
    page
}

fn ids(page: &Json) -> impl Iterator<Item = String> {
    page["users"].as_array().expect("users").iter().map(|user| user["id"].as_str().expect("an id").to_owned())
}

async fn by_pages(api: &Api, segment: &Json) -> Vec<String> {
    let mut listed = Vec::new();
    let pages = page(api, segment, json!({"limit": 100})).await["totalPages"].as_u64().expect("a number");
    for number in 1..=pages {
        listed.extend(ids(&page(api, segment, json!({"limit": 100, "page": number})).await));
    }
    listed
}

async fn by_cursor(api: &Api, segment: &Json) -> Vec<String> {
    let mut listed = Vec::new();
    let mut more = json!({"limit": 100});
    loop {
        let mut page = page(api, segment, more).await;
        listed.extend(ids(&page));
        match page["nextCursor"].take() {
            Json::Null => return listed,
            cursor => more = json!({"limit": 100, "cursor": cursor}),
        }
    }
}

async fn exported(api: &Api, segment: Json) -> Vec<String> {
    let export = api.call("adminAudience.exportSegmentUsers", segment).await.expect("an export");
    assert_eq!(
        (&export["rowCount"], &export["totalCount"], &export["truncated"]),
        (&json!(COUNTED), &json!(COUNTED), &json!(false))
    );
    let mut reader = csv::Reader::from_reader(export["csv"].as_str().expect("a CSV").as_bytes());
    reader.records().map(|row| row.expect("a row")[0].to_owned()).collect()
}
