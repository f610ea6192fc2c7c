//! Writes users, and finds them by the host application's ids.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use domain::{
    criteria::{Criteria, FIELDS, Field, TextField},
    facts::random_bucket,
    ids::{UserId, UserNo},
    instant::Instant,
    mail::AddressKey,
    period::Moment,
    profile::{GivenFields, PROFILE, ProfileField, ProfileValue, User, UserChange},
    shard::Shard,
    text::fold,
};
use sea_orm::{ConnectionTrait, DbErr, IdenStatic, Statement, Value};
use serde_json::{Value as Json, json};

use crate::{
    criteria_sql,
    database::{
        MembershipTx,
        backend::{Backend, Inserts, SHARD},
        json_rows::{self, Type, parameter, rows, statement, statement_in},
    },
    entity::users,
    facts::table::{self, TextColumns},
    ingest::{attributes, gone, text_index, user_seen, user_stats},
    sync::addresses,
};

/// The columns of `users` that are written, in the order of [`row`].
static COLUMNS: LazyLock<Vec<(&str, Type)>> = LazyLock::new(|| {
    let profile = PROFILE.iter().flat_map(columns);
    let own = [("random_bucket", Type::Small), ("updated_at", Type::Instant)];
    [("id", Type::Text)].into_iter().chain(profile).chain(own).collect()
});

/// The same, and the key.
static NUMBERED_COLUMNS: LazyLock<Vec<(&str, Type)>> =
    LazyLock::new(|| COLUMNS.iter().copied().chain([("no", Type::Integer)]).collect());

/// A field has a column, and a text another one with its form for comparisons. An email address is compared in two ways: as
/// criteria do, and as mail services do.
fn columns(field: &ProfileField) -> Vec<(&'static str, Type)> {
    match field.value {
        ProfileValue::Text(text, _) | ProfileValue::OptionalText(text, _) => {
            let TextColumns { written, folded } = table::text(text);
            let address_key = (text == TextField::Email).then_some(("address_key", Type::Text));
            [(written.as_str(), Type::Text), (folded.as_str(), Type::Text)].into_iter().chain(address_key).collect()
        }
        ProfileValue::Word(_) => vec![(field.name, Type::Text)],
        ProfileValue::Number(number, _) => vec![(table::number(number).name(), Type::Integer)],
        ProfileValue::Date(date, _) | ProfileValue::OptionalDate(date, _) => {
            vec![(table::date(date).name(), Type::Instant)]
        }
        ProfileValue::Deletion(_) => vec![("deleted_at", Type::Instant)],
    }
}

/// What an upsert did to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Created,
    /// The stored user differed.
    Updated,
    /// Already stored as given.
    Unchanged,
    /// The user does not exist, and the change cannot make one; it was not written.
    Incomplete,
}

/// Inserts users and updates those that differ, and marks them as changed. Those deleted in the host application
/// leave every segment. Ids must be distinct, and of the shard.
///
/// Users whose changes have the same fields are written together: one statement for each chunk of a file.
pub async fn upsert(tx: &MembershipTx, users: &[UserChange], now: Instant) -> Result<Vec<Change>, DbErr> {
    // In a fixed order, so that concurrent writers cannot deadlock.
    let mut sorted: Vec<_> = users.iter().collect();
    sorted.sort_unstable_by_key(|change| &change.user.id);
    let mut groups: BTreeMap<(GivenFields, bool), Vec<&UserChange>> = BTreeMap::new();
    for user in &sorted {
        groups.entry((user.given, user.can_create())).or_default().push(user);
    }
    let mut changes: HashMap<&UserId, Change> = HashMap::new();
    if groups.len() > 1 || sorted.iter().any(|user| !user.can_create()) {
        // Groups are not in the order of ids, so the rows are locked in that order beforehand.
        let known = lock(tx, &sorted).await?;
        let incomplete = sorted.iter().filter(|change| !change.can_create() && !known.contains(&change.user.id));
        changes.extend(incomplete.map(|change| (&change.user.id, Change::Incomplete)));
    }
    let (mut written, mut reworded) = (Vec::new(), Vec::new());
    for ((given, is_insert), group) in &mut groups {
        group.retain(|change| !changes.contains_key(&change.user.id));
        if !group.is_empty() {
            let numbers = if *is_insert { new_numbers(tx, group.len()).await? } else { vec![None; group.len()] };
            let rows = group.iter().zip(numbers).map(|(change, number)| row(&change.user, now, number));
            let rows = match are_records(tx, *is_insert) {
                true => json_rows::objects(&NUMBERED_COLUMNS, rows),
                false => parameter(rows),
            };
            let compared: Vec<_> =
                given.fields().flat_map(columns).map(|(name, _)| name).chain(["random_bucket"]).collect();
            reworded.extend(text_index::forget_reworded(tx, &COLUMNS, &compared, &rows).await?);
            addresses::note_changes(tx, &input(tx, *is_insert), &compared, &rows, now).await?;
            written.extend(write(tx, &compared, *is_insert, rows).await?);
        }
    }
    let valued = attributes::write(tx, with_attributes(tx, &sorted).await?).await?;
    written.extend(valued.into_iter().map(|(no, change)| (no, change.user.id.clone())));
    let written: HashMap<_, _> = written.into_iter().map(|(no, id)| (id, no)).collect();
    let mut numbers: Vec<_> = written.values().copied().collect();
    numbers.sort_unstable();
    // Users without statistics are new. This is exact on both databases; RETURNING alone is not.
    let new: HashSet<_> = user_stats::create(tx, &numbers).await?.into_iter().collect();
    // Nobody else can see a new user.
    let known: Vec<_> = numbers.iter().copied().filter(|no| !new.contains(no)).collect();
    user_stats::lock(tx, &known).await?;
    user_stats::mark_dirty(tx, &numbers).await?;
    user_seen::note(tx, &sorted, &written).await?;
    if sorted.iter().any(|change| change.user.deleted_at.is_some()) {
        gone::leave_all(tx, &known, now).await?;
    }
    reworded.extend(&new);
    text_index::add(tx, &reworded).await?;
    let change = |UserChange { user, .. }: &UserChange| match written.get(&user.id) {
        Some(no) if new.contains(no) => Change::Created,
        Some(_) => Change::Updated,
        None => changes.get(&user.id).copied().unwrap_or(Change::Unchanged),
    };
    Ok(users.iter().map(change).collect())
}

/// The changes of users who exist that give values of attributes, in the order of our keys.
async fn with_attributes<'a>(tx: &MembershipTx, changes: &[&'a UserChange]) -> Result<Vec<attributes::Of<'a>>, DbErr> {
    let given: Vec<_> = changes.iter().filter(|change| !change.attributes.is_empty()).copied().collect();
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let known = find_many(tx, given.iter().map(|change| &change.user.id)).await?;
    let of_user = |change: &'a UserChange| Some((*known.get(&change.user.id)?, change));
    let mut of_users: Vec<_> = given.into_iter().filter_map(of_user).collect();
    of_users.sort_unstable_by_key(|(user, _)| *user);
    Ok(of_users)
}

/// Returns the users that exist, and locks their rows until the end of the transaction.
async fn lock(tx: &MembershipTx, users: &[&UserChange]) -> Result<HashSet<UserId>, DbErr> {
    // SQLite has one writer and needs no lock.
    let lock = match Backend::of(tx) {
        Backend::Postgres => "FOR NO KEY UPDATE",
        Backend::Sqlite => "",
    };
    let sql = format!(
        "SELECT id FROM users WHERE id IN (SELECT id FROM ({rows}) AS input) AND {in_shard} ORDER BY id {lock}",
        rows = rows(tx, &[("id", Type::Text)]),
        in_shard = Backend::of(tx).in_shard("users"),
    );
    let ids = parameter(users.iter().map(|change| json!([change.user.id])));
    let found = tx.query_all_raw(tx.statement(sql, [ids])).await?;
    found.iter().map(|row| row.try_get_by_index(0).map(UserId)).collect()
}

/// Whether the rows of a statement are [records](json_rows::records).
fn are_records(tx: &MembershipTx, is_insert: bool) -> bool {
    tx.inserts() == Inserts::Citus && !is_insert
}

/// SQL for a table of the rows of a statement.
fn input(tx: &MembershipTx, is_insert: bool) -> String {
    match Backend::of(tx) {
        Backend::Postgres if are_records(tx, is_insert) => json_rows::records(&NUMBERED_COLUMNS),
        Backend::Postgres => format!("({}) AS input", json_rows::rows(tx, &NUMBERED_COLUMNS)),
        Backend::Sqlite => format!("({}) AS input", json_rows::rows(tx, &COLUMNS)),
    }
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
    let (backend, input) = (Backend::of(tx), input(tx, is_insert));
    let sql = if is_insert {
        let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        // SQLite numbers them itself.
        let and_no = match backend {
            Backend::Sqlite => "",
            Backend::Postgres => ", no",
        };
        format!(
            "INSERT INTO users ({names}{and_no}{and_shard}) SELECT {names}{and_no}{and_value} \
             FROM {home}{input} WHERE {is_home} \
             ON CONFLICT (id{and_shard}) DO UPDATE SET {sets} WHERE {differs} RETURNING users.no, users.id",
            and_shard = backend.and_shard(),
            and_value = tx.inserts().and_shard_value(),
            home = tx.inserts().home(),
            is_home = tx.inserts().is_home(),
        )
    } else {
        format!(
            "UPDATE users SET {sets} FROM {input} WHERE users.id = input.id AND {in_shard} AND ({differs}) \
             RETURNING users.no, users.id",
            in_shard = backend.in_shard("users"),
        )
    };
    let written = tx.query_all_raw(tx.statement(sql, [rows])).await?;
    written.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?)))).collect()
}

/// Numbers for users of the shard, who may turn out to have one. All shards count together, on the server that everyone connects
/// to. SQLite numbers its users itself.
async fn new_numbers(tx: &MembershipTx, count: usize) -> Result<Vec<Option<UserNo>>, DbErr> {
    match Backend::of(tx) {
        Backend::Sqlite => Ok(vec![None; count]),
        Backend::Postgres => {
            let sql = "SELECT nextval('users_no_seq') FROM generate_series(1, $1)";
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let counted = tx.query_all_raw(statement(tx, sql, [count.into()])).await?;
            counted.iter().map(|row| row.try_get_by_index(0).map(|counted| Some(tx.shard().user(counted)))).collect()
        }
    }
}

/// The cells of [`NUMBERED_COLUMNS`].
fn row(user: &User, now: Instant, number: Option<UserNo>) -> Json {
    let mut cells = vec![json!(user.id)];
    for field in PROFILE {
        match field.value {
            ProfileValue::Text(text, place) => {
                push_text(&mut cells, Some((place.get)(user)));
                if text == TextField::Email {
                    cells.push(json!(AddressKey::of(&user.email)));
                }
            }
            ProfileValue::OptionalText(_, place) => push_text(&mut cells, (place.get)(user).as_ref()),
            ProfileValue::Word(place) => cells.push(json!((place.get)(user))),
            ProfileValue::Number(_, place) => cells.push(json!((place.get)(user))),
            ProfileValue::Date(_, place) => cells.push(json_rows::instant(*(place.get)(user))),
            ProfileValue::OptionalDate(_, place) | ProfileValue::Deletion(place) => {
                cells.push(json!((place.get)(user).map(json_rows::instant)));
            }
        }
    }
    cells.extend([json!(random_bucket(&user.id)), json_rows::instant(now), json!(number)]);
    Json::Array(cells)
}

fn push_text(cells: &mut Vec<Json>, text: Option<&String>) {
    cells.extend([json!(text), json!(text.map(|text| fold(text)))]);
}

/// Our keys of the users of the shard that exist.
pub async fn find_many<'a>(
    tx: &MembershipTx,
    ids: impl IntoIterator<Item = &'a UserId>,
) -> Result<HashMap<UserId, UserNo>, DbErr> {
    let sql = format!(
        "SELECT users.id, users.no FROM ({rows}) AS input JOIN users ON users.id = input.id AND {in_shard}",
        rows = rows(tx, &[("id", Type::Text)]),
        in_shard = Backend::of(tx).in_shard("users"),
    );
    let parameter = parameter(ids.into_iter().map(|id| json!([id])));
    tx.query_all_raw(tx.statement(sql, [parameter]))
        .await?
        .iter()
        .map(|row| Ok((UserId(row.try_get_by_index(0)?), UserNo(row.try_get_by_index(1)?))))
        .collect()
}

pub async fn id(connection: &impl ConnectionTrait, user: UserNo) -> Result<Option<UserId>, DbErr> {
    let row = connection.query_one_raw(of_user(connection, "id", user)).await?;
    row.map(|row| row.try_get_by_index(0).map(UserId)).transpose()
}

/// A `SELECT` of columns of one user.
fn of_user(connection: &impl ConnectionTrait, columns: &str, user: UserNo) -> Statement {
    let in_shard = Backend::of(connection).in_shard("users");
    let sql = format!("SELECT {columns} FROM users WHERE no = $1 AND {in_shard}");
    statement_in(connection, user.shard(), sql, [user.0.into()])
}

/// A user of this shard.
pub async fn find(connection: &impl ConnectionTrait, shard: Shard, id: &UserId) -> Result<Option<UserNo>, DbErr> {
    let in_shard = Backend::of(connection).in_shard("users");
    let sql = format!("SELECT no FROM users WHERE id = $1 AND {in_shard}");
    let row = connection.query_one_raw(statement_in(connection, shard, sql, [id.0.clone().into()])).await?;
    row.map(|row| row.try_get_by_index(0).map(UserNo)).transpose()
}

/// The texts of a user as they were written. The facts that rules read have only their folded forms.
pub type Texts = BTreeMap<TextField, String>;

pub async fn texts(connection: &impl ConnectionTrait, user: UserNo) -> Result<Texts, DbErr> {
    let fields = FIELDS.iter().filter_map(|spec| if let Field::Text(text) = spec.field { Some(text) } else { None });
    let columns: Vec<_> = fields.clone().map(|field| table::text(field).written.as_str()).collect();
    let row = connection.query_one_raw(of_user(connection, &columns.join(", "), user)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the user's row".into()))?;
    let read = |(place, field)| Ok(row.try_get_by_index::<Option<String>>(place)?.map(|text| (field, text)));
    fields.enumerate().filter_map(|field| read(field).transpose()).collect()
}

/// The email address of a user, also of one whose other values cannot be read.
pub async fn email(connection: &impl ConnectionTrait, user: UserNo) -> Result<String, DbErr> {
    let row = connection.query_one_raw(of_user(connection, "email", user)).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the user's row".into()))?.try_get_by_index(0)
}

/// Users present in the host application.
pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    // Both counts are from small indexes. With a condition, SQLite would read every row.
    let sql = format!("SELECT (SELECT count(*) FROM users) - (SELECT count(*) FROM users WHERE {})", users::GONE);
    json_rows::count(connection, sql, []).await
}

/// Users of a shard present in the host application.
pub async fn count_of(connection: &impl ConnectionTrait, shard: Shard) -> Result<u64, DbErr> {
    let sql = match Backend::of(connection) {
        // A file is one shard.
        Backend::Sqlite => return count(connection).await,
        Backend::Postgres => format!(
            "SELECT (SELECT count(*) FROM users WHERE no > $1 AND no <= $2 AND users.shard = {SHARD}) \
             - (SELECT count(*) FROM users WHERE {gone} AND users.shard = {SHARD})",
            gone = users::GONE
        ),
    };
    let values = [shard.start().0.into(), shard.end().0.into()];
    let row = connection.query_one_raw(statement_in(connection, shard, sql, values)).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(count.unsigned_abs())
}

/// Users in at least one segment.
pub async fn count_segmented(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    // The search for a user ends at the first membership.
    let sql = format!(
        "SELECT count(*) FROM users WHERE EXISTS (SELECT 1 FROM user_segment \
         WHERE user_segment.user_no = users.no AND {same_shard} AND user_segment.removed_at IS NULL)",
        same_shard = Backend::of(connection).same_shard("user_segment", "users"),
    );
    let row = connection.query_one_raw(statement(connection, sql, [])).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// The users that a definition matches at a moment, by the rule alone, in the order of our keys.
pub async fn matching(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    moment: Moment,
) -> Result<Vec<UserNo>, DbErr> {
    let mut select = criteria_sql::matching(criteria, moment, None, Backend::of(connection));
    text_index::narrow(connection, criteria, &mut select).await?;
    connection.query_all(&select).await?.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect()
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn upsert_writes_every_column_except_the_key() {
        for column in users::Column::iter().map(|column| column.as_str()).filter(|name| *name != "no") {
            let is_written = COLUMNS.iter().any(|(name, _)| *name == column);
            assert!(is_written, "nothing writes users.{column}: docs/adding-a-field.md, step 3");
        }
    }
}
