//! Days as CSV files in the import format.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use domain::{
    event::{Event, Money},
    instant::format_instant,
    profile::{QuizAttempt, User},
};

use super::{attributes, world::Day};

const USER_COLUMNS: [&str; 11] = [
    "id",
    "email",
    "firstName",
    "lastName",
    "plan",
    "role",
    "currentStreak",
    "totalPoints",
    "level",
    "lastActivityAt",
    "createdAt",
];
const EVENT_COLUMNS: [&str; 7] = ["id", "userId", "name", "occurredAt", "amount", "currency", "refundOf"];
const ATTEMPT_COLUMNS: [&str; 5] = ["id", "userId", "certification", "score", "completedAt"];

pub(crate) struct DayFiles {
    pub(crate) users: PathBuf,
    pub(crate) attempts: PathBuf,
    pub(crate) events: PathBuf,
}

pub(crate) fn write(folder: &Path, day: &Day) -> Result<DayFiles> {
    let date = day.as_of.date_naive();
    let files = DayFiles {
        users: folder.join(format!("{date}-users.csv")),
        attempts: folder.join(format!("{date}-attempts.csv")),
        events: folder.join(format!("{date}-events.csv")),
    };
    for (path, bytes) in [
        (&files.users, users(&day.users)?),
        (&files.attempts, attempts(&day.attempts)?),
        (&files.events, events(&day.events)?),
    ] {
        fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(files)
}

pub(crate) fn users(users: &[User]) -> Result<Vec<u8>> {
    let columns: Vec<_> = USER_COLUMNS.into_iter().chain(attributes::COLUMNS).collect();
    table(&columns, users, |user| {
        let profile = [
            user.id.0.clone(),
            user.email.clone(),
            user.first_name.clone().unwrap_or_default(),
            user.last_name.clone().unwrap_or_default(),
            user.plan.clone(),
            user.role.clone(),
            user.current_streak.to_string(),
            user.total_points.to_string(),
            user.level.to_string(),
            user.last_activity_at.map(format_instant).unwrap_or_default(),
            format_instant(user.created_at),
        ];
        profile.into_iter().chain(attributes::cells(user)).collect()
    })
}

pub(crate) fn attempts(attempts: &[QuizAttempt]) -> Result<Vec<u8>> {
    table(&ATTEMPT_COLUMNS, attempts, |attempt| {
        vec![
            attempt.id.clone(),
            attempt.user_id.0.clone(),
            attempt.certification.clone(),
            attempt.score.flatten().map(|score| score.to_string()).unwrap_or_default(),
            format_instant(attempt.completed_at),
        ]
    })
}

pub(crate) fn events(events: &[Event]) -> Result<Vec<u8>> {
    table(&EVENT_COLUMNS, events, |event| {
        vec![
            event.id.clone(),
            event.user_id.0.clone(),
            event.name.to_string(),
            format_instant(event.occurred_at),
            event.amount.map(Money::decimal).unwrap_or_default(),
            event.amount.map(|money| money.currency.to_string()).unwrap_or_default(),
            event.refund_of.clone().unwrap_or_default(),
        ]
    })
}

fn table<T>(columns: &[&str], rows: &[T], cells: impl Fn(&T) -> Vec<String>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(cells(row))?;
    }
    Ok(writer.into_inner()?)
}
