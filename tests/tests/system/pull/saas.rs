//! A SaaS application without quizzes, with the tables that Prisma makes, and the configuration in `docs/connecting-your-app.md`.

use domain::criteria::Combine;
use integration_tests::{Api, Dates, Host, Kind, Program, ago, now, on_both_databases};
use serde_json::{Value as Json, json};

use super::{PAGE, kind_of, pull};

/// The documented blocks of this kind.
fn blocks(kind: &str) -> Vec<String> {
    let open = format!("\n```{kind}\n");
    PAGE.split(&open).skip(1).map(|rest| rest.split("\n```").next().unwrap_or(rest).to_owned() + "\n").collect()
}

fn configuration(kind: Kind) -> String {
    let [postgres, sqlite] = blocks("toml saas").try_into().expect("one for each database");
    if kind == Kind::Sqlite { sqlite } else { postgres }
}

fn tables(kind: Kind) -> String {
    let (time, number) = match kind {
        Kind::Sqlite => ("DATETIME", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        Kind::Postgres => ("TIMESTAMP(3)", "SERIAL PRIMARY KEY"),
    };
    format!(
        r#"
CREATE TABLE "User" ("id" TEXT NOT NULL PRIMARY KEY, "email" TEXT NOT NULL, "name" TEXT, "lastSeenAt" {time},
    "createdAt" {time} NOT NULL, "updatedAt" {time} NOT NULL);
CREATE TABLE "Subscription" ("id" TEXT NOT NULL PRIMARY KEY, "userId" TEXT NOT NULL REFERENCES "User", "plan" TEXT NOT NULL,
    "seats" INTEGER NOT NULL DEFAULT 1, "trialEndsAt" {time}, "updatedAt" {time} NOT NULL);
CREATE TABLE "Payment" ("id" TEXT NOT NULL PRIMARY KEY, "userId" TEXT NOT NULL REFERENCES "User", "status" TEXT NOT NULL,
    "amountCents" INTEGER NOT NULL, "currency" TEXT NOT NULL, "paidAt" {time}, "refundedCents" INTEGER NOT NULL DEFAULT 0,
    "refundedAt" {time}, "updatedAt" {time} NOT NULL);
CREATE TABLE "Event" ("id" {number}, "userId" TEXT NOT NULL REFERENCES "User", "name" TEXT NOT NULL, "createdAt" {time} NOT NULL);
"#
    )
}

/// ann pays, bob has got his money back, and cleo is on trial.
async fn app(kind: Kind) -> Host {
    let mut host = Host::of(kind, &tables(kind)).await;
    host.dates = Dates::Numbers;
    let time = |days| host.literal(ago(days));
    for (id, seen) in [("ann", time(1)), ("bob", time(20)), ("cleo", "NULL".to_owned())] {
        let (created, updated) = (time(100), time(9));
        host.execute(&format!(
            "INSERT INTO \"User\" VALUES ('{id}', '{id}@example.org', '{id}', {seen}, {created}, {updated})"
        ))
        .await;
    }
    host.execute(&format!("INSERT INTO \"Subscription\" VALUES ('s1', 'ann', 'pro', 25, NULL, {})", time(8))).await;
    host.execute(&format!("INSERT INTO \"Subscription\" VALUES ('s2', 'cleo', 'free', 1, {}, {})", time(-5), time(8)))
        .await;
    for (id, user, cents, refund) in [("p1", "ann", 12_000, None), ("p2", "bob", 9_900, Some(9_900))] {
        let (refunded, at) = (refund.unwrap_or(0), refund.map_or("NULL".to_owned(), |_: i32| time(3)));
        let (paid, updated) = (time(10), time(3));
        let row = format!("'{id}', '{user}', 'PAID', {cents}, 'eur', {paid}, {refunded}, {at}, {updated}");
        host.execute(&format!("INSERT INTO \"Payment\" VALUES ({row})")).await;
    }
    host.execute(&format!(
        "INSERT INTO \"Payment\" VALUES ('p3', 'bob', 'OPEN', 1, 'eur', NULL, 0, NULL, {})",
        time(2)
    ))
    .await;
    for days in [1, 2, 12] {
        let insert = "INSERT INTO \"Event\" (\"userId\", \"name\", \"createdAt\") VALUES";
        host.execute(&format!("{insert} ('ann', 'login', {})", time(days))).await;
    }
    host
}

async fn members(api: &Api, condition: Json) -> Vec<String> {
    let params = json!({"combineWith": Combine::And, "criteria": [condition], "sampleSize": 10});
    let preview = api.call("adminAudience.previewSegment", params).await.expect("an answer");
    let samples = preview["sampleUsers"].as_array().expect("samples").iter();
    samples.map(|user| user["id"].as_str().expect("an id").to_owned()).collect()
}

on_both_databases! {
    async fn pull_connects_a_saas_app_with_the_documented_configuration(world: World) {
        let kind = kind_of(&world);
        let host = app(kind).await;
        let [attributes] = blocks("toml saas attributes").try_into().expect("one");
        let file = host.write("attributes.toml", &attributes);
        Program::engine(&world.test_database.url).args(["attributes", "apply", &file]).run().expect(0);
        let ended = pull(&world, &host, &configuration(kind), &[]).run().expect(0);
        let report = ended.json();
        assert_eq!((&report["users"]["created"], &report["events"]["written"]), (&json!(3), &json!(6)), "{report}");
        world.run(now()).await;
        assert!(world.members("plan:pro").await == ["ann"] && world.members("lifecycle:active").await == ["ann"]);
        let api = Api::new(&world).await;
        for (condition, expected) in [
            (json!({"field": "totalSpent", "currency": "EUR", "operator": ">=", "value": 10_000, "within": "90d"}), &["ann"][..]),
            (json!({"field": "totalSpent", "currency": "EUR", "operator": "equals", "value": 0}), &["bob", "cleo"]),
            (json!({"field": "purchases", "operator": ">=", "value": 1, "name": "payment"}), &["ann", "bob"]),
            (json!({"field": "events", "name": "login", "operator": ">=", "value": 2, "within": "7d"}), &["ann"]),
            (json!({"field": "attr.seats", "operator": ">", "value": 20}), &["ann"]),
            (json!({"field": "attr.trial_ends", "operator": ">", "value": "2026-03-11"}), &["cleo"]),
        ] {
            let mut found = members(&api, condition.clone()).await;
            found.sort_unstable();
            assert_eq!(found, expected, "{condition}");
        }

        // Nothing new, then a refund.
        let again = pull(&world, &host, &configuration(kind), &[]).run().expect(0).json();
        assert_eq!((&again["users"]["updated"], &again["events"]["written"]), (&json!(0), &json!(0)), "{again}");
        let (at, updated) = (host.literal(ago(1)), host.literal(now()));
        host.execute(&format!(
            "UPDATE \"Payment\" SET \"refundedCents\" = 2000, \"refundedAt\" = {at}, \"updatedAt\" = {updated} WHERE \"id\" = 'p1'"
        )).await;
        let refunded = pull(&world, &host, &configuration(kind), &[]).run().expect(0).json();
        assert_eq!(refunded["events"]["written"], 1, "{refunded}");
        let spend = "SELECT gross, refunded FROM user_spend ORDER BY gross DESC";
        assert_eq!(world.query::<(i64, i64)>(spend).await, [(12_000, -2_000), (9_900, -9_900)]);
        world.verify().await;
    }
}
