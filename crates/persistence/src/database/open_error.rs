//! Why a database cannot be used.

use std::path::PathBuf;

use domain::{shard::Shards, words::counted};
use sea_orm::DbErr;

use super::errors::{POOLER, words};

/// Where the embedded database is kept unless told otherwise.
pub const DEFAULT_URL: &str = "sqlite://audience.sqlite";

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The URL is not one of ours.
    #[error("the database URL must begin with sqlite:// or postgres://, such as {DEFAULT_URL}")]
    UnknownScheme,
    /// The URL cannot be read.
    #[error(
        "the database URL cannot be read: it is written sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME, with \
         special characters of its parts percent-encoded"
    )]
    BadUrl,
    /// The driver would ignore it.
    #[error("the database URL has a parameter {name}, which does not exist: check its spelling")]
    UnknownParameter { name: String },
    /// A file that the URL names.
    #[error("the database cannot be opened: {}, which {parameter} of the URL names, cannot be read: {reason}", file.display())]
    Certificate {
        /// Such as `sslrootcert`.
        parameter: String,
        file: PathBuf,
        /// In words.
        reason: String,
    },
    /// It has tables, and none of our migrations.
    #[error(
        "the database belongs to another program: it has tables, but not the migrations of this program. Nothing was \
         changed. Check the database URL, or name a database of its own"
    )]
    Foreign,
    /// A folder in the place of the file.
    #[error("{} is a folder. The database URL must name a file in it", folder.display())]
    Folder { folder: PathBuf },
    /// Every connection would have a database of its own.
    #[error(
        "a database in memory is lost when the program ends: the database URL must name a file, such as {DEFAULT_URL}"
    )]
    InMemory,
    /// A file without a byte.
    #[error(
        "{} is an empty file, not a database. Check the database URL, or delete the file: a new database is made where \
         there is none", file.display()
    )]
    EmptyFile { file: PathBuf },
    /// A file that does not exist cannot be made.
    #[error(
        "the database cannot be opened: the file is missing, and cannot be made at {}: {reason}",
        file.display()
    )]
    Unmade {
        file: PathBuf,
        /// In words.
        reason: String,
    },
    /// SQLite needs to make files beside it.
    #[error(
        "the database cannot be opened: the file is in WAL mode, and SQLite keeps files named -wal and -shm beside it. \
         This account needs permission to write to the folder, or a program that keeps the database open"
    )]
    WalInReadOnlyFolder,
    /// PostgreSQL cannot store every text in it.
    #[error(
        "the database has the encoding {encoding}, which lacks characters of many names. Make a database in UTF8: \
         createdb --encoding=UTF8 --template=template0 NAME"
    )]
    Encoding {
        /// As PostgreSQL names it.
        encoding: String,
    },
    /// Sessions of the server are shared with others.
    #[error("the database cannot be opened: {POOLER}")]
    Pooler,
    #[error("the database cannot be opened: {reason}")]
    Unreachable {
        /// In words.
        reason: String,
    },
    #[error("the database is from an older version of this program: bring it up to date with the command migrate")]
    Outdated,
    /// It has neither tables nor migrations.
    #[error("the database is empty: run `segmentation-engine migrate`")]
    Empty,
    #[error(
        "the database is half filled: a reshard into it has not finished. Run `segmentation-engine reshard` again, with the \
         same --from"
    )]
    HalfFilled,
    /// Shards were asked for in an embedded database.
    #[error("an SQLite file has one shard. For more, use PostgreSQL")]
    EmbeddedShards,
    /// Citus was asked for in an embedded database.
    #[error("an SQLite file cannot be distributed: --citus needs PostgreSQL with the extension citus")]
    EmbeddedCitus,
    /// The server does not offer the extension.
    #[error(
        "the server has no extension citus: install the packages of Citus on every node, set shared_preload_libraries \
         = 'citus', and restart it. Then run the command again with the URL of the coordinator"
    )]
    NoCitus,
    #[error(
        "the extension citus cannot be created in the database: {reason}. Let a superuser execute CREATE EXTENSION citus \
         on every node, in a database of this name"
    )]
    CitusNotCreated {
        /// In words.
        reason: String,
    },
    /// Citus was asked for, and the database has tables on one server.
    #[error("the database has tables that are not distributed, and stays so. --citus needs a new, empty database")]
    NotOnCitus,
    /// The number of shards is fixed when a database is made.
    #[error(
        "the database has {}, not {asked}. The number is fixed when a database is made: make a new one",
        counted(u64::from(has.count()), "shard", "shards")
    )]
    OtherShards { asked: Shards, has: Shards },
    /// It has migrations that this program does not know.
    #[error("the database is from a newer version of this program (migration {migration}): use that version")]
    Newer {
        /// The first unknown one.
        migration: String,
    },
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl DatabaseError {
    /// Whether the URL is at fault, whatever the database is like.
    pub fn is_of_the_url(&self) -> bool {
        matches!(self, Self::UnknownScheme | Self::BadUrl | Self::UnknownParameter { .. } | Self::InMemory)
    }
}
