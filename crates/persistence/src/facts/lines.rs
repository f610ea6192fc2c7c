//! All users of a range as one text, a line of JSON for each: how SQLite hands users over, since its driver takes longer
//! for a row and each of its columns than SQLite does to find them.

use std::{borrow::Cow, collections::HashMap};

use domain::{
    criteria::Needs,
    facts::{QuizFacts, UserFacts},
    ids::{SegmentId, UserNo},
    instant::{Instant, parse_instant},
    membership::{Overrides, SegmentSet},
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Candidate, Read, Scope, Within, attempts, columns, read_attempts};
use crate::{overrides::Decision, rows::statement};

/// About the fewest bytes that a line has.
const SHORT_LINE: usize = 100;

/// Users in the order of their keys. Those whose line cannot be read are looked at again, column by column.
pub(super) async fn read_all(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Result<Vec<Read>, DbErr> {
    let row = connection.query_one_raw(select(connection, scope)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the users as one text".into()))?;
    let lines = row.try_get_by_index::<Option<Vec<u8>>>(0)?.unwrap_or_default();
    let mut beside = Beside::read(&row)?;
    let mut users = Vec::with_capacity(lines.len() / SHORT_LINE);
    let mut broken = Vec::new();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match candidate(line, &mut beside) {
            Some(candidate) => users.push(Ok(candidate)),
            None => broken.push(key(line)?),
        }
    }
    if !broken.is_empty() {
        users.extend(columns::read_these(connection, &broken, scope).await?);
    }
    users.sort_by_key(|read| match read {
        Ok(candidate) => candidate.no,
        Err(unreadable) => unreadable.no,
    });
    Ok(users)
}

/// One row: the lines, memberships, decisions, marks of change.
fn select(connection: &impl ConnectionTrait, scope: Scope<'_>) -> Statement {
    let (within, input, mut values) = Within::of(connection, scope.users);
    values.push(scope.as_of.into());
    let as_of = values.len();
    let more = more(connection, scope, &mut values);
    let sql = format!(
        "{input}SELECT (SELECT group_concat(line, char(10)) FROM (SELECT json_array(\
         users.no, users.plan, users.current_streak, users.created_at, users.last_activity_at, user_stats.quiz_count, \
         user_stats.recent_total, user_stats.recent_aws, user_stats.recent_azure, user_stats.recent_gcp\
         {more}) AS line \
         FROM users JOIN user_stats ON user_stats.user_no = users.no WHERE {users})), \
         (SELECT group_concat(user_no || ' ' || segment_id) FROM user_segment WHERE {own} AND removed_at IS NULL), \
         (SELECT json_group_array(json_array(user_no, segment_id, decision)) FROM segment_override \
         WHERE {own} AND (expires_at IS NULL OR expires_at > ${as_of})), \
         (SELECT json_group_array(json_array(user_no, seq)) FROM user_dirty WHERE {own})",
        users = within.holds("users.no"),
        own = within.holds("user_no"),
    );
    statement(connection, sql, values)
}

/// What a line ends with if a rule asks for any of it.
fn more(connection: &impl ConnectionTrait, scope: Scope<'_>, values: &mut Vec<Value>) -> String {
    if scope.needs == Needs::default() {
        return String::new();
    }
    let columns = |needed, columns, nothing| if needed { columns } else { nothing };
    let more = "users.total_points, users.level, users.random_bucket, user_stats.last_quiz_at";
    let more = columns(scope.needs.more, more, "0, 0, 0, NULL");
    let text = "users.email_folded, users.first_name_folded, users.last_name_folded";
    let text = columns(scope.needs.text, text, "'', NULL, NULL");
    let attempts = attempts(connection, scope, values).unwrap_or_else(|| "NULL".into());
    format!(", {more}, {text}, {attempts}")
}

/// What is beside the lines.
struct Beside {
    /// Sorted.
    memberships: Vec<(UserNo, SegmentId)>,
    decided: HashMap<UserNo, Overrides>,
    marks: HashMap<UserNo, i64>,
}

impl Beside {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        let memberships: Option<String> = row.try_get_by_index(1)?;
        let mut memberships: Vec<_> = memberships.unwrap_or_default().split(',').filter_map(membership).collect();
        memberships.sort_unstable();
        let mut decided: HashMap<UserNo, Overrides> = HashMap::new();
        for (user, segment, decision) in json::<(UserNo, SegmentId, String)>(row, 2)? {
            let Overrides { include, exclude } = decided.entry(user).or_default();
            let list = if decision == Decision::Include.name() { include } else { exclude };
            list.insert(segment);
        }
        Ok(Self { memberships, decided, marks: json(row, 3)?.into_iter().collect() })
    }

    fn memberships_of(&self, user: UserNo) -> SegmentSet {
        let first = self.memberships.partition_point(|(member, _)| *member < user);
        let own = self.memberships[first..].iter().take_while(|(member, _)| *member == user);
        own.map(|(_, segment)| *segment).collect()
    }
}

/// `7 1001`: a user, and a segment.
fn membership(text: &str) -> Option<(UserNo, SegmentId)> {
    let (user, segment) = text.split_once(' ')?;
    Some((UserNo(user.parse().ok()?), SegmentId(segment.parse().ok()?)))
}

fn json<T: DeserializeOwned>(row: &QueryResult, column: usize) -> Result<Vec<T>, DbErr> {
    let text: String = row.try_get_by_index(column)?;
    serde_json::from_str(&text).map_err(|error| DbErr::Json(error.to_string()))
}

/// A line, in its order. It may end before what has a default.
#[derive(Deserialize)]
struct Line<'a> {
    no: UserNo,
    plan: String,
    current_streak: i64,
    created_at: &'a str,
    last_activity_at: Option<&'a str>,
    quiz_count: i64,
    recent_total: i64,
    recent_aws: i64,
    recent_azure: i64,
    recent_gcp: i64,
    #[serde(default)]
    total_points: i64,
    #[serde(default)]
    level: i64,
    #[serde(default)]
    random_bucket: i64,
    #[serde(default)]
    last_quiz_at: Option<&'a str>,
    #[serde(default)]
    email: String,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(borrow, default)]
    attempts: Option<Cow<'a, str>>,
}

fn candidate(line: &[u8], beside: &mut Beside) -> Option<Candidate> {
    let line: Line<'_> = serde_json::from_slice(line).ok()?;
    let facts = UserFacts {
        plan: line.plan,
        current_streak: line.current_streak,
        total_points: line.total_points,
        level: line.level,
        random_bucket: line.random_bucket,
        created_at: parse_instant(line.created_at)?,
        last_activity_at: maybe_instant(line.last_activity_at)?,
        quizzes: QuizFacts {
            count: line.quiz_count,
            last_at: maybe_instant(line.last_quiz_at)?,
            recent: line.recent_total,
            recent_aws: line.recent_aws,
            recent_azure: line.recent_azure,
            recent_gcp: line.recent_gcp,
        },
        email: line.email,
        first_name: line.first_name,
        last_name: line.last_name,
        attempts: line.attempts.map_or(Some(Vec::new()), |attempts| read_attempts(&attempts))?,
    };
    Some(Candidate {
        no: line.no,
        facts,
        current: beside.memberships_of(line.no),
        overrides: beside.decided.remove(&line.no).unwrap_or_default(),
        dirty: beside.marks.get(&line.no).copied(),
    })
}

/// `None` if there is an instant that cannot be read.
fn maybe_instant(text: Option<&str>) -> Option<Option<Instant>> {
    text.map_or(Some(None), |text| parse_instant(text).map(Some))
}

/// The key that a line begins with: that cannot be damaged, since it is what SQLite found the row by.
fn key(line: &[u8]) -> Result<UserNo, DbErr> {
    let digits: Vec<u8> = line.iter().skip(1).copied().take_while(u8::is_ascii_digit).collect();
    let key = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok());
    key.map(UserNo).ok_or_else(|| DbErr::Type("the key of a user".into()))
}
