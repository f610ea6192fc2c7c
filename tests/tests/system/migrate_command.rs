//! `migrate --shards`, and who says how many shards there are.

use integration_tests::{Ended, Kind, Program, TestDatabase};
use tempfile::TempDir;

fn engine(url: &str, arguments: &[&str]) -> Ended {
    Program::engine(url).args(arguments).run()
}

/// `status` and `verify` as JSON and as text.
fn says(url: &str, shards: u64, in_words: [&str; 2]) {
    for (command, words) in ["status", "verify"].into_iter().zip(in_words) {
        assert_eq!(engine(url, &[command, "--json"]).expect(0).json()["shards"], shards);
        let text = engine(url, &[command]).expect(0).output;
        assert_eq!((text.contains(words), text.contains("shard")), (true, shards > 1), "{text}");
    }
}

const ONE: [&str; 2] = ["0 users, 0 of them changed", "holds   stored counts equal counted members"];

#[tokio::test]
async fn migrate_makes_as_many_shards_as_asked() {
    let Some((url, _)) = TestDatabase::create_empty(Kind::Postgres).await else { return };
    for count in ["0", "1025", "-1", "many"] {
        let refused = engine(&url, &["migrate", &format!("--shards={count}")]).expect(2);
        assert!(refused.errors.contains("expected a whole number from 1 to 1024"), "{}", refused.errors);
    }
    assert_eq!(
        engine(&url, &["migrate", "--shards", "8"]).expect(0).output,
        "the database is up to date. It has 8 shards\n"
    );
    for again in [&["migrate"][..], &["migrate", "--shards", "8"]] {
        assert_eq!(engine(&url, again).expect(0).output, "the database is up to date. It has 8 shards\n");
    }
    for other in ["1", "4"] {
        let refused = engine(&url, &["migrate", "--shards", other]).expect(1);
        let said = format!(
            "error: the database has 8 shards, not {other}. The number is fixed when a database is made: make a new one\n"
        );
        assert_eq!(refused.errors, said);
    }
    says(&url, 8, ["the database has 8 shards", "checked 8 shards"]);
}

#[tokio::test]
async fn migrate_makes_one_shard_unless_asked() {
    let Some((url, _)) = TestDatabase::create_empty(Kind::Postgres).await else { return };
    assert_eq!(engine(&url, &["migrate"]).expect(0).output, "the database is up to date\n");
    engine(&url, &["migrate", "--shards", "1"]).expect(0);
    says(&url, 1, ONE);
}

#[test]
fn migrate_makes_one_shard_in_a_file() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("audience.sqlite");
    let url = format!("sqlite://{}", path.display());
    let said = "error: an SQLite file has one shard. For more, use PostgreSQL\n";
    assert_eq!(engine(&url, &["migrate", "--shards", "8"]).expect(1).errors, said);
    assert!(!path.exists(), "no file is left behind");
    assert_eq!(engine(&url, &["migrate", "--shards", "1"]).expect(0).output, "the database is up to date\n");
    assert_eq!(engine(&url, &["migrate", "--shards", "8"]).expect(1).errors, said);
    says(&url, 1, ONE);
}
