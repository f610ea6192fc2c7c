//! The purchases of a real shop through the real programs: 23,587 invoices, of which 4,372 are refunds, of 4,383 customers (Online
//! Retail II, Chen, CC BY 4.0), against counts and sums by an independent program.

use chrono::NaiveDate;
use chrono_tz::Europe::London;
use domain::period::midnight;
use integration_tests::{Api, Kind, Program, TestDatabase, World, at, options, shared_data};
use segmentation_engine::run::RunOptions;
use serde_json::{Value as Json, json};

#[tokio::test]
async fn online_retail_adds_up_on_sqlite() {
    adds_up(Kind::Sqlite).await;
}

#[tokio::test]
async fn online_retail_adds_up_on_postgres() {
    adds_up(Kind::Postgres).await;
}

/// The clock: the day after the last invoice.
const AS_OF: &str = "2010-12-10T12:00:00Z";

/// Segments, each with what a person would write for it in SQL.
const SEGMENTS: [(&str, &str, &str); 4] = [
    (
        "big",
        r#"{"field": "totalSpent", "currency": "GBP", "operator": ">", "value": 100000}"#,
        "coalesce(sum(amount), 0) > 100000",
    ),
    (
        "before_refunds",
        r#"{"field": "totalSpent", "currency": "GBP", "operator": "between", "value": [1, 20000], "basis": "gross"}"#,
        "coalesce(sum(CASE WHEN amount >= 0 THEN amount END), 0) BETWEEN 1 AND 20000",
    ),
    (
        "lately",
        r#"{"field": "totalSpent", "currency": "GBP", "operator": "<", "value": 0, "within": "30d"}"#,
        "coalesce(sum(CASE WHEN occurred_at >= '2010-11-10T12:00:00+00:00' THEN amount END), 0) < 0",
    ),
    (
        "often",
        r#"{"field": "purchases", "operator": ">=", "value": 3, "currency": "GBP", "minAmount": 30000, "within": "90d"}"#,
        "count(CASE WHEN occurred_at >= '2010-09-11T12:00:00+00:00' AND amount >= 30000 THEN 1 END) >= 3",
    ),
];

async fn adds_up(kind: Kind) {
    let Some(data) = shared_data("online-retail-ii") else { return };
    let Some(database) = TestDatabase::create(kind).await else { return };
    let expected = std::fs::read_to_string(data.join("expected.json")).expect("a file");
    let expected: Json = serde_json::from_str(&expected).expect("JSON");
    let import = || {
        let import = Program::engine(&database.url).args(["import", "--json", "--users"]);
        let import = import.args([data.join("users.csv.xz")]).args(["--events"]).args([data.join("events.csv.xz")]);
        import.run().expect(0).json()
    };
    let invoices = &expected["invoices"];
    assert_eq!(import()["events"], json!({"rows": invoices, "written": invoices, "unchanged": 0, "faults": 0}));
    assert_eq!(import()["events"], json!({"rows": invoices, "written": 0, "unchanged": invoices, "faults": 0}));
    let world = World::new(database);
    world.verify().await;

    let sums = "SELECT CAST(sum(purchase_count + refund_count) AS bigint), CAST(sum(refund_count) AS bigint), \
                CAST(sum(gross) AS bigint), CAST(sum(refunded) AS bigint), \
                CAST(sum(CASE WHEN gross = 0 THEN 1 END) AS bigint) FROM user_spend";
    // Two of the customers with refunds only have nothing but an invoice of 0.
    let number = |key: &str| expected[key].as_i64().expect("a number");
    let keys = ["invoices", "cancellations", "grossMinorGBP", "refundsMinorGBP", "customersWithRefundsOnly"];
    assert_eq!(world.query::<(i64, i64, i64, i64, i64)>(sums).await, [keys.map(number).into()]);
    for (month, counted) in expected["byLondonMonth"].as_object().expect("months") {
        let counted = (counted["invoices"].as_i64().expect("a count"), counted["net"].as_i64().expect("a sum"));
        assert_eq!(world.query::<(i64, i64)>(&of_month(month)).await, [counted], "{month}");
    }

    for (id, condition, _) in SEGMENTS {
        world.custom_segment(id, id, json!({"combineWith": "AND", "criteria": [parsed(condition)]})).await;
    }
    world.run_with(&RunOptions { zone: London, ..RunOptions::at(at(AS_OF)) }).await;
    let api = Api::at(&world, at(AS_OF), options()).await;
    for (id, condition, sql) in SEGMENTS {
        let sql =
            format!("SELECT users.id FROM users LEFT JOIN user_event ON user_no = no GROUP BY users.id HAVING {sql}");
        let mut by_sql: Vec<String> = world.query::<(String,)>(&sql).await.into_iter().map(|(id,)| id).collect();
        by_sql.sort_unstable();
        assert!(!by_sql.is_empty(), "{id}");
        assert_eq!(world.members(&format!("custom:{id}")).await, by_sql, "{id}");
        let params = json!({"combineWith": "AND", "criteria": [parsed(condition)]});
        let preview = api.call("adminAudience.previewSegment", params).await.expect("an answer");
        assert_eq!(preview["matchCount"], by_sql.len(), "{id}: {preview}");
    }
}

fn parsed(condition: &str) -> Json {
    serde_json::from_str(condition).expect("JSON")
}

/// Counts and adds up the invoices of a month in London, which begins at midnight there, in winter and in summer.
fn of_month(month: &str) -> String {
    let (year, number): (i32, u32) = (month[..4].parse().expect("a year"), month[5..].parse().expect("a month"));
    let next = if number == 12 { (year + 1, 1) } else { (year, number + 1) };
    let [from, to] = [(year, number), next]
        .map(|(year, month)| midnight(NaiveDate::from_ymd_opt(year, month, 1).expect("a day"), London).to_rfc3339());
    format!(
        "SELECT count(*), CAST(sum(amount) AS bigint) FROM user_event WHERE occurred_at >= '{from}' AND occurred_at < '{to}'"
    )
}
