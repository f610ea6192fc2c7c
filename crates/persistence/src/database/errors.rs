//! Database errors in our own words. The messages of drivers and databases can contain values, and do not tell an
//! operator what to do.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the errors of libraries are open-ended, and most have no words here"
)]

use std::{error::Error, io};

use rustls::{CertificateError, Error as TlsError, OtherError};
use sea_orm::{DbErr, RuntimeErr, SqlxError, sqlx::error::DatabaseError as Complaint};

/// What to do about a pooler that does not keep what the driver puts into a session, or refuses it.
pub(super) const POOLER: &str = "a connection pooler is in the way: take the direct URL of the server, or a pooler in \
    session mode, with ignore_startup_parameters = extra_float_digits, options";

/// PostgreSQL's code for a session that it ended because it did nothing in a transaction.
const IDLE_TOO_LONG: &str = "25P03";

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
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let (text, source) = match (cause.downcast_ref::<DbErr>(), cause.downcast_ref::<io::Error>()) {
            (Some(statement), _) => (words(statement), None),
            (None, Some(error)) => (io_words(error), None),
            (None, None) => (cause.to_string(), cause.source()),
        };
        if !texts.last().is_some_and(|last| last.ends_with(&text)) {
            texts.push(text);
        }
        next = source;
    }
    texts.join(": ")
}

pub(crate) fn words_of(cause: &SqlxError) -> String {
    match cause {
        SqlxError::Io(error) => words_of_io(error),
        SqlxError::Tls(_) => {
            "cannot encrypt the connection: the server does not support what sslmode requires, or a certificate \
             in the URL cannot be read"
                .into()
        }
        SqlxError::Configuration(_) => {
            "the certificate and the key of the client cannot be read: sslcert and sslkey go together".into()
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
        io::ErrorKind::InvalidData => words_of_handshake(error),
        io::ErrorKind::TimedOut => "the server does not answer in time".into(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            "the connection to the database was lost".into()
        }
        // The resolver's errors have no kind of their own.
        _ if error.to_string().starts_with("failed to lookup address") => {
            "there is no host of that name, or the name service does not answer".into()
        }
        // `HostUnreachable`, `StorageFull` and the like are clear and contain no value.
        kind => format!("the connection failed: {kind}"),
    }
}

/// Why a file cannot be read or written.
pub fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "this account lacks the permission".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        io::ErrorKind::NotADirectory => "a part of the path is not a folder".into(),
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".into(),
        // Words of our own.
        _ if error.get_ref().is_some() => error.to_string(),
        kind => kind.to_string(),
    }
}

/// What rustls reports comes as invalid data.
fn words_of_handshake(error: &io::Error) -> String {
    let why = match error.get_ref().and_then(|error| error.downcast_ref()) {
        Some(TlsError::InvalidCertificate(CertificateError::Other(OtherError(reason)))) => match reason.to_string() {
            // The name of an error of webpki.
            version if version == "UnsupportedCertVersion" => {
                "the certificate of the server is of X.509 version 1, which this program cannot read. The server needs \
                 one of version 3"
                    .into()
            }
            reason => format!("the certificate of the server cannot be used ({reason})"),
        },
        Some(TlsError::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. })) => {
            "the certificate of the server has expired".into()
        }
        Some(TlsError::InvalidCertificate(CertificateError::BadEncoding)) => {
            "the certificate of the server cannot be read".into()
        }
        Some(TlsError::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            "the certificate of the server is not from a known authority: sslrootcert names others".into()
        }
        Some(TlsError::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => "the certificate of the server is not for the host in the URL".into(),
        Some(TlsError::InvalidCertificate(_)) => "the certificate of the server is not valid".into(),
        Some(_) => "the server and this program have no version or algorithm of TLS in common".to_owned(),
        None => "the answer of the server cannot be read".into(),
    };
    format!("cannot encrypt the connection: {why}")
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
        "42P05" | "26000" => POOLER,
        "08P01" if complaint.message().contains("startup parameter") => POOLER,
        "22P05" => "the database's encoding lacks a character: a database in UTF8 has them all",
        IDLE_TOO_LONG => "this process stood still in a transaction for too long, so the server ended it",
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
/// busy, locked and interrupted, and PostgreSQL's classes 08, 40, 53 and 57, a lock that could not be had at once or in time, and
/// [`IDLE_TOO_LONG`].
pub fn is_transient(error: &DbErr) -> bool {
    let code = code(error).unwrap_or_default();
    let sqlite = ["5", "6", "9", "261", "517"].contains(&code.as_str());
    let postgres =
        code.len() == 5 && (["08", "40", "53", "57"].contains(&&code[..2]) || code == "55P03" || code == IDLE_TOO_LONG);
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

/// What the driver reports of a connection or of the statements that prepare it.
pub(super) fn of_connecting(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error)) => Some(error),
        _ => driver_error(error),
    }
}

/// Whether a connection failed after the server agreed to TLS.
pub(super) fn is_failed_handshake(error: &DbErr) -> bool {
    match of_connecting(error) {
        Some(SqlxError::Tls(_)) => true,
        Some(SqlxError::Io(error)) => matches!(
            error.kind(),
            io::ErrorKind::InvalidData
                | io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        ),
        _ => false,
    }
}

/// Whether the server has no rule that lets such a connection in: PostgreSQL's code for that is not the one for a wrong
/// password.
pub(super) fn is_not_let_in(error: &DbErr) -> bool {
    let complaint = of_connecting(error).and_then(|error| error.as_database_error());
    complaint.and_then(|complaint| complaint.code()).is_some_and(|code| code == "28000")
}

/// For statements that bypass SeaORM.
pub(crate) fn of_the_driver(error: SqlxError) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}
