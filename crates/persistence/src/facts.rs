//! What a run reads of users: facts, current memberships, admins' decisions and the mark that said they changed, all in
//! one ordered statement.

use std::pin::Pin;

use domain::{
    certification::Provider,
    criteria::{AttemptsNeeded, Needs},
    facts::{Attempt, QuizFacts, UserFacts},
    ids::{SegmentId, UserId, UserNo},
    instant::{Instant, parse_instant},
    membership::{Overrides, SegmentSet},
};
use futures_util::{Stream, StreamExt};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, StreamTrait, TryGetable};

use crate::{
    database::Database,
    rows::{rows, statement},
    stats,
};

/// A user to be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Our key.
    pub no: UserNo,
    /// The host application's id.
    pub id: UserId,
    /// All that a rule may look at.
    pub facts: UserFacts,
    /// Where the user is a member now.
    pub current: SegmentSet,
    /// What admins decided.
    pub overrides: Overrides,
    /// The sequence number of the mark that said that the user changed.
    pub dirty: Option<i64>,
}

/// A user whose row cannot be read. Only a damaged database has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Our key.
    pub no: UserNo,
    /// The host application's id, if that much can be read.
    pub id: Option<UserId>,
    /// Which column it is, without its content.
    pub reason: String,
}

/// One row of the statement.
pub type Read = Result<Candidate, Unreadable>;

/// What to read.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Of whom.
    pub users: Users<'a>,
    /// The clock, for decisions that expire and attempts in a window.
    pub as_of: Instant,
    /// The facts that the rules look at.
    pub needs: Needs,
}

/// Which users to read.
#[derive(Debug, Clone, Copy)]
pub enum Users<'a> {
    /// Those of a range of keys.
    Range {
        /// Above this one …
        above: UserNo,
        /// … up to and including this one.
        up_to: UserNo,
    },
    /// Those of a list.
    These(&'a [UserNo]),
}

impl Users<'_> {
    /// From the first user to the last there can be.
    pub const ALL: Self = Self::Range { above: UserNo(0), up_to: UserNo(i64::MAX) };
}

/// Users in the order of their keys.
pub async fn read_all(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Read>, DbErr> {
    let rows = connection.query_all_raw(select(connection, scope)).await?;
    rows.iter().map(|row| read(row, scope.needs)).collect()
}

/// The same as one stream on a connection of its own; the server keeps the snapshot until its end.
pub async fn stream<'a>(
    database: &'a Database,
    scope: Scope<'_>,
) -> Result<Pin<Box<dyn Stream<Item = Result<Read, DbErr>> + Send + 'a>>, DbErr> {
    let connection = database.connection();
    let needs = scope.needs;
    let rows = connection.stream_raw(select(connection, scope)).await?;
    Ok(Box::pin(rows.map(move |row| read(&row?, needs))))
}

/// The key of the `count`-th user above one, or of the last there is; `None` if there is none above.
pub async fn end_of_range(
    connection: &impl ConnectionTrait,
    above: UserNo,
    count: u64,
) -> Result<Option<UserNo>, DbErr> {
    let sql = "SELECT max(no) FROM (SELECT no FROM users WHERE no > $1 ORDER BY no LIMIT $2) AS range";
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let row = connection.query_one_raw(statement(connection, sql, [above.0.into(), count.into()])).await?;
    Ok(row.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten().map(UserNo))
}

fn select(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Statement {
    let backend = connection.get_database_backend();
    let (mut values, within) = match scope.users {
        Users::Range { above, up_to } => (vec![above.0.into(), up_to.0.into()], Within::Range),
        Users::These(users) => (vec![stats::numbers(users)], Within::List),
    };
    let list = match within {
        Within::Range => String::new(),
        Within::List => format!("WITH input AS ({}) ", rows(connection, &stats::USER_NO)),
    };
    values.push(scope.as_of.into());
    let mut columns = String::from(CHEAP_COLUMNS);
    if scope.needs.text {
        columns.push_str(TEXT_COLUMNS);
    }
    let source = source(within, values.len());
    if scope.needs.attempts != AttemptsNeeded::None {
        columns.push_str(match backend {
            DbBackend::Postgres => {
                ", (SELECT json_agg(json_build_array(completed_at, provider, certification_folded))::text"
            }
            _ => ", (SELECT json_group_array(json_array(completed_at, provider, certification_folded))",
        });
        columns.push_str(" FROM quiz_attempts WHERE user_no = users.no");
        if let AttemptsNeeded::Within(span) = scope.needs.attempts {
            values.push(span.before(scope.as_of).into());
            columns.push_str(&format!(" AND completed_at >= ${}", values.len()));
        }
        columns.push(')');
    }
    Statement::from_sql_and_values(backend, format!("{list}SELECT {columns} {source}"), values)
}

/// What every table is narrowed to: joined by key alone, PostgreSQL would read each from its beginning.
#[derive(Debug, Clone, Copy)]
enum Within {
    /// Keys above `$1`, up to `$2`.
    Range,
    /// Keys of `input`.
    List,
}

impl Within {
    fn holds(self, key: &str) -> String {
        match self {
            Self::Range => format!("{key} > $1 AND {key} <= $2"),
            Self::List => format!("{key} IN (SELECT user_no FROM input)"),
        }
    }
}

const CHEAP_COLUMNS: &str = "users.no, users.id, users.plan, users.current_streak, users.total_points, users.level, \
    users.random_bucket, users.created_at, users.last_activity_at, user_stats.quiz_count, user_stats.last_quiz_at, \
    user_stats.recent_total, user_stats.recent_aws, user_stats.recent_azure, user_stats.recent_gcp, \
    membership.segments, decided.segments, user_dirty.seq";

const TEXT_COLUMNS: &str = ", users.email_folded, users.first_name_folded, users.last_name_folded";

/// `as_of` is the number of the parameter.
fn source(within: Within, as_of: usize) -> String {
    format!(
        "FROM users JOIN user_stats ON user_stats.user_no = users.no AND {stats} \
         LEFT JOIN (SELECT user_no, string_agg(CAST(segment_id AS text), ',') AS segments FROM user_segment \
         WHERE removed_at IS NULL AND {own} GROUP BY user_no) AS membership ON membership.user_no = users.no \
         LEFT JOIN (SELECT user_no, \
         string_agg(CASE decision WHEN 'include' THEN '+' ELSE '-' END || CAST(segment_id AS text), ',') AS segments \
         FROM segment_override WHERE {own} AND (expires_at IS NULL OR expires_at > ${as_of}) GROUP BY user_no) AS decided \
         ON decided.user_no = users.no \
         LEFT JOIN user_dirty ON user_dirty.user_no = users.no AND {dirty} \
         WHERE {users} ORDER BY users.no",
        stats = within.holds("user_stats.user_no"),
        own = within.holds("user_no"),
        dirty = within.holds("user_dirty.user_no"),
        users = within.holds("users.no"),
    )
}

/// An error only if not even the key can be read: that is no fault of one user's data.
fn read(row: &QueryResult, needs: Needs) -> Result<Read, DbErr> {
    let no = UserNo(row.try_get_by_index(0)?);
    Ok(candidate(no, row, needs).map_err(|column| Unreadable {
        no,
        id: row.try_get_by_index(1).ok().map(UserId),
        reason: format!("its {column} cannot be read"),
    }))
}

/// The columns from left to right, each with the name to report it by.
struct Columns<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl Columns<'_> {
    fn take<T: TryGetable>(&mut self, name: &'static str) -> Result<T, &'static str> {
        let value = self.row.try_get_by_index(self.next).map_err(|_| name);
        self.next += 1;
        value
    }
}

fn candidate(no: UserNo, row: &QueryResult, needs: Needs) -> Result<Candidate, &'static str> {
    let mut columns = Columns { row, next: 1 };
    let id = UserId(columns.take("id")?);
    let mut facts = UserFacts {
        plan: columns.take("plan")?,
        current_streak: columns.take("current streak")?,
        total_points: columns.take("total points")?,
        level: columns.take("level")?,
        random_bucket: i64::from(columns.take::<i16>("random bucket")?),
        created_at: columns.take("created_at")?,
        last_activity_at: columns.take("last_activity_at")?,
        quizzes: QuizFacts {
            count: columns.take("quiz count")?,
            last_at: columns.take("last quiz")?,
            recent: columns.take("recent quizzes")?,
            recent_aws: columns.take("recent AWS quizzes")?,
            recent_azure: columns.take("recent Azure quizzes")?,
            recent_gcp: columns.take("recent GCP quizzes")?,
        },
        email: String::new(),
        first_name: None,
        last_name: None,
        attempts: Vec::new(),
    };
    let current = columns.take::<Option<String>>("memberships")?;
    let decided = columns.take::<Option<String>>("overrides")?;
    let dirty = columns.take("mark of change")?;
    if needs.text {
        facts.email = columns.take("email")?;
        facts.first_name = columns.take("first name")?;
        facts.last_name = columns.take("last name")?;
    }
    if needs.attempts != AttemptsNeeded::None {
        let attempts: Option<String> = columns.take("quiz attempts")?;
        facts.attempts = read_attempts(attempts.as_deref().unwrap_or("[]")).ok_or("quiz attempts")?;
    }
    Ok(Candidate {
        no,
        id,
        facts,
        current: current.as_deref().map(read_segments).unwrap_or_default(),
        overrides: decided.as_deref().map(read_overrides).unwrap_or_default(),
        dirty,
    })
}

/// `1,5,9`
fn read_segments(text: &str) -> SegmentSet {
    text.split(',').filter_map(|id| id.parse().ok()).map(SegmentId).collect()
}

/// `+12,-5`
fn read_overrides(text: &str) -> Overrides {
    let decided = |sign| text.split(',').filter_map(move |one| one.strip_prefix(sign)?.parse().ok()).map(SegmentId);
    Overrides { include: decided('+').collect(), exclude: decided('-').collect() }
}

/// `[["2014-10-15T00:00:00+00:00",1,"aws-saa-c03"],…]`
fn read_attempts(json: &str) -> Option<Vec<Attempt>> {
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
