//! Database errors in our own words. The messages of drivers and databases can contain values, and do not tell an
//! operator what to do.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the errors of libraries are open-ended, and most have no words here"
)]

use std::{error::Error, io};

use sea_orm::{DbErr, RuntimeErr, SqlxError, sqlx::error::DatabaseError as Complaint};

/// Describes a failed statement without its text or values.
pub fn words(error: &DbErr) -> String {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => words_of(cause),
        DbErr::ConnectionAcquire(_) => "no connection to the database was free in time".into(),
        DbErr::Conn(_) => "the connection to the database was lost".into(),
        DbErr::RecordNotFound(what) => format!("{what} is missing from the database"),
        _ => "the database gave an unexpected answer".into(),
    }
}

/// An error with all its causes, for command lines. Driver errors are replaced by our own words.
pub fn causes_in_words(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let (text, source) = match cause.downcast_ref::<DbErr>() {
            Some(statement) => (words(statement), None),
            None => (cause.to_string(), cause.source()),
        };
        if !said.last().is_some_and(|last| last.ends_with(&text)) {
            said.push(text);
        }
        next = source;
    }
    said.join(": ")
}

pub(crate) fn words_of(cause: &SqlxError) -> String {
    match cause {
        SqlxError::Io(error) => words_of_io(error),
        SqlxError::Tls(_) => {
            "cannot encrypt the connection: the server does not support what sslmode requires, or a certificate \
             in the URL cannot be read"
                .into()
        }
        SqlxError::PoolTimedOut => {
            "no connection to the database was free in time: it does not answer or is busy".into()
        }
        SqlxError::Protocol(_) => "the connection to the database was lost, or the server is not a database".into(),
        SqlxError::Database(complaint) => words_of_database(complaint.as_ref()),
        SqlxError::ColumnDecode { .. } | SqlxError::Decode(_) => "a stored value cannot be read".into(),
        _ => "the driver of the database failed".into(),
    }
}

fn words_of_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "no server listens there".into(),
        io::ErrorKind::NotFound => "the socket does not exist".into(),
        // A failed TLS handshake.
        io::ErrorKind::InvalidData => {
            "cannot encrypt the connection: the server's certificate is not from a known authority, or not for the \
             host in the URL"
                .into()
        }
        io::ErrorKind::TimedOut => "the server does not answer in time".into(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            "the connection to the database was lost".into()
        }
        // `HostUnreachable`, `StorageFull` and the like are clear and contain no value.
        kind => format!("the connection failed: {kind}"),
    }
}

fn words_of_database(complaint: &dyn Complaint) -> String {
    let code = complaint.code().unwrap_or_default();
    let known = match code.as_ref() {
        // PostgreSQL's codes have five characters.
        "28P01" | "28000" => "the server refused the user or the password",
        "3D000" => "the server has no database with that name",
        "42501" | "25006" => "the database user lacks the permission",
        "42P01" | "42703" => "a table or a column is missing: bring the database up to date with the command migrate",
        "53100" => "the disk of the database is full",
        "53300" => "the server has no free connections",
        "57014" => "the statement took too long",
        "57P01" | "57P02" | "57P03" => "the server is shutting down or starting",
        "40001" | "40P01" | "55P03" => "other transactions were in the way repeatedly",
        _ if code.len() == 5 && code.starts_with("08") => "the connection to the database was lost",
        // SQLite's are numbers; the low byte is the kind.
        _ => match code.parse::<u32>().map(|number| number & 0xff) {
            Ok(5 | 6) => "another program kept the database busy for too long",
            Ok(8) => "the database cannot be written: the file or its folder is read-only",
            Ok(9) => "the statement took too long",
            Ok(10) => "the disk of the database cannot be read or written",
            Ok(11 | 26) => "the file is not a SQLite database, or is damaged",
            Ok(13) => "the disk of the database is full",
            Ok(14) => "the file cannot be opened: it is missing, or this account lacks the permission",
            _ => return format!("the database failed with its code {code}"),
        },
    };
    known.to_owned()
}

/// The database's message about a statement that it cannot parse. Such a message contains only text of the statement,
/// no data. The codes are PostgreSQL's class 42 and SQLite's general error.
pub(crate) fn complaint(error: &DbErr) -> Option<String> {
    let code = code(error)?;
    let is_of_the_text = code == "1" || (code.len() == 5 && code.starts_with("42"));
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return None;
    };
    cause.as_database_error().filter(|_| is_of_the_text).map(|complaint| complaint.message().to_owned())
}

/// Whether a retry may succeed: another transaction was in the way, or the connection was lost. The codes are SQLite's
/// busy, locked and interrupted, and PostgreSQL's classes 08, 40, 53 and 57.
pub fn is_transient(error: &DbErr) -> bool {
    let code = code(error).unwrap_or_default();
    let sqlite = ["5", "6", "9", "261", "517"].contains(&code.as_str());
    let postgres = code.len() == 5 && ["08", "40", "53", "57"].contains(&&code[..2]);
    sqlite || postgres || is_lost(error)
}

/// Whether the connection was lost or could not be made.
fn is_lost(error: &DbErr) -> bool {
    matches!(error, DbErr::Conn(_) | DbErr::ConnectionAcquire(_))
        || matches!(driver_error(error), Some(SqlxError::Io(_) | SqlxError::PoolTimedOut))
}

/// The codes are SQLite's `SQLITE_FULL` and PostgreSQL's `disk_full`.
pub fn is_disk_full(error: &DbErr) -> bool {
    code(error).is_some_and(|code| code == "13" || code == "53100")
}

/// Whether a statement failed because of its data, so that other data may succeed: SQLite's constraint, mismatch and
/// too big; PostgreSQL's classes 22 and 23, and what its functions raise.
pub fn is_of_the_data(error: &DbErr) -> bool {
    let code = code(error).unwrap_or_default();
    let sqlite = code.parse::<u32>().is_ok_and(|code| code < 10_000 && [18, 19, 20].contains(&(code & 0xff)));
    let postgres = code.len() == 5 && (["22", "23"].contains(&&code[..2]) || code == "P0001");
    sqlite || postgres
}

/// The kind of failure, without text or values of the statement.
pub fn kind(error: &DbErr) -> String {
    match code(error) {
        Some(code) => format!("code {code} of the database"),
        None => "an error of the driver".into(),
    }
}

pub(crate) fn code(error: &DbErr) -> Option<String> {
    driver_error(error)?.as_database_error()?.code().map(|code| code.into_owned())
}

fn driver_error(error: &DbErr) -> Option<&SqlxError> {
    if let DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) = error {
        return Some(error);
    }
    None
}

/// For statements that bypass SeaORM.
pub(crate) fn of_the_driver(error: SqlxError) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}
