//! Whole imports, with files and a database in a folder.

use std::{
    fs, io,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use domain::instant::{FixedClock, parse_instant};
use flate2::{Compression, read::GzEncoder};
use persistence::Database;

use super::{ImportError, ImportOptions, import};
use crate::ingest::report::{
    AheadRows, IngestObserver, IngestReport, RecordCounts, RecordKind, RecordPlace, RefusedRecord, reason,
};

const USERS: &str = "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt\n\
                     u1,anna@example.org,Anna,\"Lind, MD\",pro,,7,100,2,2014-10-01T00:00:00Z,2014-01-01T00:00:00Z\n\
                     u2,ben@example.org,,,,,,,,,2014-01-02T00:00:00Z\n";
const ATTEMPTS: &str = "id,userId,certification,score,completedAt\n\
                        a1,u1,AWS-SAA-C03,87.5,2014-02-01T00:00:00Z\n\
                        a2,u1,AZ-104,,2014-02-02T00:00:00Z\n\
                        a1,u2,GCP ACE,,2014-02-03T00:00:00Z\n";

/// One folder per test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("segmentation-import-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    async fn database(&self) -> Database {
        let url = format!("sqlite://{}", self.0.join("audience.sqlite").display());
        Database::open(&url, true).await.expect("a database")
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> Option<PathBuf> {
        let path = self.0.join(name);
        fs::write(&path, content).expect("a file");
        Some(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Failing to delete the folder is no reason to fail.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Records what it observes, with files without their folder.
#[derive(Default)]
struct Heard(Vec<String>);

impl Heard {
    fn hear(&mut self, file: &str, what: impl std::fmt::Display) {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        self.0.push(format!("{name}: {what}"));
    }
}

impl IngestObserver for Heard {
    fn partial(&mut self, record: &RefusedRecord) {
        self.0.push(format!("{record} (partial)"));
    }

    fn refused(&mut self, record: &RefusedRecord) {
        let RecordPlace::Line { file, line } = &record.place else { panic!("not of a file") };
        self.hear(file, format_args!("line {line}: {}", reason(&record.faults)));
    }

    fn progress(&mut self, file: &str, read: u64) {
        self.hear(file, format_args!("{read} rows"));
    }

    fn without_watermark(&mut self, _kind: RecordKind, _rows: u64) {
        panic!("not of a file")
    }

    fn ahead(&mut self, _kind: RecordKind, _rows: &AheadRows) {
        panic!("not of a file")
    }

    fn unidentified(&mut self, file: &str, lines: u64) {
        self.hear(file, format_args!("{lines} lines without an id"));
    }

    fn mark_was_ahead(&mut self, _kind: RecordKind, _mark: &str) {
        panic!("not of a file")
    }

    fn ignored_columns(&mut self, file: &str, columns: &[String]) {
        self.hear(file, format_args!("ignored {}", columns.join(", ")));
    }
}

async fn imported(database: &Database, options: &ImportOptions) -> (Result<IngestReport, ImportError>, Vec<String>) {
    let (clock, mut heard) = (FixedClock(parse_instant("2014-10-15T00:00:00Z").expect("a time")), Heard::default());
    let report = import(database, options, &clock, &mut heard).await;
    (report.map(|report| IngestReport { duration_ms: 0, ..report }), heard.0)
}

async fn users_in(database: &Database) -> u64 {
    persistence::ingest::users::count(database.connection()).await.expect("a count")
}

#[tokio::test]
async fn import_a_second_time_changes_nothing() {
    let folder = Folder::new();
    let database = folder.database().await;
    let mut compressed = Vec::new();
    let mut encoder = GzEncoder::new(ATTEMPTS.as_bytes(), Compression::default());
    io::Read::read_to_end(&mut encoder, &mut compressed).expect("in memory");
    let options = ImportOptions {
        users: folder.file("users.csv", USERS),
        attempts: folder.file("quiz_attempts.csv.gz", compressed),
        ..ImportOptions::default()
    };
    let (first, heard) = imported(&database, &options).await;
    let expected = IngestReport {
        users: Some(RecordCounts { read: 2, created: 2, ..Default::default() }),
        attempts: Some(RecordCounts { read: 3, recorded: 3, ..Default::default() }),
        ..IngestReport::default()
    };
    assert_eq!(first.expect("good files"), expected);
    assert_eq!(heard, ["users.csv: 2 rows", "quiz_attempts.csv.gz: 3 rows"]);
    let (second, _) = imported(&database, &options).await;
    let expected = IngestReport {
        users: Some(RecordCounts { read: 2, unchanged: 2, ..Default::default() }),
        attempts: Some(RecordCounts { read: 3, unchanged: 3, ..Default::default() }),
        ..IngestReport::default()
    };
    assert_eq!(second.expect("good files"), expected);
    let changed = folder.file("users.csv", USERS.replace("anna@", "anna.lind@"));
    let (third, _) =
        imported(&database, &ImportOptions { users: changed, attempts: None, ..ImportOptions::default() }).await;
    let expected = RecordCounts { read: 2, updated: 1, unchanged: 1, ..Default::default() };
    assert_eq!(third.expect("a good file").users, Some(expected));
}

#[tokio::test]
async fn import_names_broken_lines_in_order_and_takes_the_good_ones() {
    let folder = Folder::new();
    let database = folder.database().await;
    let users = format!(
        "{USERS}\nu3,,,,,,,,,,2014-01-01T00:00:00Z\nu4,\"dora@example.org,,,,,,,,,2014-01-01T00:00:00Z\n\
         u1,eve@example.org,,,,,,,,,2014-01-01T00:00:00Z\nu5,finn@example.org,,,,,,,,,2014-01-01T00:00:00Z"
    );
    let attempts = ATTEMPTS.replace("completedAt\n", "completedAt,phone\n").replace("Z\n", "Z,555\n")
        + "a9,u4,AZ-104,,2014-02-01T00:00:00Z,555\na2,u1,AZ-104,,2014-02-02T00:00:00Z,556\na9,u4,AZ-104,,2014-02-01T00:00:00Z,\n\
           a8,u5,AZ-104,many,2014-02-01T00:00:00Z,\na7,u5,AZ-104,1,2014-02-01T00:00:00Z,\n";
    let options = ImportOptions {
        users: folder.file("users.csv", users),
        attempts: folder.file("quiz_attempts.csv", attempts),
        ..ImportOptions::default()
    };
    let (report, heard) = imported(&database, &options).await;
    assert_eq!(
        heard,
        [
            "quiz_attempts.csv: ignored phone",
            "users.csv: line 5: email is required",
            "users.csv: line 6: a quote is opened and not closed",
            "users.csv: line 7: id was already used on line 2",
            "users.csv: 6 rows",
            "quiz_attempts.csv: line 5: userId does not match any user",
            "quiz_attempts.csv: line 7: userId does not match any user",
            "quiz_attempts.csv: line 8: score must be a number",
            "quiz_attempts.csv: 8 rows",
        ]
    );
    let report = report.expect("readable files");
    assert_eq!(report.refused(), 6);
    assert_eq!(report.users, Some(RecordCounts { read: 6, created: 3, refused: 3, ..Default::default() }));
    assert_eq!(
        report.attempts,
        Some(RecordCounts { read: 8, recorded: 4, unchanged: 1, refused: 3, ..Default::default() })
    );
}

#[tokio::test]
async fn import_with_a_bad_header_takes_nothing() {
    let folder = Folder::new();
    let database = folder.database().await;
    let users = folder.file("users.csv", USERS);
    let attempts = folder.file("quiz_attempts.csv", "id,userId\n");
    let (report, heard) =
        imported(&database, &ImportOptions { users, attempts: attempts.clone(), ..ImportOptions::default() }).await;
    let file = attempts.expect("a file");
    let expected =
        format!("the header of {} lacks certification, completedAt: its columns are id, userId", file.display());
    assert_eq!(report.expect_err("a bad header").to_string(), expected);
    assert_eq!((users_in(&database).await, heard), (0, vec![]));
}

#[tokio::test]
async fn import_of_a_file_that_cannot_be_opened_fails_in_one_sentence() {
    let folder = Folder::new();
    let database = folder.database().await;
    let missing = folder.0.join("nowhere.csv");
    for (users, attempts, expected) in [
        (Some(missing.clone()), None, format!("{} cannot be opened", missing.display())),
        (Some(folder.0.clone()), None, format!("{} cannot be opened", folder.0.display())),
        (Some("-".into()), Some("-".into()), "standard input can be read only once".into()),
    ] {
        let (report, _) = imported(&database, &ImportOptions { users, attempts, ..ImportOptions::default() }).await;
        let error = report.expect_err("nothing to read").to_string();
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn import_of_a_file_that_breaks_off_fails_and_keeps_what_came_before() {
    let folder = Folder::new();
    let database = folder.database().await;
    let mut compressed = Vec::new();
    let mut encoder = GzEncoder::new(USERS.as_bytes(), Compression::none());
    io::Read::read_to_end(&mut encoder, &mut compressed).expect("in memory");
    compressed.truncate(compressed.len() - 20);
    let users = folder.file("users.csv.gz", compressed);
    let (report, heard) =
        imported(&database, &ImportOptions { users, attempts: None, ..ImportOptions::default() }).await;
    assert!(matches!(report, Err(ImportError::Read { line: 2, .. })), "{report:?}");
    assert_eq!((users_in(&database).await, heard), (1, vec!["users.csv.gz: 1 rows".to_owned()]));
}
