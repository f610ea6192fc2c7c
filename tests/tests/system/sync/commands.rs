//! The command line of sync: what it says, and with which exit code.

use integration_tests::{MailWorld, Program, World, on_both_databases, user};
use serde_json::json;

fn engine(world: &World, arguments: &[&str]) -> Program {
    Program::engine(&world.test_database.url).args(arguments)
}

on_both_databases! {
    async fn command_without_a_key_has_nothing_to_do_unless_something_is_synced(world: World) {
        assert_eq!(engine(&world, &["sync"]).run().expect(0).output, "nothing is synced\n");
        assert_eq!(engine(&world, &["sync", "--dry-run"]).run().expect(0).output, "nothing is synced\n");
        let mail = MailWorld::new(world).await;
        mail.on("plan:free").await;
        let refused = engine(&mail.world, &["sync"]).run().expect(2).errors;
        assert_eq!(refused, "error: RESEND_API_KEY is not set, and 1 segment and 0 erasures have to be synced\n");
    }

    async fn command_names_a_malformed_variable_without_its_value(world: World) {
        for (variable, value) in [
            ("RESEND_API_KEY", "re canary"), ("RESEND_BASE_URL", "http://canary.example.org"), ("RESEND_MAX_RATE", "canary"),
            ("RESEND_SYNC_NAMES", "canary"), ("RESEND_WEBHOOK_SECRET", "whsec_canary"),
        ] {
            let refused = engine(&world, &["sync"]).env(variable, value).run().expect(2).errors;
            assert!(refused.starts_with(&format!("error: {variable} must be ")), "{refused}");
            assert!(!refused.contains("canary"), "{refused}");
        }
    }

    async fn command_reports_what_it_did(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann"), user("bob")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        let plan = mail.run(&["sync", "--dry-run", "--json"]).await.expect(0).json();
        assert_eq!(plan["segments"], json!([{"segment": "plan:free", "joining": 2, "leaving": 0}]));
        assert!(mail.fake.requests().is_empty(), "a dry run sends nothing");
        let done = mail.run(&["sync", "--json"]).await.expect(0).json();
        assert_eq!((&done["planned"], &done["done"], &done["created"], &done["requests"]), (&json!(2), &json!(2), &json!(2), &json!(5)));
        assert_eq!(done["segments"], json!([{
            "segment": "plan:free", "joined": 2, "left": 0, "missing": 0, "extra": 0,
            "held": {"suppressed": 0, "noAddress": 0, "refused": 0},
        }]));
        let recorded = "SELECT count(*) FROM audit_log WHERE action = 'runSync'";
        assert_eq!(mail.world.query::<(i64,)>(recorded).await, [(1,)]);
        let again = mail.run(&["sync", "--segment", "plan:free"]).await.expect(0).output;
        assert!(again.contains("requests                        0"), "{again}");
        let unknown = mail.run(&["sync", "--segment", "plan:pro"]).await.expect(2).errors;
        assert_eq!(unknown, "error: there is no synced segment plan:pro\n");
        mail.run(&["sync", "--segment", "pro"]).await.expect(2);
    }

    async fn command_status_shows_where_sync_stands(world: World) {
        let before = engine(&world, &["status"]).run().expect(0).output;
        assert!(!before.contains("synced"), "{before}");
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann"), user("bob"), user("cleo")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.sync().await;
        mail.fake.unsubscribe("ann@example.org");
        mail.all_arrive().await;
        mail.sync().await;
        let status = engine(&mail.world, &["status", "--json"]).run().expect(0).json()["sync"].clone();
        let segment = &status["segments"][0];
        assert_eq!((&segment["members"], &segment["delivered"]), (&json!(3), &json!(2)));
        assert_eq!(segment["held"], json!({"suppressed": 1, "noAddress": 0, "refused": 0}));
        assert_eq!(status["suppressed"], json!({"unsubscribed": 1}));
        assert_eq!(status["contacts"], json!({"here": 3, "elsewhere": 0, "refused": 0}));
        let shown = engine(&mail.world, &["status"]).run().expect(0).output;
        assert!(shown.contains("synced segment  state  members  delivered  pending  held  missing  extra  synced at"), "{shown}");
    }

    async fn command_writes_metrics(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("metrics");
        mail.run(&["sync", "--metrics-file", file.to_str().expect("UTF-8")]).await.expect(0);
        let metrics = std::fs::read_to_string(file).expect("a file");
        for line in [
            "audience_sync_active 0", "audience_sync_last_failed 0", "audience_sync_last_success_joined 1",
            "audience_sync_lag{segment=\"plan:free\"} 0", "audience_sync_held{segment=\"plan:free\"} 0",
            "audience_sync_erasures_pending 0",
        ] {
            assert!(metrics.lines().any(|one| one == line), "{line}\n{metrics}");
        }
    }

    /// At the level at which libraries say most.
    async fn command_says_nothing_about_people_or_secrets(world: World) {
        let mail = MailWorld::new(world).await;
        let count = if std::env::var_os("TEST_LONG").is_some() { 1_000 } else { 2 };
        let canary = |number| {
            let mut canary = user(&format!("u{number}"));
            (canary.email, canary.first_name) = (format!("canary{number}@example.org"), Some("Canary".into()));
            canary
        };
        mail.world.users(&(0..count).map(canary).collect::<Vec<_>>()).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        mail.fake.switch(|switches| switches.faults = Some(resend_fake::Faults::new(0.2, &resend_fake::Fault::ALL, 5)));
        for mode in [&["sync", "--log", "trace"][..], &["sync", "--full", "--log", "trace"]] {
            let ended = mail.run(mode).await;
            let said = format!("{}{}", ended.output, ended.errors).to_lowercase();
            for secret in ["canary", resend_fake::Fake::KEY, "@example.org"] {
                let line = said.lines().find(|line| line.contains(secret));
                assert!(line.is_none(), "{secret}: {line:?}");
            }
        }
    }
}
