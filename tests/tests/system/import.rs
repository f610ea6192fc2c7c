//! `segmentation-engine import`: files with all or some of the columns.

use std::{fs, path::PathBuf};

use integration_tests::{Ended, Program, World, now, on_both_databases, quiz, user};
use serde_json::json;
use tempfile::TempDir;

const USERS: &str = "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt\n";
const ATTEMPTS: &str = "id,userId,certification,score,completedAt\n";

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("a file");
        path
    }
}

fn import_users(world: &World, content: &str) -> Ended {
    let files = Files::new();
    let users = files.write("users.csv", content);
    let arguments = ["import".into(), "--json".into(), "--users".into(), users];
    Program::engine(&world.test_database.url).args::<PathBuf>(arguments).run()
}

/// All stored data of a user except the time of writing.
type StoredUser = (String, String, String, String, String, i64, i64, i64, String, String);

async fn stored(world: &World) -> Vec<StoredUser> {
    let sql = "SELECT id, email, coalesce(first_name, '-'), coalesce(last_name, '-'), plan || ' ' || role, current_streak, \
               total_points, level, coalesce(CAST(last_activity_at AS text), '-'), CAST(created_at AS text) \
               FROM users ORDER BY id";
    world.query(sql).await
}

async fn marked(world: &World) -> Vec<String> {
    let sql = "SELECT id FROM users JOIN user_dirty ON user_no = no ORDER BY id";
    world.query::<(String,)>(sql).await.into_iter().map(|(id,)| id).collect()
}

const ANN_AND_BOB: &str = "ann,ann@example.org,Ann,Lind,PRO,ADMIN,7,100,3,2026-03-01T00:00:00Z,2025-01-01T00:00:00Z\n\
                           bob,bob@example.org,,,,,,,,,2025-01-02T00:00:00Z\n";

on_both_databases! {
    async fn import_names_faulty_lines_and_takes_the_others(world: World) {
        let files = Files::new();
        let mut lines = USERS.as_bytes().to_vec();
        lines.extend_from_slice(b"ann,ann@example.org,Ann,\"O'Neill, the \"\"first\"\"\",pro,,3,10,2,,2026-01-01T00:00:00Z\n");
        lines.extend_from_slice(b",nobody@example.org,,,FREE,,0,0,1,,2026-01-01T00:00:00Z\n");
        lines.extend_from_slice(b"bob,bob@example.org,,,FREE,,many,0,1,,yesterday\n");
        lines.extend_from_slice(b"cleo,cleo@example.org,,,FREE\n");
        lines.extend_from_slice(b"dan,\xff@example.org,,,FREE,,0,0,1,,2026-01-01T00:00:00Z\n");
        lines.extend_from_slice(b"eve,eve@example.org,a\0b,,FREE,,0,0,1,,2026-01-01T00:00:00Z\n");
        lines.extend_from_slice("zoë,zoë@example.org,Ζωή,,,,,,,,2026-01-01T01:00:00+01:00\n".as_bytes());
        let users = files.write("users.csv", lines);
        let attempts = files.write("quiz_attempts.csv", format!(
            "{ATTEMPTS}1,ann,AWS-SAA-C03,,2026-01-02T00:00:00Z\n2,nobody,AZ-104,,2026-01-02T00:00:00Z\n\
             3,ann,AZ-104,high,2026-01-02T00:00:00Z\n"
        ));
        let import = || {
            let arguments = ["import".into(), "--json".into(), "--users".into(), users.clone(), "--attempts".into(), attempts.clone()];
            Program::engine(&world.test_database.url).args::<PathBuf>(arguments).run().expect(3)
        };

        let first = import();

        let report = first.json();
        assert_eq!(report["users"], json!({"rows": 7, "created": 2, "updated": 0, "unchanged": 0, "faults": 5}));
        assert_eq!(report["attempts"], json!({"rows": 3, "written": 1, "moved": 0, "unchanged": 0, "faults": 2}));
        let named: Vec<_> = first.errors.lines().filter_map(|line| line.split_once(".csv:")).collect();
        let lines: Vec<_> = named.iter().filter_map(|(_, rest)| rest.split(':').next()).collect();
        assert_eq!(lines, ["3", "4", "5", "6", "7", "3", "4"], "{}", first.errors);
        assert!(!first.errors.contains("@example.org"), "{}", first.errors);
        let stored = world.query::<(String, String)>("SELECT id, coalesce(last_name, first_name) FROM users ORDER BY id").await;
        assert_eq!(stored, [("ann".into(), "O'Neill, the \"first\"".into()), ("zoë".into(), "Ζωή".into())]);

        let second = import();
        assert_eq!(second.json()["users"]["unchanged"], 2);
        assert_eq!(second.json()["attempts"]["unchanged"], 1);
        world.verify().await;
    }

    /// Files with a space after each comma.
    async fn import_drops_spaces_around_ids_addresses_and_words(world: World) {
        let files = Files::new();
        let users = files.write("users.csv", format!("{}\n ann, ann@example.org , Ann, , pro , admin, 0, 0, 1, , 2026-01-01T00:00:00Z\n", USERS.trim().replace(',', ", ")));
        let attempts = files.write("attempts.csv", format!("{ATTEMPTS}\u{a0}1, ann ,AZ-104 , 1, 2026-01-02T00:00:00Z\n1,ann,AZ-104,1,2026-01-02T00:00:00Z\n"));
        let ended = Program::engine(&world.test_database.url)
            .args::<PathBuf>(["import".into(), "--json".into(), "--users".into(), users, "--attempts".into(), attempts])
            .run()
            .expect(0);
        assert_eq!(ended.json()["users"]["created"], 1);
        assert_eq!(ended.json()["attempts"], json!({"rows": 2, "written": 1, "moved": 0, "unchanged": 1, "faults": 0}));
        let found = stored(&world).await;
        let texts = [&found[0].0, &found[0].1, &found[0].2, &found[0].3, &found[0].4];
        assert_eq!(texts, ["ann", "ann@example.org", "Ann", "-", "PRO ADMIN"]);
        let attempts = world.query::<(String, String)>("SELECT id, certification FROM quiz_attempts").await;
        assert_eq!(attempts, [("1".into(), "AZ-104".into())]);
        world.verify().await;
    }

    async fn import_takes_a_line_break_in_the_first_column(world: World) {
        let file = "firstName,id,email,createdAt\r\n\"Ann\r\nMarie\",ann,ann@example.org,2026-01-01T00:00:00Z\r\n\
                    Bob,bob,bob@example.org,2026-01-01T00:00:00Z\r\n";
        let ended = import_users(&world, file).expect(0);
        assert_eq!(ended.json()["users"]["created"], 2);
        let found: Vec<_> = stored(&world).await.into_iter().map(|user| (user.0, user.2)).collect();
        assert_eq!(found, [("ann".into(), "Ann\r\nMarie".into()), ("bob".into(), "Bob".into())]);
    }

    async fn import_passes_over_rows_without_content(world: World) {
        let file = format!("{USERS},,,,,,,,,,\r\n{ANN_AND_BOB},,,,,,,,,,\r\n\"\",\" \",,,,,,,,,\r\n ;\r\n");
        let ended = import_users(&world, &file).expect(3);
        assert_eq!(ended.json()["users"], json!({"rows": 3, "created": 2, "updated": 0, "unchanged": 0, "faults": 1}));
        assert!(ended.errors.ends_with("users.csv:7: the number of columns is 1 instead of 11\n"), "{}", ended.errors);
    }

    async fn import_names_what_a_file_is_instead_of_csv(world: World) {
        let files = Files::new();
        let utf_16: Vec<u8> = USERS.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let spreadsheet = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\n".to_vec();
        for (content, expected) in [
            (USERS.replace(',', ";").into_bytes(), "its columns are separated by semicolons instead of commas"),
            (USERS.replace(',', "\t").into_bytes(), "its columns are separated by tabs instead of commas"),
            ([b"\xff\xfe".to_vec(), utf_16.clone()].concat(), "it is UTF-16: save it as CSV UTF-8"),
            (utf_16, "it is UTF-16: save it as CSV UTF-8"),
            (b"PK\x03\x04\x14\0\x06\0\n".to_vec(), "it is a spreadsheet or another ZIP file: save it as CSV UTF-8"),
            (spreadsheet, "it is an Excel spreadsheet: save it as CSV UTF-8"),
        ] {
            let file = files.write("file.csv", content);
            let arguments = ["import".into(), "--users".into(), file.clone()];
            let ended = Program::engine(&world.test_database.url).args::<PathBuf>(arguments).run().expect(1);
            let expected = format!("error: the header of {} cannot be read: {expected}\n", file.display());
            assert_eq!(ended.errors, expected);
        }
    }

    async fn import_finds_users_of_the_same_import(world: World) {
        world.users(&[user("ann")]).await;
        world.attempts(&[quiz("ann", 1, "AZ-104")]).await;
        let files = Files::new();
        let users = files.write("users.csv", format!("\u{feff}{USERS}bob,b@example.org,,,,,,,,,2026-01-01T00:00:00Z\r\n"));
        let attempts = files.write("attempts.csv", format!("{ATTEMPTS}1,bob,GCP ACE,80.5,2026-01-02T00:00:00Z"));
        let ended = Program::engine(&world.test_database.url)
            .args::<PathBuf>(["import".into(), "--users".into(), users, "--attempts".into(), attempts])
            .run()
            .expect(0);
        assert!(ended.output.starts_with("users: 1 row, 1 created, 0 updated, 0 unchanged, 0 refused\n"), "{}", ended.output);
        world.verify().await;
    }

    async fn import_of_some_columns_leaves_the_others_as_they_are(world: World) {
        import_users(&world, &format!("{USERS}{ANN_AND_BOB}")).expect(0);
        world.run(now()).await;
        let mut expected = stored(&world).await;

        let ended = import_users(&world, "id,totalPoints\nann,250\nbob,0\n").expect(0);
        let counts = json!({"rows": 2, "created": 0, "updated": 1, "unchanged": 1, "faults": 0});
        assert_eq!(ended.json()["users"], counts);
        expected[0].6 = 250;
        assert_eq!(stored(&world).await, expected);
        assert_eq!(marked(&world).await, ["ann"]);

        // An empty cell unsets the value if the column exists.
        let ended = import_users(&world, "level,id,firstName,lastActivityAt\n,ann,,\n4,bob,Bob,\n").expect(0);
        assert_eq!(ended.json()["users"]["updated"], 2);
        (expected[0].2, expected[0].7, expected[0].8) = ("-".into(), 1, "-".into());
        (expected[1].2, expected[1].7) = ("Bob".into(), 4);
        assert_eq!(stored(&world).await, expected);

        let ended = import_users(&world, "id\nann\nbob\n").expect(0);
        assert_eq!(ended.json()["users"]["unchanged"], 2);
        world.verify().await;
    }

    async fn import_of_a_file_from_before_a_column_was_added(world: World) {
        let columns = "id,email,createdAt,plan\n";
        let file = format!("{columns}ann,ann@example.org,2025-01-01T00:00:00Z,pro\nbob,bob@example.org,2025-01-01T00:00:00Z,\n");
        let ended = import_users(&world, &file).expect(0);
        assert_eq!((&ended.json()["users"]["created"], ended.errors.as_str()), (&json!(2), ""));
        let found = stored(&world).await;
        let defaults: Vec<_> = found.iter().map(|user| (user.4.as_str(), user.5, user.6, user.7)).collect();
        assert_eq!(defaults, [("PRO USER", 0, 0, 1), ("FREE USER", 0, 0, 1)]);

        import_users(&world, "id,level\nann,9\n").expect(0);
        let ended = import_users(&world, &file).expect(0);
        assert_eq!(ended.json()["users"]["unchanged"], 2, "what the file does not have stays");
        assert_eq!(stored(&world).await[0].7, 9);
        world.verify().await;
    }

    async fn import_refuses_new_users_without_what_they_need(world: World) {
        world.users(&[user("ann")]).await;
        let ended = import_users(&world, "id,plan,email\nann,PRO,a@example.org\nbob,PRO,b@example.org\ncleo,PRO,\n").expect(3);
        assert_eq!(ended.json()["users"], json!({"rows": 3, "created": 0, "updated": 1, "unchanged": 0, "faults": 2}));
        let named: Vec<_> = ended.errors.lines().filter_map(|line| line.split_once(".csv:")).map(|(_, rest)| rest).collect();
        assert_eq!(named, ["3: createdAt is required for a new user", "4: email is required"]);

        let ended = import_users(&world, "id,level\nann,2\ndan,3\n").expect(3);
        assert!(ended.errors.ends_with("users.csv:3: email is required for a new user; createdAt is required for a new user\n"));
        assert_eq!(stored(&world).await.len(), 1);
    }

    async fn import_of_a_complete_file_moves_attempts_to_their_users(world: World) {
        world.users(&[user("kept"), user("old"), user("third")]).await;
        let files = Files::new();
        let import = |name: &str, rows: &str, flags: &[&str]| {
            let file = files.write(name, format!("id,userId,certification,completedAt\n{rows}"));
            let program = Program::engine(&world.test_database.url).args(["import", "--attempts"]).args([file]);
            program.args(flags).run()
        };
        let row = |id: &str, user: &str| format!("{id},{user},AWS-SAA-C03,2026-01-01T00:00:00Z\n");
        let before = [row("1", "old"), row("2", "old"), row("1", "third")].concat();
        import("before.csv", &before, &[]).expect(0);
        let merged = [row("1", "kept"), row("2", "kept")].concat();
        let counts = "SELECT id, quiz_count FROM users JOIN user_stats ON user_no = no ORDER BY id";
        let of = |kept, old, third| [("kept".to_owned(), kept), ("old".into(), old), ("third".into(), third)];

        // A file may be partial, and ids are unique per user.
        import("merged.csv", &merged, &[]).expect(0);
        assert_eq!(world.query::<(String, i64)>(counts).await, of(2, 2, 1));
        // A column of email addresses by mistake: nobody is known, and nobody loses an attempt.
        let wrong = [row("1", "kept@example.org"), row("2", "old@example.org")].concat();
        let ended = import("wrong.csv", &wrong, &["--complete"]).expect(3);
        assert!(ended.output.starts_with("attempts: 2 rows, 0 recorded, 0 unchanged, 2 refused\n"), "{}", ended.output);
        assert_eq!(world.query::<(String, i64)>(counts).await, of(2, 2, 1));
        let ended = import("merged.csv", &merged, &["--complete"]).expect(0);
        let said = "attempts: 2 rows, 2 recorded (2 of them from another user), 0 unchanged, 0 refused\n";
        assert!(ended.output.starts_with(said), "{}", ended.output);
        assert_eq!(world.query::<(String, i64)>(counts).await, of(2, 0, 0));
        assert_eq!(marked(&world).await, ["kept", "old", "third"]);
        world.verify().await;

        let ended = import("twice.csv", &[row("1", "kept"), row("1", "old")].concat(), &["--complete"]).expect(3);
        assert!(ended.errors.ends_with("twice.csv:3: id was already used on line 2, with different content\n"), "{}", ended.errors);
        assert_eq!(world.query::<(String, i64)>(counts).await, of(2, 0, 0));
    }

    async fn import_names_unknown_columns_once(world: World) {
        let file = "id,email,createdAt,phone,nickname\nann,a@example.org,2025-01-01T00:00:00Z,1,Ann\n";
        let ended = import_users(&world, file).expect(0);
        assert!(ended.errors.ends_with("users.csv: ignored unknown columns phone, nickname\n"), "{}", ended.errors);
    }

    async fn import_refuses_columns_in_another_case(world: World) {
        let file = "id,email,createdAt,Plan,firstname\nann,a@example.org,2025-01-01T00:00:00Z,PRO,Ann\n";
        let ended = import_users(&world, file).expect(1);
        let said = "users.csv must have these columns with their exact case: firstName instead of firstname, plan instead of Plan\n";
        assert!(ended.errors.ends_with(said), "{}", ended.errors);
        assert_eq!(stored(&world).await, []);
    }

    /// They look like the id of somebody else.
    async fn import_refuses_invisible_characters_in_ids(world: World) {
        let file = "id,email,createdAt\n\
                    ann,ann@example.org,2025-01-01T00:00:00Z\n\
                    ann\u{feff},ann@example.org,2025-01-01T00:00:00Z\n\
                    an\u{ad}n,ann@example.org,2025-01-01T00:00:00Z\n";
        let ended = import_users(&world, file).expect(3);
        let hidden = "must not contain line breaks, tabs, or invisible or direction characters";
        let lines: Vec<_> = ended.errors.lines().filter_map(|line| line.split_once("users.csv:")).map(|(_, said)| said).collect();
        assert_eq!(lines, [format!("3: id {hidden}"), format!("4: id {hidden}")]);
        assert_eq!(stored(&world).await.len(), 1);
    }
}
