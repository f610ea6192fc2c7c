//! The configuration of a pull: a TOML file, checked once, with every fault reported.
//!
//! The URL of the host database is in an environment variable, not in the file: queries belong under version control, a
//! password does not.

use std::{collections::BTreeMap, fmt, num::NonZeroU32, ops::RangeInclusive};

use domain::period::Span;
use serde::{Deserialize, de::IgnoredAny};

const BATCH_ROWS: u32 = 5_000;
/// Limits memory: both databases and this program hold a batch.
const MOST_BATCH_ROWS: RangeInclusive<i64> = 1..=100_000;
/// A transaction of the host may take that long.
const OVERLAP: Span = Span::minutes(5);
const SOURCE: &str = "host";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullConfig {
    /// The name under which progress is stored.
    pub source: String,
    /// The environment variable that holds the URL.
    pub url_variable: String,
    /// Rows to read and write at a time.
    pub batch_rows: NonZeroU32,
    pub users: Option<QueryConfig>,
    pub attempts: Option<QueryConfig>,
    pub events: Option<QueryConfig>,
    /// A query of the ids of users who are deleted.
    pub deleted: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryConfig {
    pub query: String,
    pub overlap: Overlap,
}

/// How far before the last watermark a pull starts, so that it finds rows that were committed late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// For a watermark that is a time, or a number of milliseconds.
    Span(Span),
    /// For a watermark that is any other number.
    Number(i64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigError {
    Syntax {
        /// From 1.
        line: usize,
        message: String,
    },
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

pub fn parse(text: &str) -> Result<PullConfig, ConfigError> {
    let file: File = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError::Syntax { line, message: error.message().replace('\n', ", ") }
    })?;
    let mut faults = Vec::new();
    match check(file, &mut faults) {
        Some(config) if faults.is_empty() => Ok(config),
        _ => Err(ConfigError::Faults(faults)),
    }
}

#[derive(Deserialize)]
struct File {
    source: Option<Setting<String>>,
    url_variable: Option<Setting<String>>,
    batch_rows: Option<Setting<i64>>,
    users: Option<Setting<Section>>,
    attempts: Option<Setting<Section>>,
    events: Option<Setting<Section>>,
    deleted: Option<Setting<DeletedSection>>,
    #[serde(flatten)]
    unknown: UnknownKeys,
}

#[derive(Deserialize)]
struct Section {
    query: Option<Setting<String>>,
    overlap: Option<Setting<OverlapSetting>>,
    #[serde(flatten)]
    unknown: UnknownKeys,
}

#[derive(Deserialize)]
struct DeletedSection {
    query: Option<Setting<String>>,
    #[serde(flatten)]
    unknown: UnknownKeys,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OverlapSetting {
    Span(String),
    Number(i64),
}

/// Serde's own check of types and keys would report only the first fault, and its message would contain the value,
/// which may be a URL with a password.
#[derive(Deserialize)]
#[serde(untagged)]
enum Setting<T> {
    Valid(T),
    WrongType(IgnoredAny),
}

type UnknownKeys = BTreeMap<String, IgnoredAny>;

impl<T> Setting<T> {
    fn valid(self) -> Option<T> {
        match self {
            Self::Valid(value) => Some(value),
            Self::WrongType(_) => None,
        }
    }
}

fn check(file: File, faults: &mut Vec<String>) -> Option<PullConfig> {
    refuse_unknown(&file.unknown, "", "source, url_variable, batch_rows, users, attempts, events, deleted", faults);
    let source = match file.source {
        None => Some(SOURCE.to_owned()),
        Some(source) => text(source, "source", faults),
    };
    let url_variable = url_variable(file.url_variable, faults);
    let batch_rows = batch_rows(file.batch_rows, faults);
    if file.users.is_none() && file.attempts.is_none() && file.events.is_none() && file.deleted.is_none() {
        faults.push("a [users], [attempts], [events] or [deleted] section is required".into());
    }
    let users = file.users.and_then(|users| query(users, "users", faults));
    let attempts = file.attempts.and_then(|attempts| query(attempts, "attempts", faults));
    let events = file.events.and_then(|events| query(events, "events", faults));
    let deleted = file.deleted.and_then(|deleted| deleted_query(deleted, faults));
    let (source, url_variable, batch_rows) = (source?, url_variable?, batch_rows?);
    Some(PullConfig { source, url_variable, batch_rows, users, attempts, events, deleted })
}

fn deleted_query(section: Setting<DeletedSection>, faults: &mut Vec<String>) -> Option<String> {
    let Some(section) = section.valid() else { return fault("deleted must be a table", faults) };
    refuse_unknown(&section.unknown, "deleted.", "query", faults);
    match section.query {
        None => fault("deleted.query is required", faults),
        Some(query) => text(query, "deleted.query", faults),
    }
}

fn url_variable(setting: Option<Setting<String>>, faults: &mut Vec<String>) -> Option<String> {
    let Some(setting) = setting else { return fault("url_variable is required", faults) };
    let name = text(setting, "url_variable", faults)?;
    if name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        return Some(name);
    }
    // Not repeated, since it may be the URL itself with its password.
    fault("url_variable must be the name of an environment variable, such as HOST_DATABASE_URL", faults)
}

fn batch_rows(setting: Option<Setting<i64>>, faults: &mut Vec<String>) -> Option<NonZeroU32> {
    let Some(setting) = setting else { return NonZeroU32::new(BATCH_ROWS) };
    let rows = setting.valid().filter(|rows| MOST_BATCH_ROWS.contains(rows));
    let rows = rows.and_then(|rows| u32::try_from(rows).ok()).and_then(NonZeroU32::new);
    rows.or_else(|| fault("batch_rows must be an integer from 1 to 100000", faults))
}

fn query(section: Setting<Section>, name: &str, faults: &mut Vec<String>) -> Option<QueryConfig> {
    let Some(section) = section.valid() else { return fault(&format!("{name} must be a table"), faults) };
    refuse_unknown(&section.unknown, &format!("{name}."), "query, overlap", faults);
    let key = format!("{name}.query");
    let query = match section.query {
        None => fault(&format!("{key} is required"), faults),
        Some(query) => text(query, &key, faults),
    };
    let overlap = overlap(section.overlap, name, faults);
    Some(QueryConfig { query: query?, overlap: overlap? })
}

fn overlap(setting: Option<Setting<OverlapSetting>>, name: &str, faults: &mut Vec<String>) -> Option<Overlap> {
    let Some(setting) = setting else { return Some(Overlap::Span(OVERLAP)) };
    let overlap = setting.valid().and_then(|overlap| match overlap {
        OverlapSetting::Span(span) => span.parse().ok().map(Overlap::Span),
        OverlapSetting::Number(number) => (number >= 0).then_some(Overlap::Number(number)),
    });
    overlap
        .or_else(|| fault(&format!("{name}.overlap must be a duration such as \"5m\", or an integer from 0"), faults))
}

fn text(setting: Setting<String>, key: &str, faults: &mut Vec<String>) -> Option<String> {
    let text = setting.valid().filter(|text| !text.trim().is_empty());
    text.or_else(|| fault(&format!("{key} must be a string that is not blank"), faults))
}

fn refuse_unknown(unknown: &UnknownKeys, within: &str, known: &str, faults: &mut Vec<String>) {
    faults.extend(unknown.keys().map(|key| format!("{within}{key} is unknown: expected {known}")));
}

fn fault<T>(fault: &str, faults: &mut Vec<String>) -> Option<T> {
    faults.push(fault.to_owned());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "url_variable = \"HOST_DATABASE_URL\"\n[users]\nquery = \"SELECT 1\"\n";

    #[test]
    fn pull_config_has_defaults() {
        let users = QueryConfig { query: "SELECT 1".into(), overlap: Overlap::Span(Span::minutes(5)) };
        let expected = PullConfig {
            source: "host".into(),
            url_variable: "HOST_DATABASE_URL".into(),
            batch_rows: NonZeroU32::new(5_000).expect("not zero"),
            users: Some(users),
            attempts: None,
            events: None,
            deleted: None,
        };
        assert_eq!(parse(LEAST), Ok(expected));
    }

    #[test]
    fn pull_config_overlap_may_be_a_number() {
        let numbered = parse(&format!("{LEAST}overlap = 7\n")).expect("a configuration");
        assert_eq!(numbered.users.expect("users").overlap, Overlap::Number(7));
    }

    #[test]
    fn pull_config_may_have_a_query_of_deleted_users() {
        let config = parse(&format!("{LEAST}[deleted]\nquery = \"SELECT 2\"\n")).expect("a configuration");
        assert_eq!(config.deleted.as_deref(), Some("SELECT 2"));
    }

    #[test]
    fn pull_config_names_every_fault() {
        for (text, expected) in [
            ("", "url_variable is required; a [users], [attempts], [events] or [deleted] section is required"),
            ("url_variable = 7\nusers = 7\n", "url_variable must be a string that is not blank; users must be a table"),
            (
                "url_variable = \"postgres://bob:CANARY@db/app\"\n[users]\nquery = \" \"\n",
                "url_variable must be the name of an environment variable, such as HOST_DATABASE_URL; \
                 users.query must be a string that is not blank",
            ),
            (
                "batch_rows = 0\nrows = 1\n[attempts]\nquery = \"SELECT 1\"\noverlap = \"soon\"\nevery = 1\n",
                "rows is unknown: expected source, url_variable, batch_rows, users, attempts, events, deleted; url_variable is required; \
                 batch_rows must be an integer from 1 to 100000; attempts.every is unknown: expected query, overlap; \
                 attempts.overlap must be a duration such as \"5m\", or an integer from 0",
            ),
            (
                "url_variable = \"X\"\n[deleted]\nquery = 7\noverlap = \"5m\"\n",
                "deleted.overlap is unknown: expected query; deleted.query must be a string that is not blank",
            ),
            (
                "url_variable = \"X\"\nusers = \"postgres://bob:CANARY@db/app\"\n[attempts]\noverlap = [1]\n",
                "users must be a table; attempts.query is required; \
                 attempts.overlap must be a duration such as \"5m\", or an integer from 0",
            ),
        ] {
            assert_eq!(parse(text).expect_err("faults").to_string(), expected);
        }
        let message = parse("source = \"a\"\n\nusers = [[\n").expect_err("no TOML").to_string();
        assert!(message.starts_with("line 3: ") || message.starts_with("line 4: "), "{message}");
    }
}
