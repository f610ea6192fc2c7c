//! Why a file cannot be read at all. What a cell holds is not repeated, since it may be an email address or a name.

use persistence::{DbErr, database::words};

/// Why an import ended early. What was written before stays; importing again completes it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Both files are standard input.
    #[error("standard input can be read only once: give a file for the users or for the attempts")]
    StandardInputTwice,
    /// A file cannot be opened.
    #[error("{file} cannot be opened")]
    Open {
        /// The file as it was named.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file breaks off or cannot be decompressed. The rows up to there are imported.
    #[error("{file} cannot be read after line {line}")]
    Read {
        /// The file as it was named.
        file: String,
        /// The last whole line.
        line: u64,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file without even a header.
    #[error("{file} is empty: the first line must name the columns, at least {}", required.join(", "))]
    Empty {
        /// The file as it was named.
        file: String,
        /// The columns that every file must have.
        required: &'static [&'static str],
    },
    /// A header that names no columns.
    #[error("the header of {file} cannot be read: {reason}")]
    Header {
        /// The file as it was named.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A header without columns that every file must have.
    #[error("the header of {file} lacks {}", columns.join(", "))]
    MissingColumns {
        /// The file as it was named.
        file: String,
        /// All that are missing.
        columns: Vec<&'static str>,
    },
    /// A header that names columns of the format more than once.
    #[error("the header of {file} has more than one {}", columns.join(", "))]
    RepeatedColumns {
        /// The file as it was named.
        file: String,
        /// All that are repeated.
        columns: Vec<&'static str>,
    },
    /// The database.
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}
