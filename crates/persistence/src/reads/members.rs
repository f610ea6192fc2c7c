//! Lists of the users of a segment: members, and users that an admin includes or excludes, in pages.
//!
//! A page is found by its offset or by the user before it. In the order of our keys, the keys of a page come from an index
//! alone; only then are its users read, so that far pages stay cheap. By key every page costs the same. Any other order
//! sorts all users of the list.

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    mail::MailFilter,
    member_sort::{MemberOrder, MemberSort},
    overrides::OverrideKind,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};

use super::{
    member_pages::{Page, Position, SortedBy, in_order, is_of_users, keys, sorted_by},
    params::bind,
};

use crate::{
    database::{backend::Backend, json_rows::statement},
    ingest::text_index::{self, CANDIDATES},
    membership::overrides,
    sync::figures,
};

#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Listed {
    no: i64,
    pub id: String,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Upper case.
    pub plan: String,
    pub last_activity_at: Option<Instant>,
    pub created_at: Instant,
    /// When the user last entered. `None` for a user with an override who never did.
    pub added_at: Option<Instant>,
    #[sea_orm(skip)]
    sorted: SortedBy,
}

impl Listed {
    fn read(row: &QueryResult, sort: MemberSort) -> Result<Self, DbErr> {
        Ok(Self { sorted: SortedBy::read(row, sort)?, ..Self::from_query_result(row, "")? })
    }

    pub fn no(&self) -> UserNo {
        UserNo(self.no)
    }

    /// The next page starts after this.
    pub fn position(&self) -> Position {
        Position { sorted: self.sorted.clone(), no: self.no() }
    }
}

/// A user that an admin includes in a segment or excludes from it, and who is present in the host application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overridden {
    pub user: Listed,
    pub actor: String,
    pub reason: Option<String>,
    pub created_at: Instant,
    /// Never expires if unset.
    pub expires_at: Option<Instant>,
}

/// A text to find in names and email addresses, or an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    written: String,
    folded: String,
}

impl Search {
    /// Anywhere in the email address, in either name, or in `first last`, ignoring case, or exactly the id in the host
    /// application. The text is trimmed; `None` if it is blank.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self { written: text.into(), folded: domain::text::fold(text) })
    }

    /// Escapes `%`, `_` and the escape character.
    fn pattern(&self) -> String {
        let escaped = self.folded.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        format!("%{escaped}%")
    }
}

const USER: &str = "users.no, users.id, users.email, users.first_name, users.last_name, users.plan, \
                    users.last_activity_at, users.created_at, user_segment.added_at";
const MEMBERS: &str = "FROM user_segment AS member WHERE member.segment_id = $1 AND member.removed_at IS NULL";

fn searched_members(backend: Backend) -> String {
    format!(
        "FROM user_segment AS member JOIN users AS searched ON searched.no = member.user_no AND {same_shard} \
         WHERE member.segment_id = $1 AND member.removed_at IS NULL",
        same_shard = backend.same_shard("searched", "member"),
    )
}

fn users_with_overrides(backend: Backend) -> String {
    format!(
        "FROM segment_override AS member JOIN users AS searched ON searched.no = member.user_no AND {same_shard} \
         WHERE member.segment_id = $1 AND searched.deleted_at IS NULL AND ",
        same_shard = backend.same_shard("searched", "member"),
    )
}

/// Which of the current members to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which<'a> {
    pub search: Option<&'a Search>,
    pub mail: MailFilter,
}

impl Which<'_> {
    /// Without any condition the stored count of the segment holds.
    pub fn is_all(&self) -> bool {
        self.search.is_none() && self.mail == MailFilter::All
    }

    /// `with_users` if something else asks for the table `searched`.
    async fn from(
        &self,
        connection: &impl ConnectionTrait,
        with_users: bool,
        values: &mut Vec<Value>,
    ) -> Result<String, DbErr> {
        if self.is_all() && !with_users {
            return Ok(MEMBERS.to_owned());
        }
        let mut conditions: Vec<_> = figures::condition(self.mail, "searched").into_iter().collect();
        if let Some(search) = self.search {
            conditions.push(search.condition(connection, "member.user_no", values).await?);
        }
        conditions.insert(0, searched_members(Backend::of(connection)));
        Ok(conditions.join(" AND "))
    }
}

/// A page of the current members.
pub async fn members(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    which: Which<'_>,
    page: &Page,
) -> Result<Vec<Listed>, DbErr> {
    let backend = Backend::of(connection);
    let MemberOrder { sort, direction } = page.order;
    let value = sorted_by(sort, "member.added_at");
    let mut values = vec![segment.0.into()];
    let from = which.from(connection, is_of_users(sort), &mut values).await?;
    let keys = keys(backend, &from, value, page, &mut values);
    let sql = format!(
        "SELECT {USER}{and_sorted} FROM ({keys}) AS page JOIN users ON users.no = page.user_no AND {user_in_shard} \
         JOIN user_segment ON user_segment.user_no = page.user_no AND user_segment.segment_id = $1 \
         AND {member_in_shard} ORDER BY {order}",
        and_sorted = and_sorted(value),
        user_in_shard = backend.same_shard("users", "page"),
        member_in_shard = backend.same_shard("user_segment", "page"),
        order = in_order(value.and(Some("page.sorted")), "page.user_no", direction),
    );
    let rows = connection.query_all_raw(statement(connection, sql, values)).await?;
    rows.iter().map(|row| Listed::read(row, sort)).collect()
}

/// How many current members there are of those. For all, use the stored count.
pub async fn count_members(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    which: Which<'_>,
) -> Result<i64, DbErr> {
    let mut values = vec![segment.0.into()];
    let from = which.from(connection, false, &mut values).await?;
    count(connection, &from, values).await
}

/// A page of the users with an override of this kind in effect at an instant.
pub async fn overridden(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    kind: OverrideKind,
    at: Instant,
    search: Option<&Search>,
    page: &Page,
) -> Result<Vec<Overridden>, DbErr> {
    let MemberOrder { sort, direction } = page.order;
    let value = sorted_by(sort, "member.created_at");
    let mut values = vec![segment.0.into(), at.into()];
    let from = from_overridden(connection, kind, search, &mut values).await?;
    let backend = Backend::of(connection);
    let keys = keys(backend, &from, value, page, &mut values);
    let sql = format!(
        "SELECT {USER}{and_sorted}, active.actor, active.reason, active.created_at AS override_created_at, active.expires_at \
         FROM ({keys}) AS page JOIN users ON users.no = page.user_no AND {user_in_shard} \
         JOIN segment_override AS active ON active.user_no = page.user_no AND active.segment_id = $1 \
         AND {override_in_shard} \
         LEFT JOIN user_segment ON user_segment.user_no = users.no AND user_segment.segment_id = $1 \
         AND {member_in_shard} ORDER BY {order}",
        and_sorted = and_sorted(value),
        user_in_shard = backend.same_shard("users", "page"),
        override_in_shard = backend.same_shard("active", "users"),
        member_in_shard = backend.same_shard("user_segment", "users"),
        order = in_order(value.and(Some("page.sorted")), "page.user_no", direction),
    );
    connection
        .query_all_raw(statement(connection, sql, values))
        .await?
        .iter()
        .map(|row| {
            Ok(Overridden {
                user: Listed::read(row, sort)?,
                actor: row.try_get("", "actor")?,
                reason: row.try_get("", "reason")?,
                created_at: row.try_get("", "override_created_at")?,
                expires_at: row.try_get("", "expires_at")?,
            })
        })
        .collect()
}

/// What the page has sorted its users by.
fn and_sorted(value: Option<&str>) -> &'static str {
    if value.is_some() { ", page.sorted" } else { "" }
}

/// How many users have an override of this kind in effect at an instant.
pub async fn count_overridden(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    kind: OverrideKind,
    at: Instant,
    search: Option<&Search>,
) -> Result<i64, DbErr> {
    let mut values = vec![segment.0.into(), at.into()];
    let from = from_overridden(connection, kind, search, &mut values).await?;
    count(connection, &from, values).await
}

async fn from_overridden(
    connection: &impl ConnectionTrait,
    kind: OverrideKind,
    search: Option<&Search>,
    values: &mut Vec<Value>,
) -> Result<String, DbErr> {
    let condition = match search {
        None => "true".to_owned(),
        Some(search) => search.condition(connection, "member.user_no", values).await?,
    };
    let decision = overrides::literal(kind);
    let in_effect = overrides::in_effect("member", "$2");
    let users = users_with_overrides(Backend::of(connection));
    Ok(format!("{users} member.decision = {decision} AND {in_effect} AND {condition}"))
}

async fn count(connection: &impl ConnectionTrait, from: &str, values: Vec<Value>) -> Result<i64, DbErr> {
    let sql = format!("SELECT count(*) {from}");
    let row = connection.query_one_raw(statement(connection, sql, values)).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

impl Search {
    /// `key` is the column with our key of `searched`.
    pub(super) async fn condition(
        &self,
        connection: &impl ConnectionTrait,
        key: &str,
        values: &mut Vec<Value>,
    ) -> Result<String, DbErr> {
        let (pattern, id) = (bind(values, self.pattern()), bind(values, self.written.clone()));
        let exact = format!(
            "(searched.email_folded LIKE {pattern} ESCAPE '!' OR coalesce(searched.first_name_folded, '') || ' ' || \
             coalesce(searched.last_name_folded, '') LIKE {pattern} ESCAPE '!' OR searched.id = {id})"
        );
        let few = text_index::finds_few(connection, text_index::of_text(&self.folded)).await?;
        Ok(match few {
            None => exact,
            Some(expression) => format!(
                "{key} IN ({CANDIDATES} {} UNION ALL SELECT no FROM users WHERE id = {id}) AND {exact}",
                bind(values, expression)
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Search;

    #[test]
    fn search_text_is_folded_and_escaped() {
        for (text, pattern) in [
            ("Ann", Some("%ann%")),
            ("  ann LEE ", Some("%ann lee%")),
            ("100%_!", Some("%100!%!_!!%")),
            ("Straße", Some("%strasse%")),
            ("", None),
            (" \t", None),
        ] {
            assert_eq!(Search::new(text).map(|search| search.pattern()).as_deref(), pattern, "{text:?}");
        }
    }
}
