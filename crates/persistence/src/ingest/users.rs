//! Users: written from what the host application tells us, found by its ids.

use std::collections::{HashMap, HashSet};

use domain::{
    criteria::Criteria,
    facts::random_bucket,
    ids::{UserId, UserNo},
    instant::Instant,
    period::Moment,
    profile::User,
    text::fold,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::{Value as Json, json};

use crate::{
    criteria_sql,
    database::{
        MembershipTx,
        json_rows::{self, Type, parameter, rows, statement},
    },
    entity::users,
    ingest::{text_index, user_stats},
    membership::{
        self,
        ledger::{Membership, Occasion},
        overrides,
    },
    ops::{audit, pulls},
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

/// Those that make a difference: all but the id, what follows from it, and the time of the write itself.
const COMPARED: [&str; 14] = [
    "email",
    "email_folded",
    "first_name",
    "first_name_folded",
    "last_name",
    "last_name_folded",
    "plan",
    "role",
    "current_streak",
    "total_points",
    "level",
    "last_activity_at",
    "created_at",
    "random_bucket",
];

/// What an upsert did to one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There was none.
    Created,
    /// There was one, and it differed.
    Updated,
    /// There was one, as given.
    Unchanged,
}

/// Creates users and updates those that differ; says of each what became of them. Those who were written are marked dirty.
/// The ids must be distinct.
pub async fn upsert(tx: &MembershipTx, users: &[User], now: Instant) -> Result<Vec<Change>, DbErr> {
    let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let sets: Vec<_> = names.iter().skip(1).map(|name| format!("{name} = excluded.{name}")).collect();
    let differs: Vec<_> =
        COMPARED.iter().map(|name| format!("users.{name} IS DISTINCT FROM excluded.{name}")).collect();
    let sql = format!(
        "INSERT INTO users ({names}) SELECT {names} FROM ({rows}) AS input WHERE true \
         ON CONFLICT (id) DO UPDATE SET {sets} WHERE {differs} RETURNING no, id",
        names = names.join(", "),
        rows = rows(tx, &COLUMNS),
        sets = sets.join(", "),
        differs = differs.join(" OR "),
    );
    // In one order, so that concurrent writers wait for each other and never in a circle.
    let mut sorted: Vec<_> = users.iter().collect();
    sorted.sort_unstable_by_key(|user| &user.id);
    let parameter = parameter(sorted.iter().map(|user| row(user, now)));
    let mut reworded = text_index::forget_reworded(tx, &COLUMNS, &parameter).await?;
    let written: Vec<(UserNo, UserId)> = tx
        .query_all_raw(statement(tx, sql, [parameter]))
        .await?
        .iter()
        .map(|row| Ok((UserNo(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?))))
        .collect::<Result<_, DbErr>>()?;
    let numbers: Vec<_> = written.iter().map(|(no, _)| *no).collect();
    // Whoever had no statistics was not there before: exact on both databases, which RETURNING alone is not.
    let new: HashSet<_> = user_stats::create(tx, &numbers).await?.into_iter().collect();
    user_stats::mark_dirty(tx, &numbers).await?;
    reworded.extend(&new);
    text_index::add(tx, &reworded).await?;
    let change = |no| if new.contains(&no) { Change::Created } else { Change::Updated };
    let changes: HashMap<_, _> = written.into_iter().map(|(no, id)| (id, change(no))).collect();
    Ok(users.iter().map(|user| changes.get(&user.id).copied().unwrap_or(Change::Unchanged)).collect())
}

fn row(user: &User, now: Instant) -> Json {
    json!([
        user.id,
        user.email,
        fold(&user.email),
        user.first_name,
        user.first_name.as_deref().map(fold),
        user.last_name,
        user.last_name.as_deref().map(fold),
        user.plan,
        user.role,
        user.current_streak,
        user.total_points,
        user.level,
        random_bucket(&user.id),
        user.last_activity_at.map(json_rows::instant),
        json_rows::instant(user.created_at),
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
pub async fn erase(tx: &MembershipTx, (user, id): (UserNo, &UserId), occasion: &Occasion) -> Result<(), DbErr> {
    overrides::clear_all(tx, user).await?;
    audit::forget(tx, user, id).await?;
    pulls::forget(tx, id).await?;
    let memberships: Vec<_> =
        membership::of_user(tx, user).await?.iter().map(|segment| Membership { user, segment }).collect();
    membership::apply(tx, &[], &memberships, occasion).await?;
    text_index::forget(tx, &[user]).await?;
    users::Entity::delete_by_id(user.0).exec(tx).await.map(|_| ())
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
