//! Certifications as people write them, and how many are of no known provider.

use std::fs;

use integration_tests::{Api, Program, World, now, on_both_databases, quiz, user};
use persistence::ingest::attempts;
use serde_json::json;
use tempfile::TempDir;

/// An import of an attempt for each user.
fn import(world: &World, certifications: &[(&str, &str)]) {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("attempts.csv");
    let row = |(user, text): &(&str, &str)| format!("1,{user},\"{text}\",,2026-03-01T00:00:00Z\n");
    let rows: String = certifications.iter().map(row).collect();
    fs::write(&file, format!("id,userId,certification,score,completedAt\n{rows}")).expect("a file");
    let program = Program::engine(&world.test_database.url).args(["import", "--attempts"]);
    program.args([&file]).run().expect(0);
}

on_both_databases! {
    async fn provider_is_recognized_however_its_words_are_separated(world: World) {
        let certifications = [
            ("c0", "AWS: Solutions Architect"),
            ("c1", "AWS\u{a0}SAA-C03"),
            ("c2", "SAA–C03"),
            ("c3", "AWS\tSAA"),
            ("c4", "Google, ACE"),
            ("c5", "AZ–104"),
            ("c6", "AWSome"),
        ];
        world.users(&certifications.map(|(id, _)| user(id))).await;
        import(&world, &certifications);
        world.run(now()).await;
        assert_eq!(world.members("certification:aws_focus").await, ["c0", "c1", "c2", "c3"]);
        assert_eq!(world.members("certification:azure_focus").await, ["c5"]);
        assert_eq!(world.members("certification:gcp_focus").await, ["c4"]);
    }

    async fn attempts_without_provider_are_counted(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let attempts: Vec<_> = (0..150).map(|number| quiz("ann", number, "CompTIA Security+")).collect();
        world.attempts(&attempts).await;
        world.attempts(&[quiz("ann", 0, "AWS"), quiz("bob", 1, "Linux"), quiz("bob", 2, "AZ-104")]).await;
        let folder = TempDir::new().expect("a temporary folder");
        let metrics = folder.path().join("metrics.prom");
        let url = &world.test_database.url;
        let run = |arguments: &[&str]| {
            let program = Program::engine(url).args(["run", "--as-of", "2026-03-10T12:00:00Z"]).args(arguments);
            program.run().expect(0)
        };
        assert_eq!(run(&["--dry-run", "--json"]).json()["attemptsWithoutProvider"], 150);
        let ended = run(&["--metrics-file", metrics.to_str().expect("UTF-8")]);
        assert_eq!(ended.errors, "warning: 150 attempts have a certification of no known provider\n");
        let gauge = "\naudience_run_last_success_attempts_without_provider 150\n";
        assert!(fs::read_to_string(&metrics).expect("metrics").contains(gauge));

        assert!(Program::engine(url).args(["status"]).run().expect(0).output.contains(
            "\n150 of 152 attempts have a certification of no known provider\n"
        ));
        let status = Program::engine(url).args(["status", "--json"]).run().expect(0).json();
        assert_eq!(
            (&status["attemptsWithoutProvider"], &status["runs"][0]["attemptsWithoutProvider"]),
            (&json!(150), &json!(150))
        );
        let api = Api::new(&world).await;
        let stored = api.call("adminAudience.getRun", json!({"runId": status["runs"][0]["runId"]})).await.expect("a run");
        assert_eq!(stored["attemptsWithoutProvider"], 150);
        assert!(api.request("GET", "/metrics", &[]).await.body().contains(gauge));

        // An incremental run counts those of all users, too.
        world.attempts(&[quiz("bob", 1, "AZ-104")]).await;
        assert_eq!(run(&["--incremental", "--json"]).json()["attemptsWithoutProvider"], 149);
        world.verify().await;
        world.erase("ann").await;
        assert_eq!(run(&["--incremental", "--json"]).json()["attemptsWithoutProvider"], 0);
        world.verify().await;
    }

    async fn attempt_without_provider_moves_with_its_count(world: World) {
        // Between shards, what writes the attempt takes it from the old user.
        let bob = world.beside("ann");
        world.users(&[user("ann"), user(&bob)]).await;
        world.attempts(&[quiz("ann", 1, "Linux")]).await;
        let tx = world.change_of(&bob).await;
        let origin = attempts::Origin::CompleteFile;
        attempts::upsert(&tx, &[quiz(&bob, 1, "Linux")], origin).await.expect("the attempt is written");
        tx.commit().await.expect("a commit");
        let counted = "SELECT without_provider FROM user_stats ORDER BY user_no";
        assert_eq!(world.query::<(i64,)>(counted).await, [(0,), (1,)]);
        world.verify().await;
    }
}
