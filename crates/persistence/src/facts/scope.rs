//! What is asked of users, and what comes back.

use domain::{
    attribute::AttributeKey,
    certification::Provider,
    criteria::{EventsNeeded, Lookback, Needs, Selection},
    event::{Currency, EventFact, EventName, Money, Spend},
    facts::{Attempt, UserFacts},
    ids::UserNo,
    instant::{Instant, parse_instant},
    membership::{Overrides, SegmentSet},
};
use sea_orm::{ConnectionTrait, Value};
use serde_json::json;

use crate::{
    database::{backend::Backend, json_rows::rows},
    entity::users::{GONE, PRESENT},
    ingest::user_stats,
    user_range::{UserRange, UserSelection},
};

/// A user to be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub no: UserNo,
    /// All that a rule may look at.
    pub facts: UserFacts,
    /// Where the user is a member now.
    pub current: SegmentSet,
    pub overrides: Overrides,
    pub mark: Option<Mark>,
}

/// A mark of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// New with every mark.
    pub seq: i64,
    /// If not, an admin set or removed an override.
    pub data_changed: bool,
}

/// A user whose row cannot be read. Only a damaged database has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableUser {
    pub no: UserNo,
    /// Which one, without its content.
    pub column: &'static str,
}

/// What there is of one user.
pub type Read = Result<Candidate, UnreadableUser>;

/// What to read, all of one shard. Users deleted in the host application are read from a list only.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub users: &'a UserSelection,
    /// The clock, for decisions that expire and attempts in a window.
    pub as_of: Instant,
    /// The facts that the rules look at.
    pub needs: &'a Needs,
}

/// What every table is narrowed to: joined by key alone, PostgreSQL would read each from its beginning.
#[derive(Debug, Clone, Copy)]
pub(super) enum Within {
    /// Keys above `$1`, up to `$2`.
    Range,
    /// Keys of `input`.
    List,
}

impl Within {
    /// Also the text that a statement begins with, and its first parameters.
    pub(super) fn of(connection: &impl ConnectionTrait, users: &UserSelection) -> (Self, String, Vec<Value>) {
        match users {
            UserSelection::Range(UserRange { after, through }) => {
                (Self::Range, String::new(), vec![after.0.into(), through.0.into()])
            }
            UserSelection::List(users) => Self::of_list(connection, users),
        }
    }

    pub(super) fn of_list(connection: &impl ConnectionTrait, users: &[UserNo]) -> (Self, String, Vec<Value>) {
        let input = format!("WITH input AS ({}) ", rows(connection, &user_stats::USER_NO));
        (Self::List, input, vec![user_stats::numbers(users)])
    }

    /// Leaves users out of a range who are deleted in the host application.
    pub(super) fn present(self) -> String {
        match self {
            Self::Range => format!("AND {}", PRESENT),
            Self::List => String::new(),
        }
    }

    /// The column that says of a user of a list whether the host application has deleted them: 1, or else 0.
    pub(super) fn gone(self) -> Option<String> {
        match self {
            Self::Range => None,
            Self::List => Some(format!("CAST(CASE WHEN {} THEN 1 ELSE 0 END AS bigint)", GONE)),
        }
    }

    /// A condition on the rows of a table that have this key.
    pub(super) fn holds(self, table: &str, key: &str, backend: Backend) -> String {
        let in_shard = backend.in_shard(table);
        match self {
            Self::Range => format!("{table}.{key} > $1 AND {table}.{key} <= $2 AND {in_shard}"),
            Self::List => format!("{table}.{key} IN (SELECT user_no FROM input) AND {in_shard}"),
        }
    }
}

/// The values of attributes that the rules read, each as text. Adds their keys to the parameters.
pub(super) fn attributes(needs: &Needs, values: &mut Vec<Value>) -> Vec<String> {
    let value = |(key, _): (&AttributeKey, _)| {
        values.push(key.as_str().into());
        format!("CAST(user_attributes.compared ->> ${} AS text)", values.len())
    };
    needs.attributes().map(value).collect()
}

/// The table of the values, if the rules read any. Who has no row has no value.
pub(super) fn join_attributes(needs: &Needs, on: impl FnOnce() -> String) -> String {
    match needs.attributes().len() {
        0 => String::new(),
        _ => format!("LEFT JOIN user_attributes ON user_attributes.user_no = users.no AND {} ", on()),
    }
}

/// A condition on the time of what a user did; `None` if the rules read nothing of it. Adds the start of the window to the
/// parameters.
fn looked_back(lookback: Lookback, column: &str, as_of: Instant, values: &mut Vec<Value>) -> Option<String> {
    match lookback {
        Lookback::None => None,
        Lookback::All => Some("true".to_owned()),
        Lookback::Within(span) => {
            values.push(span.before(as_of).into());
            Some(format!("{column} >= ${}", values.len()))
        }
    }
}

/// The attempts that the rules read, as JSON; `None` if they read none. Adds to the parameters. For a user without attempts
/// PostgreSQL returns NULL, and SQLite `[]`. Nested in other JSON, SQLite returns a list, not text.
pub(super) fn attempts(connection: &impl ConnectionTrait, scope: Scope<'_>, values: &mut Vec<Value>) -> Option<String> {
    let is_read = looked_back(scope.needs.attempts, "completed_at", scope.as_of, values)?;
    let backend = Backend::of(connection);
    let json = backend.json_of_rows("completed_at, provider, certification_folded");
    let in_shard = backend.in_shard("quiz_attempts");
    let json = format!("(SELECT {json} FROM quiz_attempts WHERE user_no = users.no AND {in_shard} AND {is_read})");
    Some(backend.json_as_text(json))
}

/// Which rows of `user_event` the rules read, besides the condition on the user; `None` if they read none. Adds to the parameters.
pub(super) fn events(backend: Backend, scope: Scope<'_>, values: &mut Vec<Value>) -> Option<String> {
    let EventsNeeded { lookback, names, purchases } = &scope.needs.events;
    let is_read = looked_back(*lookback, "user_event.occurred_at", scope.as_of, values)?;
    let is_named = match names {
        Selection::All => "true".to_owned(),
        Selection::Only(_) => {
            let is_one = one_of("name", names, EventName::as_str, backend, values);
            format!("user_event.name_no IN (SELECT no FROM event_name WHERE {is_one})")
        }
    };
    let is_purchase = if *purchases { "user_event.amount IS NOT NULL" } else { "false" };
    Some(format!("{is_read} AND ({is_named} OR {is_purchase})"))
}

pub(super) const SPEND_COLUMNS: [&str; 3] = ["currency", "gross", "refunded"];

/// The same of `user_spend`.
pub(super) fn spend(backend: Backend, scope: Scope<'_>, values: &mut Vec<Value>) -> Option<String> {
    let currencies = &scope.needs.spend;
    (!currencies.is_empty()).then(|| one_of("user_spend.currency", currencies, Currency::code, backend, values))
}

fn one_of<T: Ord>(
    column: &str,
    selection: &Selection<T>,
    text: impl Fn(&T) -> &str,
    backend: Backend,
    values: &mut Vec<Value>,
) -> String {
    match selection {
        Selection::All => "true".to_owned(),
        Selection::Only(some) => {
            values.push(json!(some.iter().map(text).collect::<Vec<_>>()).to_string().into());
            format!("{column} IN (SELECT value FROM {})", backend.json_texts(&format!("${}", values.len())))
        }
    }
}

/// `[["login","2014-10-15T00:00:00+00:00",null,null],…]`
pub(super) fn read_events(json: &str) -> Option<Vec<EventFact>> {
    let rows: Vec<(String, String, Option<i64>, Option<String>)> = serde_json::from_str(json).ok()?;
    rows.into_iter()
        .map(|(name, occurred_at, minor, currency)| {
            event(EventName::parse(&name)?, parse_instant(&occurred_at)?, minor, currency.as_deref())
        })
        .collect()
}

pub(super) fn event(
    name: EventName,
    occurred_at: Instant,
    minor: Option<i64>,
    currency: Option<&str>,
) -> Option<EventFact> {
    let amount = match minor.zip(currency) {
        Some((minor, code)) => Some(Money { minor, currency: Currency::parse(code)? }),
        None => None,
    };
    Some(EventFact { name, occurred_at, amount })
}

/// `[["EUR",2900,-500],…]`
pub(super) fn read_spend(json: &str) -> Option<Vec<(Currency, Spend)>> {
    let rows: Vec<(String, i64, i64)> = serde_json::from_str(json).ok()?;
    let rows = rows.into_iter();
    rows.map(|(code, gross, refunded)| Some((Currency::parse(&code)?, Spend { gross, refunded }))).collect()
}

/// `[["2014-10-15T00:00:00+00:00",1,"aws-saa-c03"],…]`
pub(super) fn read_attempts(json: &str) -> Option<Vec<Attempt>> {
    let rows: Vec<(String, i16, String)> = serde_json::from_str(json).ok()?;
    rows.into_iter()
        .map(|(completed_at, provider, certification)| {
            Some(Attempt {
                completed_at: parse_instant(&completed_at)?,
                provider: Provider::from_code(provider)?,
                certification,
            })
        })
        .collect()
}
