//! A second program for the figures of reports, `tests/oracle`, which reads nothing but exported CSV.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::instant::{Instant, format_instant};
use segmentation_engine::export_data::{DataFiles, export_data};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::{Api, World};

pub struct Oracle {
    /// With DuckDB.
    python: PathBuf,
}

/// A report and its params.
pub type Question = (&'static str, Json);

impl Oracle {
    /// `cargo xtask test` makes a place with what the program needs, and names it in `ORACLE_PYTHON`. Prints `skipped` without it.
    pub fn find() -> Option<Self> {
        let python = std::env::var_os("ORACLE_PYTHON").map(PathBuf::from);
        assert!(python.is_some() || std::env::var("CI").as_deref() != Ok("true"), "CI has the oracle");
        if python.is_none() {
            eprintln!("skipped: ORACLE_PYTHON is not set; cargo xtask test sets it");
        }
        python.map(|python| Self { python })
    }

    /// Asks both programs the same.
    pub async fn assert_agrees(&self, world: &World, now: Instant, zone: Tz, questions: &[Question], said: &str) {
        let api = Api::in_zone(world, now, zone).await;
        let folder = exported(world).await;
        let mut answers = Vec::new();
        let mut asked = Vec::new();
        for (report, params) in questions {
            let answer = api.call(&format!("adminAudience.{report}"), params.clone()).await;
            answers.push(answer.unwrap_or_else(|error| panic!("{said}: {report} {params}: {error:?}")));
            let mut params = params.clone();
            (params["zone"], params["now"]) = (zone.name().into(), format_instant(now).into());
            asked.push(json!({"report": report, "params": params}));
        }
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("questions.json"), Json::from(asked).to_string()).expect("a file");
        std::fs::write(file("product.json"), Json::from(answers).to_string()).expect("a file");
        let oracle = self.run("oracle.py", |command| {
            command.arg("--questions").arg(file("questions.json")).arg("--data").arg(folder.path())
        });
        std::fs::write(file("oracle.json"), oracle.stdout).expect("a file");
        let compared = self.run("agree.py", |command| command.args([file("oracle.json"), file("product.json")]));
        let found = String::from_utf8_lossy(&compared.stdout);
        let asked: Vec<_> =
            questions.iter().enumerate().map(|(place, asked)| format!("$[{place}]: {asked:?}")).collect();
        assert!(compared.status.success(), "{said}: {found}\n{}", asked.join("\n"));
    }

    fn run(&self, program: &str, with: impl FnOnce(&mut Command) -> &mut Command) -> std::process::Output {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(program);
        let output =
            with(Command::new(&self.python).arg("-B").arg(path)).stdin(Stdio::null()).output().expect("it starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.is_empty(), "{program}: {errors}");
        output
    }
}

/// What the program reads.
async fn exported(world: &World) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let file = |name: &str| File::create(folder.path().join(name)).expect("a file");
    let files = DataFiles {
        ledger: Some(file("ledger.csv")),
        events: Some(file("events.csv")),
        attempts: Some(file("attempts.csv")),
    };
    export_data(world.database(), files).await.expect("an export");
    let users = world.query::<(String, DateTime<Utc>, i16)>("SELECT id, created_at, random_bucket FROM users").await;
    let users: Vec<_> = users.iter().map(|(id, at, bucket)| format!("{id},{},{bucket}", format_instant(*at))).collect();
    write(&folder, "users.csv", "id,createdAt,randomBucket", &users);
    let erased = "SELECT CAST(day AS text), name, currency, CAST(events AS bigint), CAST(gross AS bigint), CAST(refunded AS bigint) \
                  FROM erased_event JOIN event_name ON event_name.no = erased_event.name_no";
    let erased = world.query::<(String, String, String, i64, i64, i64)>(erased).await;
    let erased: Vec<_> = erased
        .iter()
        .map(|(day, name, currency, events, gross, refunded)| {
            format!("{day},{name},{currency},{events},{gross},{refunded}")
        })
        .collect();
    write(&folder, "erased_events.csv", "day,name,currency,events,gross,refunded", &erased);
    let segments = "SELECT 'custom:' || custom_segment.id, segment.created_at, custom_segment_version.version, \
                    custom_segment_version.created_at FROM custom_segment \
                    JOIN segment ON segment.id = custom_segment.segment_id \
                    JOIN custom_segment_version ON custom_segment_version.custom_segment_id = custom_segment.id \
                    WHERE custom_segment_version.version > 0 ORDER BY 1, 3";
    let mut rows = std::collections::BTreeMap::<_, Vec<_>>::new();
    for (id, created, version, at) in world.query::<(String, DateTime<Utc>, i32, DateTime<Utc>)>(segments).await {
        let versions = rows.entry((id, format_instant(created))).or_default();
        if version > 1 {
            versions.push(format!("{version}@{}", format_instant(at)));
        }
    }
    let rows: Vec<_> = rows.iter().map(|((id, at), versions)| format!("{id},{at},{}", versions.join(";"))).collect();
    write(&folder, "segments.csv", "id,createdAt,versions", &rows);
    folder
}

fn write(folder: &TempDir, name: &str, head: &str, rows: &[String]) {
    let text: String = std::iter::once(head.to_owned()).chain(rows.iter().cloned()).map(|row| row + "\n").collect();
    std::fs::write(folder.path().join(name), text).expect("a file");
}
