//! Real learners through the real programs: 28,785 users and their 965,483 quiz activities (OULAD, Kuzilek, Hlosta,
//! Zdrahal 2017, CC BY 4.0), against counts by an independent program.

use std::path::Path;

use integration_tests::{Kind, Program, TestDatabase, World, shared_data};
use serde_json::json;

const AS_OF: &str = "2014-10-15T00:00:00Z";

const COUNTED: [(&str, i64); 13] = [
    ("plan:free", 18_340),
    ("plan:pro", 8_504),
    ("plan:premium", 1_941),
    ("lifecycle:new", 40),
    ("lifecycle:active", 9_189),
    ("lifecycle:inactive", 2_932),
    ("lifecycle:churned", 16_624),
    ("behavior:power_users", 6_001),
    ("behavior:casual", 5_793),
    ("behavior:streak_7", 361),
    ("certification:aws_focus", 7_523),
    ("certification:azure_focus", 3_027),
    ("certification:gcp_focus", 7_371),
];

#[tokio::test]
async fn oulad_import_and_run_on_sqlite() {
    import_and_run(Kind::Sqlite).await;
}

#[tokio::test]
async fn oulad_import_and_run_on_postgres() {
    import_and_run(Kind::Postgres).await;
}

async fn import_and_run(kind: Kind) {
    let Some(data) = shared_data("oulad") else { return };
    let Some(imported) = TestDatabase::create(kind).await else { return };
    import(&imported.url, &data);
    let mut imported = imported;
    let mut copies = Vec::new();
    for batch_size in ["1", "7", "5000"] {
        let (copy, original) = imported.duplicate().await;
        copies.push((copy, batch_size));
        imported = original;
    }

    let first = run(&imported.url, "100");
    assert_eq!(first["totalUsersProcessed"], 28_785);
    assert_eq!(first["segmentsCreated"], COUNTED.iter().map(|(_, count)| count).sum::<i64>());
    assert_eq!(first["errors"], json!([]));
    let world = World::new(imported);
    assert_eq!(world.counts().await, COUNTED.iter().map(|(key, count)| ((*key).into(), *count)).collect());
    let (events, members) = (world.events().await, world.memberships().await);

    let second = run(&world.test_database.url, "5000");
    assert_eq!((&second["segmentsCreated"], &second["segmentsRemoved"]), (&json!(0), &json!(0)));
    assert_eq!(world.events().await, events);
    Program::engine(&world.test_database.url).args(["verify"]).run().expect(0);

    for (copy, batch_size) in copies {
        run(&copy, batch_size);
        let other = World::open(&copy).await;
        assert!(other.memberships().await == members, "batches of {batch_size} and of 100 end in the same state");
    }
}

/// The second time, nothing changes.
fn import(url: &str, data: &Path) {
    let imports: Vec<_> = (0..2)
        .map(|_| {
            let import = Program::engine(url).args(["import", "--json", "--users"]).args([data.join("users.csv.xz")]);
            let import = import.args(["--attempts"]).args([data.join("quiz_attempts.csv.xz")]);
            let mut report = import.run().expect(0).json();
            report.as_object_mut().expect("an object").remove("duration");
            report
        })
        .collect();
    assert_eq!(
        imports,
        [
            json!({
                "users": {"rows": 28_785, "created": 28_785, "updated": 0, "unchanged": 0, "faults": 0},
                "attempts": {"rows": 965_483, "written": 965_483, "moved": 0, "unchanged": 0, "faults": 0},
            }),
            json!({
                "users": {"rows": 28_785, "created": 0, "updated": 0, "unchanged": 28_785, "faults": 0},
                "attempts": {"rows": 965_483, "written": 0, "moved": 0, "unchanged": 965_483, "faults": 0},
            }),
        ]
    );
}

fn run(url: &str, batch_size: &str) -> serde_json::Value {
    let run = Program::engine(url).args(["run", "--json", "--as-of", AS_OF, "--batch-size", batch_size]);
    run.run().expect(0).json()
}
