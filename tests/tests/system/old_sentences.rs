//! Earlier versions stored sentences about segments and runs. A migration turns them into values.

use domain::{
    ids::UserId,
    run::{RunIssue, RunState},
    segment_health::{RuleFailure, SegmentHealth},
};
use integration_tests::{Kind, TestDatabase, World};
use migration::Migrator;
use persistence::{ConnectionTrait, Database, runs};
use sea_orm_migration::MigratorTrait;

const HELD_BACK: &str = "101 of 201 members would leave: nobody does, unless the run allows it to shrink";
const CYCLE: &str = "its definition refers to itself through other segments, or to segments that do";
const INVALID: &str = "its definition cannot be used: criteria[0].field: expected a field, found \"gone\"";
const NO_DEFINITION: &str = "it has no definition";

/// A database of the last version with sentences, migrated.
async fn migrated(kind: Kind, statements: &[String]) -> Option<(World, Option<tempfile::TempDir>)> {
    let (url, folder) = TestDatabase::create_empty(kind).await?;
    let mut old = Database::connect(&url).await.expect("the database opens");
    Migrator::up(old.connection(), Some(8)).await.expect("the old schema");
    for sql in statements {
        old.connection().execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    old.migrate(None).await.expect("the migration");
    old.close().await.expect("the connection closes");
    Some((World::new(TestDatabase::open(&url).await), folder))
}

fn segment((value, failure): (&str, Option<&str>)) -> String {
    let failure = failure.map_or("NULL".into(), |failure| format!("'{failure}'"));
    format!(
        "INSERT INTO segment (segment_type, segment_value, failure, created_at) \
         VALUES ('custom', '{value}', {failure}, '2026-03-10T12:00:00+00:00')"
    )
}

fn run(errors: &[&str]) -> String {
    let at = "'2026-03-10T12:00:00+00:00'";
    format!(
        "INSERT INTO segmentation_run (state, \"trigger\", mode, as_of, started_at, lease_until, owner, errors) \
         VALUES ('succeeded', 'cron', 'full', {at}, {at}, {at}, 'process 1', '{}')",
        serde_json::json!(errors)
    )
}

fn rule_failed(reason: RuleFailure) -> SegmentHealth {
    SegmentHealth::RuleFailed { reason }
}

#[tokio::test]
async fn migration_turns_sentences_of_earlier_versions_into_values() {
    let failed = |value: &str, reason| RunIssue::RuleFailed {
        segment: format!("custom:{value}").parse().expect("a key"),
        reason,
    };
    let invalid = || RuleFailure::InvalidDefinition { faults: Vec::new() };
    let user = |id: &str| UserId(id.into());
    let statements: Vec<_> = [
        ("held", Some(HELD_BACK)),
        ("circle", Some(CYCLE)),
        ("invalid", Some(INVALID)),
        ("none", Some(NO_DEFINITION)),
        ("well", None),
    ]
    .map(segment)
    .into_iter()
    .chain([
        run(&[]),
        run(&[
            &format!("segment custom:none: {NO_DEFINITION}"),
            &format!("segment custom:invalid: {INVALID}"),
            &format!("segment custom:circle: {CYCLE}"),
            "user bob: its quiz attempts cannot be read",
            "user a: b: the changes are refused: code 19 of the database",
            &format!("segment plan:free: {HELD_BACK}"),
            "a sentence that no version wrote",
            "and 57 more",
        ]),
        "INSERT INTO segment_event (user_no, segment_id, entered, at, cause) \
         VALUES (7, 1, true, '2026-03-10T12:00:00+00:00', 'user_run')"
            .into(),
    ])
    .collect();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some((world, _folder)) = migrated(kind, &statements).await else { continue };
        let expected = [
            ("custom:held", SegmentHealth::HeldBack { leaving: 101, members: 201 }),
            ("custom:circle", rule_failed(RuleFailure::Cycle)),
            ("custom:invalid", rule_failed(invalid())),
            ("custom:none", rule_failed(RuleFailure::NoDefinition)),
        ];
        assert_eq!(world.unhealthy().await, expected.map(|(key, health)| (key.to_owned(), health)), "{kind:?}");

        let stored = runs::latest(world.database().connection(), 2).await.expect("a query");
        let [run, clean] = &stored[..] else { panic!("{stored:?}") };
        assert_eq!((clean.state, &clean.issues[..], clean.issue_count), (RunState::Succeeded, &[][..], 0));
        assert_eq!(run.issue_count, 64);
        let expected = [
            failed("none", RuleFailure::NoDefinition),
            failed("invalid", invalid()),
            failed("circle", RuleFailure::Cycle),
            RunIssue::UnreadableUser { user: user("bob"), column: "quiz attempts".into() },
            RunIssue::UnwritableUser { user: user("a: b"), reason: "code 19 of the database".into() },
            RunIssue::HeldBack { segment: "plan:free".parse().expect("a key"), leaving: 101, members: 201 },
        ];
        assert_eq!(run.issues, expected, "{kind:?}");

        assert_eq!(world.events().await, 1);
        for (cause, is_known) in [("host_deleted", true), ("erasure", true), ("sync", false)] {
            let sql = format!(
                "INSERT INTO segment_event (user_no, segment_id, entered, at, cause{shard}) \
                 VALUES (7, 1, false, '2026-03-10T12:00:00+00:00', '{cause}'{first})",
                shard = world.and_shard(),
                first = if world.database().is_embedded() { "" } else { ", 0" },
            );
            let written = world.database().connection().execute_unprepared(&sql).await;
            assert_eq!(written.is_ok(), is_known, "{kind:?} {cause}");
        }
    }
}
