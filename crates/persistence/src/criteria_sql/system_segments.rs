//! The SQL of each built-in segment, to be looked up by its name in `snapshots/`. Its clock is 2026-03-10T12:00:00Z.
//!
//! Values are in place for people to read. The programs bind them, and on SQLite an instant has another form there.

use chrono_tz::Tz;
use domain::{
    instant::parse_instant,
    period::Moment,
    system_segments::{SystemSegment, catalogue},
};
use sea_orm::{DbBackend, StatementBuilder};

use super::matching;

#[test]
fn criteria_sql_system_segments_on_sqlite() {
    insta::assert_snapshot!("sqlite", golden(DbBackend::Sqlite));
}

#[test]
fn criteria_sql_system_segments_on_postgres() {
    insta::assert_snapshot!("postgres", golden(DbBackend::Postgres));
}

fn golden(backend: DbBackend) -> String {
    let moment = Moment { now: parse_instant("2026-03-10T12:00:00Z").expect("an instant"), zone: Tz::UTC };
    let of_one = |segment: &SystemSegment| {
        let statement = StatementBuilder::build(&matching(&segment.criteria, moment, None, backend.into()), &backend);
        format!("{} ({})\n  {statement}\n", segment.name, segment.key)
    };
    catalogue().iter().map(of_one).collect::<Vec<_>>().join("\n")
}
