//! What went wrong with a database, in words of ours. What a driver or a database says by itself can repeat values, and
//! knows nothing of what an operator may do about it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the errors of libraries are open-ended, and most have no words here"
)]

use std::{error::Error, io};

use sea_orm::{DbErr, RuntimeErr, SqlxError, sqlx::error::DatabaseError as Complaint};

/// A failed statement in words, without anything that the statement or its values say.
pub fn words(error: &DbErr) -> String {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => words_of(cause),
        DbErr::ConnectionAcquire(_) => "no connection to the database came free in time".into(),
        DbErr::Conn(_) => "the connection to the database was lost".into(),
        DbErr::RecordNotFound(what) => format!("{what} is missing from the database"),
        _ => "the database answered something that this program does not understand".into(),
    }
}

/// An error with all its causes, as a command line says it. Of the driver nothing is repeated: those above it have already
/// said in words of ours what it says, or it is said here.
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

/// What the driver reports, in words.
pub(crate) fn words_of(cause: &SqlxError) -> String {
    match cause {
        SqlxError::Io(error) => words_of_io(error),
        SqlxError::Tls(_) => {
            "no encrypted connection could be made: the server does not have what sslmode asks for, or a \
                              certificate that the URL names cannot be read"
                .into()
        }
        SqlxError::PoolTimedOut => {
            "no connection to the database came free in time: it does not answer, or is busy".into()
        }
        SqlxError::Protocol(_) => "the connection to the database was lost, or what answers there is none".into(),
        SqlxError::Database(complaint) => words_of_database(complaint.as_ref()),
        SqlxError::ColumnDecode { .. } | SqlxError::Decode(_) => "a stored value cannot be read".into(),
        _ => "the driver of the database failed".into(),
    }
}

fn words_of_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there".into(),
        io::ErrorKind::NotFound => "there is no such socket".into(),
        // What the handshake of TLS comes to.
        io::ErrorKind::InvalidData => {
            "no encrypted connection could be made: the certificate of the server is of no known authority, or not for \
             the host in the URL"
                .into()
        }
        io::ErrorKind::TimedOut => "it does not answer in time".into(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            "the connection to the database was lost".into()
        }
        // `HostUnreachable`, `StorageFull` and their like speak for themselves, and of no value.
        kind => format!("the connection failed: {kind}"),
    }
}

fn words_of_database(complaint: &dyn Complaint) -> String {
    let code = complaint.code().unwrap_or_default();
    let known = match code.as_ref() {
        // PostgreSQL names its failures by five characters …
        "28P01" | "28000" => "the server refuses the user or the password",
        "3D000" => "the server has no database of that name",
        "42501" | "25006" => "the user of the database may not do this",
        "42P01" | "42703" => "a table or a column is missing: bring the database up to date with the command migrate",
        "53100" => "the disk of the database is full",
        "53300" => "the server has no more connections to give",
        "57014" => "the statement took longer than it may",
        "57P01" | "57P02" | "57P03" => "the server is shutting down or starting",
        "40001" | "40P01" | "55P03" => "another program was in the way, again and again",
        _ if code.len() == 5 && code.starts_with("08") => "the connection to the database was lost",
        // … and SQLite by numbers, of which the low byte is the kind.
        _ => match code.parse::<u32>().map(|number| number & 0xff) {
            Ok(5 | 6) => "another program kept the database busy for too long",
            Ok(8) => "the database cannot be written: the file or its folder is read-only",
            Ok(9) => "the statement took longer than it may",
            Ok(10) => "the disk of the database cannot be read or written",
            Ok(11 | 26) => "the file is no database of SQLite, or is damaged",
            Ok(13) => "the disk of the database is full",
            Ok(14) => "the file cannot be opened: it is missing, or this account may not",
            _ => return format!("the database refuses it with its code {code}"),
        },
    };
    known.to_owned()
}

/// What the database says of a statement that it does not understand: that repeats the text of the statement alone. The codes
/// are PostgreSQL's class 42, and SQLite's general error.
pub(crate) fn complaint(error: &DbErr) -> Option<String> {
    let code = code(error)?;
    let is_of_the_text = code == "1" || (code.len() == 5 && code.starts_with("42"));
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return None;
    };
    cause.as_database_error().filter(|_| is_of_the_text).map(|complaint| complaint.message().to_owned())
}

/// Whether a statement failed for a reason that passes: another was in its way, or the connection was lost. The codes are
/// SQLite's busy, locked and interrupted, and PostgreSQL's classes 08, 40, 53 and 57.
pub fn is_transient(error: &DbErr) -> bool {
    let code = code(error).unwrap_or_default();
    let sqlite = ["5", "6", "9", "261", "517"].contains(&code.as_str());
    let postgres = code.len() == 5 && ["08", "40", "53", "57"].contains(&&code[..2]);
    sqlite || postgres || is_lost(error)
}

/// Whether the connection is gone, or there was none.
fn is_lost(error: &DbErr) -> bool {
    matches!(error, DbErr::Conn(_) | DbErr::ConnectionAcquire(_))
        || matches!(driver_error(error), Some(SqlxError::Io(_) | SqlxError::PoolTimedOut))
}

/// Whether there is no room left to write. The codes are SQLite's `SQLITE_FULL` and PostgreSQL's `disk_full`.
pub fn is_disk_full(error: &DbErr) -> bool {
    code(error).is_some_and(|code| code == "13" || code == "53100")
}

/// Whether a statement failed for what it was to write: SQLite's constraint, mismatch and too big; PostgreSQL's classes 22
/// and 23, and what its functions raise. Other data may do.
pub fn is_of_the_data(error: &DbErr) -> bool {
    let code = code(error).unwrap_or_default();
    let sqlite = code.parse::<u32>().is_ok_and(|code| code < 10_000 && [18, 19, 20].contains(&(code & 0xff)));
    let postgres = code.len() == 5 && (["22", "23"].contains(&&code[..2]) || code == "P0001");
    sqlite || postgres
}

/// What kind of failure it is, without anything that a statement or its values say.
pub fn kind(error: &DbErr) -> String {
    match code(error) {
        Some(code) => format!("code {code} of the database"),
        None => "an error of the driver".into(),
    }
}

pub(crate) fn code(error: &DbErr) -> Option<String> {
    driver_error(error)?.as_database_error()?.code().map(|code| code.into_owned())
}

/// What the driver reports of a statement.
fn driver_error(error: &DbErr) -> Option<&SqlxError> {
    if let DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) = error {
        return Some(error);
    }
    None
}

/// An error of a statement that went past SeaORM.
pub(crate) fn of_the_driver(error: SqlxError) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}
