//! Users of the host application: written from its data, found by its ids.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    criteria::Criteria,
    facts::random_bucket,
    ids::{UserId, UserNo},
    instant::Instant,
    period::Moment,
    profile::{User, UserChange},
    text::fold,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Value};
use serde_json::{Value as Json, json};

use crate::{
    criteria_sql,
    database::{
        MembershipTx,
        backend::Backend,
        json_rows::{self, Type, parameter, rows, statement},
    },
    entity::users,
    ingest::{text_index, user_stats},
    membership::{
        self,
        ledger::{ChangeContext, Membership},
        overrides,
    },
    ops::{audit, pulls},
    runs,
};

/// The columns of `users` that are written, in the order of [`row`].
const COLUMNS: [(&str, Type); 16] = [
    ("id", Type::Text),
    ("email", Type::Text),
    ("email_folded", Type::Text),
    ("first_name", Type::Text),
    ("first_name_folded", Type::Text),
    ("last_name", Type::Text),
    ("last_name_folded", Type::Text),
    ("plan", Type::Text),
    ("role", Type::Text),
    ("current_streak", Type::Integer),
    ("total_points", Type::Integer),
    ("level", Type::Integer),
    ("random_bucket", Type::Small),
    ("last_activity_at", Type::Instant),
    ("created_at", Type::Instant),
    ("updated_at", Type::Instant),
];

/// Whether a change has a field, and the columns that follow from it.
type Field = (fn(&UserChange) -> bool, &'static [&'static str]);

/// The fields that a change may leave out.
const FIELDS: [Field; 10] = [
    (|user| user.email.is_some(), &["email", "email_folded"]),
    (|user| user.created_at.is_some(), &["created_at"]),
    (|user| user.first_name.is_some(), &["first_name", "first_name_folded"]),
    (|user| user.last_name.is_some(), &["last_name", "last_name_folded"]),
    (|user| user.plan.is_some(), &["plan"]),
    (|user| user.role.is_some(), &["role"]),
    (|user| user.current_streak.is_some(), &["current_streak"]),
    (|user| user.total_points.is_some(), &["total_points"]),
    (|user| user.level.is_some(), &["level"]),
    (|user| user.last_activity_at.is_some(), &["last_activity_at"]),
];

/// Which of the fields a change has, one bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Present(u16);

impl Present {
    fn of(user: &UserChange) -> Self {
        Self(FIELDS.iter().enumerate().fold(0, |bits, (bit, (is_some, _))| bits | u16::from(is_some(user)) << bit))
    }

    fn columns(self) -> impl Iterator<Item = &'static str> {
        let fields = FIELDS.iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1);
        fields.flat_map(|(_, (_, columns))| columns.iter().copied())
    }
}

/// What an upsert did to one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There was none.
    Created,
    /// There was one, and it differed.
    Updated,
    /// There was one, as given.
    Unchanged,
    /// There was none, and the change lacks what a new user needs: it was not written.
    Incomplete,
}

/// Creates users and updates those that differ; says of each what became of them. Those who were written are marked dirty.
/// The ids must be distinct.
///
/// Users whose changes have the same fields are written together, so that a whole file takes one statement for each chunk.
pub async fn upsert(tx: &MembershipTx, users: &[UserChange], now: Instant) -> Result<Vec<Change>, DbErr> {
    // In one order, so that concurrent writers wait for each other and never in a circle.
    let mut sorted: Vec<_> = users.iter().collect();
    sorted.sort_unstable_by_key(|user| &user.id);
    let mut groups: BTreeMap<Present, Vec<&UserChange>> = BTreeMap::new();
    for user in &sorted {
        groups.entry(Present::of(user)).or_default().push(user);
    }
    let mut changes: HashMap<&UserId, Change> = HashMap::new();
    if groups.len() > 1 || sorted.iter().any(|user| !user.can_create()) {
        // Groups are not in the order of ids: that order is kept by taking the rows beforehand.
        let known = lock(tx, &sorted).await?;
        let incomplete = sorted.iter().filter(|user| !user.can_create() && !known.contains(&user.id));
        changes.extend(incomplete.map(|user| (&user.id, Change::Incomplete)));
    }
    let (mut written, mut reworded) = (Vec::new(), Vec::new());
    for (present, group) in &mut groups {
        group.retain(|user| !changes.contains_key(&user.id));
        if !group.is_empty() {
            let rows = parameter(group.iter().map(|user| row(user, now)));
            let is_insert = group[0].can_create();
            let compared: Vec<_> = present.columns().chain(["random_bucket"]).collect();
            reworded.extend(text_index::forget_reworded(tx, &COLUMNS, &compared, &rows).await?);
            written.extend(write(tx, &compared, is_insert, rows).await?);
        }
    }
    let numbers: Vec<_> = written.iter().map(|(no, _)| *no).collect();
    // Users without statistics were not there before: exact on both databases, which RETURNING alone is not.
    let new: HashSet<_> = user_stats::create(tx, &numbers).await?.into_iter().collect();
    user_stats::mark_dirty(tx, &numbers).await?;
    reworded.extend(&new);
    text_index::add(tx, &reworded).await?;
    let written: HashMap<_, _> = written.into_iter().map(|(no, id)| (id, no)).collect();
    let change = |user: &UserChange| match written.get(&user.id) {
        Some(no) if new.contains(no) => Change::Created,
        Some(_) => Change::Updated,
        None => changes.get(&user.id).copied().unwrap_or(Change::Unchanged),
    };
    Ok(users.iter().map(change).collect())
}

/// Says which of the users are there, and keeps their rows as they are until the end of the transaction.
async fn lock(tx: &MembershipTx, users: &[&UserChange]) -> Result<HashSet<UserId>, DbErr> {
    // SQLite has one writer anyway.
    let lock = match Backend::of(tx) {
        Backend::Postgres => "FOR NO KEY UPDATE",
        Backend::Sqlite => "",
    };
    let sql = format!(
        "SELECT id FROM users WHERE id IN (SELECT id FROM ({rows}) AS input) ORDER BY id {lock}",
        rows = rows(tx, &[("id", Type::Text)])
    );
    let ids = parameter(users.iter().map(|user| json!([user.id])));
    let found = tx.query_all_raw(statement(tx, sql, [ids])).await?;
    found.iter().map(|row| row.try_get_by_index(0).map(UserId)).collect()
}

/// Writes the rows that differ in the columns that are compared, and no other columns; says who was written.
async fn write(
    tx: &MembershipTx,
    compared: &[&str],
    is_insert: bool,
    rows: Value,
) -> Result<Vec<(UserNo, UserId)>, DbErr> {
    let source = if is_insert { "excluded" } else { "input" };
    let written = compared.iter().chain(&["updated_at"]);
    let sets: Vec<_> = written.map(|name| format!("{name} = {source}.{name}")).collect();
    let differs: Vec<_> =
        compared.iter().map(|name| format!("users.{name} IS DISTINCT FROM {source}.{name}")).collect();
    let (sets, differs) = (sets.join(", "), differs.join(" OR "));
    let input = json_rows::rows(tx, &COLUMNS);
    let sql = if is_insert {
        let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        format!(
            "INSERT INTO users ({names}) SELECT {names} FROM ({input}) AS input WHERE true \
             ON CONFLICT (id) DO UPDATE SET {sets} WHERE {differs} RETURNING users.no, users.id"
        )
    } else {
        format!(
            "UPDATE users SET {sets} FROM ({input}) AS input WHERE users.id = input.id AND ({differs}) \
             RETURNING users.no, users.id"
        )
    };
    let written = tx.query_all_raw(statement(tx, sql, [rows])).await?;
    written.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?)))).collect()
}

/// What a change leaves out has its default here, which only a new user gets.
fn row(user: &UserChange, now: Instant) -> Json {
    let first_name = user.first_name.as_ref().and_then(Option::as_deref);
    let last_name = user.last_name.as_ref().and_then(Option::as_deref);
    json!([
        user.id,
        user.email,
        user.email.as_deref().map(fold),
        first_name,
        first_name.map(fold),
        last_name,
        last_name.map(fold),
        user.plan.as_deref().unwrap_or(User::DEFAULT_PLAN),
        user.role.as_deref().unwrap_or(User::DEFAULT_ROLE),
        user.current_streak.unwrap_or(User::DEFAULT_STREAK),
        user.total_points.unwrap_or(User::DEFAULT_POINTS),
        user.level.unwrap_or(User::DEFAULT_LEVEL),
        random_bucket(&user.id),
        user.last_activity_at.flatten().map(json_rows::instant),
        user.created_at.map(json_rows::instant),
        json_rows::instant(now),
    ])
}

/// Our keys of those of the users that there are.
pub async fn find_many<'a>(
    connection: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = &'a UserId>,
) -> Result<HashMap<UserId, UserNo>, DbErr> {
    let sql = format!(
        "SELECT users.id, users.no FROM ({rows}) AS input JOIN users ON users.id = input.id",
        rows = rows(connection, &[("id", Type::Text)])
    );
    let parameter = parameter(ids.into_iter().map(|id| json!([id])));
    connection
        .query_all_raw(statement(connection, sql, [parameter]))
        .await?
        .iter()
        .map(|row| Ok((UserId(row.try_get_by_index(0)?), UserNo(row.try_get_by_index(1)?))))
        .collect()
}

/// The host application's id of a user.
pub async fn id(connection: &impl ConnectionTrait, user: UserNo) -> Result<Option<UserId>, DbErr> {
    let row =
        connection.query_one_raw(statement(connection, "SELECT id FROM users WHERE no = $1", [user.0.into()])).await?;
    row.map(|row| row.try_get_by_index(0).map(UserId)).transpose()
}

/// Our key of a user, if there is one.
pub async fn find(connection: &impl ConnectionTrait, id: &UserId) -> Result<Option<UserNo>, DbErr> {
    let no: Option<i64> = users::Entity::find()
        .select_only()
        .column(users::Column::No)
        .filter(users::Column::Id.eq(&id.0))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(no.map(UserNo))
}

/// The texts of a user as they were written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    /// The e-mail address.
    pub email: String,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
}

/// The texts of a user. The facts that rules look at have only their folded forms.
pub async fn texts(connection: &impl ConnectionTrait, user: UserNo) -> Result<Texts, DbErr> {
    let row = users::Entity::find_by_id(user.0).one(connection).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the user's row".into()))?;
    Ok(Texts { email: row.email, first_name: row.first_name, last_name: row.last_name })
}

/// How many there are.
pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    users::Entity::find().count(connection).await
}

/// How many are in at least one segment.
pub async fn count_segmented(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    // The first membership that is found ends the search for a user.
    let sql = "SELECT count(*) FROM users WHERE EXISTS (SELECT 1 FROM user_segment \
               WHERE user_segment.user_no = users.no AND user_segment.removed_at IS NULL)";
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// Erases a user: first every membership is left, so that counts and ledger stay true, then the row goes, and with it all
/// that is kept of the person. The ledger and the audit log keep the opaque number.
pub async fn erase(tx: &MembershipTx, (user, id): (UserNo, &UserId), context: &ChangeContext) -> Result<(), DbErr> {
    overrides::clear_all(tx, user).await?;
    audit::forget(tx, user, id).await?;
    pulls::forget(tx, id).await?;
    let memberships: Vec<_> =
        membership::of_user(tx, user).await?.iter().map(|segment| Membership { user, segment }).collect();
    membership::apply(tx, &[], &memberships, context).await?;
    text_index::forget(tx, &[user]).await?;
    users::Entity::delete_by_id(user.0).exec(tx).await?;
    // Last: a run takes its own row last too.
    runs::forget_user(tx, user, id).await
}

/// Whom a definition matches at a moment, by the rule alone, in the order of our keys.
pub async fn matching(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    moment: Moment,
) -> Result<Vec<UserNo>, DbErr> {
    let mut select = criteria_sql::matching(criteria, moment);
    text_index::narrow(connection, criteria, &mut select).await?;
    connection.query_all(&select).await?.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect()
}
