//! Why a whole file cannot be read. Errors do not contain cells, which may hold an email address or a name.

use std::io;

use domain::{
    instant::parse_instant,
    words::{counted, plural},
};
use persistence::{
    DbErr,
    database::{io_words, words},
};

use crate::ingest::report::IngestReport;

/// Columns that are named in a message.
const NAMED: usize = 20;

/// Without a header, the first line has the cells of a user.
fn found_columns(columns: &[String]) -> String {
    if columns.iter().any(|name| name.contains('@') || parse_instant(name).is_some()) {
        return "the first line must name the columns".into();
    }
    let more = if columns.len() > NAMED { ", …" } else { "" };
    format!("its columns are {}{more}", columns.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn instead(columns: &[(String, String)]) -> String {
    columns.iter().map(|(expected, found)| format!("{expected} instead of {found}")).collect::<Vec<_>>().join(", ")
}

/// What was written before stays; importing again completes it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("standard input can be read only once: pass a file for all but one of users, attempts and events")]
    StandardInputTwice,
    #[error("{file} cannot be opened: {}", breaks_off(.cause))]
    Open {
        /// As given by the user.
        file: String,
        cause: io::Error,
    },
    /// The file breaks off or cannot be decompressed. Rows before that are imported.
    #[error("{file} cannot be read{}: {}", after(*line), breaks_off(.cause))]
    Read {
        /// As given by the user.
        file: String,
        /// The last complete line.
        line: u64,
        cause: io::Error,
    },
    #[error("{file} is empty: the first line must name the columns, at least {}", required.join(", "))]
    Empty {
        /// As given by the user.
        file: String,
        required: &'static [&'static str],
    },
    #[error("the header of {file} cannot be read: {reason}")]
    Header {
        /// As given by the user.
        file: String,
        reason: String,
    },
    /// Required columns are missing.
    #[error("the header of {file} lacks {}: {}", columns.join(", "), found_columns(found))]
    MissingColumns {
        /// As given by the user.
        file: String,
        columns: Vec<&'static str>,
        /// The first line.
        found: Vec<String>,
    },
    /// Column names that differ from known ones only by case.
    #[error("the header of {file} must have these columns with their exact case: {}", instead(columns))]
    MiscasedColumns {
        /// As given by the user.
        file: String,
        /// Expected and found.
        columns: Vec<(String, String)>,
    },
    /// Known columns are repeated.
    #[error("the header of {file} has more than one {}", columns.join(", "))]
    RepeatedColumns {
        /// As given by the user.
        file: String,
        columns: Vec<String>,
    },
    /// Its rows are imported.
    #[error(
        "{deleted} of {} {} {how} {file}, which is more than a fifth. Its rows are imported, but nobody is taken as deleted: \
         if {if_right}, import it again with --allow-shrink",
        counted(*users, "user", "users"),
        plural(*deleted, "is", "are"),
        how = if *are_missing { "missing from" } else { "deleted by" },
        if_right = if *are_missing { "the file has everybody" } else { "this is right" }
    )]
    TooManyDeleted {
        /// As given by the user.
        file: String,
        deleted: u64,
        users: u64,
        /// Whether nobody is deleted by a `deletedAt`.
        are_missing: bool,
        imported: Box<IngestReport>,
    },
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

fn after(line: u64) -> String {
    if line == 0 { String::new() } else { format!(" after line {line}") }
}

/// The words of the libraries that decompress are for programmers.
fn breaks_off(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::UnexpectedEof => "the file is cut off".into(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            "its compressed content is cut off or damaged".into()
        }
        _ => io_words(cause),
    }
}
