//! What to pull: a file in TOML, checked once, with every fault named.
//!
//! The URL of the host database is not in it but in a variable of the environment, since a file of queries is kept under
//! version control, and a password is not.

use std::{fmt, num::NonZeroU32, ops::RangeInclusive};

use domain::period::Span;
use toml_edit::{Document, Item, TableLike};

/// Rows that are read and written at a time, unless the file says otherwise.
const BATCH_ROWS: u32 = 5_000;
/// Both databases and this program hold a batch in memory.
const MOST_BATCH_ROWS: RangeInclusive<i64> = 1..=100_000;
/// How far back a pull begins, unless the file says otherwise: a transaction of the host's may take that long.
const OVERLAP: Span = Span::minutes(5);
/// What the progress goes by, unless the file says otherwise.
const SOURCE: &str = "host";

/// A configuration without a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullConfig {
    /// What the progress goes by.
    pub source: String,
    /// The variable of the environment that holds the URL.
    pub url_variable: String,
    /// Rows that are read and written at a time.
    pub batch_rows: NonZeroU32,
    /// How to read users, if they are to be read.
    pub users: Option<PartConfig>,
    /// How to read attempts, if they are to be read.
    pub attempts: Option<PartConfig>,
}

/// How to read users or attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartConfig {
    /// The operator's query.
    pub query: String,
    /// How far before the last watermark to begin.
    pub overlap: Overlap,
}

/// How far before the last watermark a pull begins, so that it finds rows that were committed late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// Of a watermark that is a time, or a number of milliseconds.
    Span(Span),
    /// Of a watermark that is any other number.
    Number(i64),
}

impl Overlap {
    /// In what the watermark counts in.
    pub(super) fn length(self, is_by_time: bool) -> i64 {
        match self {
            Self::Span(span) if is_by_time => span.duration().num_microseconds().unwrap_or(i64::MAX),
            Self::Span(span) => span.duration().num_milliseconds(),
            Self::Number(number) => number,
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigError {
    /// It is no TOML.
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// All that is wrong with it.
    Faults(Vec<String>),
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, message } => write!(f, "line {line}: {message}"),
            Self::Faults(faults) => f.write_str(&faults.join("; ")),
        }
    }
}

/// Reads a configuration.
pub fn parse(text: &str) -> Result<PullConfig, ConfigError> {
    let document = Document::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError::Syntax { line, message: error.message().replace('\n', ", ") }
    })?;
    let mut reading = Reading::default();
    let config = reading.config(document.as_table());
    match config {
        Some(config) if reading.faults.is_empty() => Ok(config),
        _ => Err(ConfigError::Faults(reading.faults)),
    }
}

#[derive(Default)]
struct Reading {
    faults: Vec<String>,
}

impl Reading {
    fn config(&mut self, table: &dyn TableLike) -> Option<PullConfig> {
        self.only(table, "", &["source", "url_variable", "batch_rows", "users", "attempts"]);
        let source = self.text(table, "source").unwrap_or_else(|| Some(SOURCE.into()));
        let url_variable = self.url_variable(table);
        let batch_rows = self.batch_rows(table);
        let (users, attempts) = (self.part(table, "users"), self.part(table, "attempts"));
        if users.is_none() && attempts.is_none() {
            self.faults.push("there is neither [users] nor [attempts]".into());
        }
        Some(PullConfig {
            source: source?,
            url_variable: url_variable?,
            batch_rows: batch_rows?,
            users: users.unwrap_or_default(),
            attempts: attempts.unwrap_or_default(),
        })
    }

    fn url_variable(&mut self, table: &dyn TableLike) -> Option<String> {
        let Some(name) = self.text(table, "url_variable") else { return self.fault("url_variable is missing") };
        let name = name?;
        let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if is_name(&name) {
            return Some(name);
        }
        // It may be the URL itself, password and all: it is not repeated.
        self.fault("url_variable is no name of a variable of the environment, such as HOST_DATABASE_URL")
    }

    fn batch_rows(&mut self, table: &dyn TableLike) -> Option<NonZeroU32> {
        let Some(item) = table.get("batch_rows") else { return NonZeroU32::new(BATCH_ROWS) };
        let rows = item.as_integer().filter(|rows| MOST_BATCH_ROWS.contains(rows));
        match rows.and_then(|rows| u32::try_from(rows).ok()).and_then(NonZeroU32::new) {
            Some(rows) => Some(rows),
            None => self.fault("batch_rows is no whole number from 1 to 100000"),
        }
    }

    /// The outer `None` where there is no such part; the inner one where it is faulty.
    fn part(&mut self, table: &dyn TableLike, name: &str) -> Option<Option<PartConfig>> {
        let item = table.get(name)?;
        let Some(part) = item.as_table_like() else { return Some(self.fault(&format!("{name} is no table"))) };
        self.only(part, &format!("{name}."), &["query", "overlap"]);
        let query = part.get("query").and_then(Item::as_str).filter(|query| !query.trim().is_empty());
        if query.is_none() {
            self.faults.push(format!("{name}.query is missing, or no text"));
        }
        let overlap = self.overlap(part, name);
        Some(query.zip(overlap).map(|(query, overlap)| PartConfig { query: query.to_owned(), overlap }))
    }

    fn overlap(&mut self, part: &dyn TableLike, name: &str) -> Option<Overlap> {
        let Some(item) = part.get("overlap") else { return Some(Overlap::Span(OVERLAP)) };
        let span = item.as_str().and_then(|text| text.parse().ok()).map(Overlap::Span);
        let number = item.as_integer().filter(|number| *number >= 0).map(Overlap::Number);
        span.or(number)
            .or_else(|| self.fault(&format!("{name}.overlap is neither a span such as \"5m\" nor a number from 0")))
    }

    /// The outer `None` where it is not there; the inner one where it is faulty.
    fn text(&mut self, table: &dyn TableLike, key: &str) -> Option<Option<String>> {
        let text = table.get(key)?.as_str().filter(|text| !text.trim().is_empty());
        Some(text.map(str::to_owned).or_else(|| self.fault(&format!("{key} is no text"))))
    }

    fn only(&mut self, table: &dyn TableLike, within: &str, known: &[&str]) {
        let unknown = table.iter().filter(|(key, _)| !known.contains(key));
        let fault = |(key, _): (&str, &Item)| format!("{within}{key} is unknown: expected {}", known.join(", "));
        self.faults.extend(unknown.map(fault));
    }

    fn fault<T>(&mut self, fault: &str) -> Option<T> {
        self.faults.push(fault.to_owned());
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "url_variable = \"HOST_DATABASE_URL\"\n[users]\nquery = \"SELECT 1\"\n";

    #[test]
    fn what_is_not_said_has_a_default() {
        let users = PartConfig { query: "SELECT 1".into(), overlap: Overlap::Span(Span::minutes(5)) };
        let expected = PullConfig {
            source: "host".into(),
            url_variable: "HOST_DATABASE_URL".into(),
            batch_rows: NonZeroU32::new(5_000).expect("not zero"),
            users: Some(users),
            attempts: None,
        };
        assert_eq!(parse(LEAST), Ok(expected));
    }

    #[test]
    fn an_overlap_counts_as_the_watermark_does() {
        let minute = Overlap::Span(Span::minutes(1));
        assert_eq!((minute.length(true), minute.length(false)), (60_000_000, 60_000));
        assert_eq!(Overlap::Number(7).length(false), 7);
        let numbered = parse(&format!("{LEAST}overlap = 7\n")).expect("a configuration");
        assert_eq!(numbered.users.expect("users").overlap, Overlap::Number(7));
    }

    #[test]
    fn every_fault_is_named() {
        for (text, expected) in [
            ("", "url_variable is missing; there is neither [users] nor [attempts]"),
            ("url_variable = 7\nusers = 7\n", "url_variable is no text; users is no table"),
            (
                "url_variable = \"postgres://bob:CANARY@db/app\"\n[users]\nquery = \" \"\n",
                "url_variable is no name of a variable of the environment, such as HOST_DATABASE_URL; \
                 users.query is missing, or no text",
            ),
            (
                "batch_rows = 0\nrows = 1\n[attempts]\nquery = \"SELECT 1\"\noverlap = \"soon\"\nevery = 1\n",
                "rows is unknown: expected source, url_variable, batch_rows, users, attempts; url_variable is missing; \
                 batch_rows is no whole number from 1 to 100000; attempts.every is unknown: expected query, overlap; \
                 attempts.overlap is neither a span such as \"5m\" nor a number from 0",
            ),
        ] {
            assert_eq!(parse(text).expect_err("faults").to_string(), expected);
        }
        let said = parse("source = \"a\"\n\nusers = [[\n").expect_err("no TOML").to_string();
        assert!(said.starts_with("line 3: ") || said.starts_with("line 4: "), "{said}");
    }
}
