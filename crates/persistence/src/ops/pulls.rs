//! The progress of pulls. It is written in the transaction that writes the rows it covers.

use domain::{ids::UserId, instant::Instant};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use crate::{
    database::{
        Transaction,
        json_rows::{Type, parameter, rows, statement},
        words,
    },
    entity::{pull_progress, pull_waiting},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKind {
    Users,
    Attempts,
    Events,
}

impl RecordKind {
    /// The stored name, also used in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Attempts => "attempts",
            Self::Events => "events",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The host database, by its name in the configuration.
    pub source: String,
    pub kind: RecordKind,
}

/// The position of a row in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub watermark: i64,
    pub id: String,
    /// Empty for a row of users.
    pub user: String,
}

/// A round in progress. It reads all rows up to a ceiling, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The greatest watermark when the round began.
    pub ceiling: i64,
    /// The last row read.
    pub at: Option<Position>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub query_hash: String,
    /// The ceiling of the latest finished round.
    pub settled: Option<i64>,
    /// The current round, or one that a killed pull has left.
    pub round: Option<Round>,
    /// When a round last finished.
    pub pulled_at: Option<Instant>,
    step: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum PullLost {
    /// Another pull has stored progress.
    #[error("another pull of {0} is active")]
    Overtaken(String),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Progress {
    /// Nothing has been read yet.
    pub fn start(query_hash: &str) -> Self {
        Self { query_hash: query_hash.into(), settled: None, round: None, pulled_at: None, step: 0 }
    }

    /// Starts from the beginning, but keeps the count of writes.
    #[must_use]
    pub fn restarted(&self, query_hash: &str) -> Self {
        Self { step: self.step, ..Self::start(query_hash) }
    }
}

pub async fn find(connection: &impl ConnectionTrait, key: &Key) -> Result<Option<Progress>, DbErr> {
    let id = (key.source.clone(), key.kind.name().to_owned());
    Ok(pull_progress::Entity::find_by_id(id).one(connection).await?.map(progress))
}

fn progress(row: pull_progress::Model) -> Progress {
    let at = row.at_watermark.map(|watermark| Position {
        watermark,
        id: row.at_id.unwrap_or_default(),
        user: row.at_user.unwrap_or_default(),
    });
    Progress {
        query_hash: row.query_hash,
        settled: row.settled,
        round: row.ceiling.map(|ceiling| Round { ceiling, at }),
        pulled_at: row.pulled_at,
        step: row.step,
    }
}

/// Fails if another pull has stored progress since it was read.
pub async fn save(tx: &Transaction, key: &Key, progress: &mut Progress) -> Result<(), PullLost> {
    use pull_progress::Column;
    let at = progress.round.as_ref().and_then(|round| round.at.as_ref());
    let values = [
        (Column::QueryHash, Expr::value(progress.query_hash.clone())),
        (Column::Settled, Expr::value(progress.settled)),
        (Column::Ceiling, Expr::value(progress.round.as_ref().map(|round| round.ceiling))),
        (Column::AtWatermark, Expr::value(at.map(|at| at.watermark))),
        (Column::AtId, Expr::value(at.map(|at| at.id.clone()))),
        (Column::AtUser, Expr::value(at.map(|at| at.user.clone()))),
        (Column::PulledAt, Expr::value(progress.pulled_at)),
        (Column::Step, Expr::value(progress.step + 1)),
    ];
    create(tx, key, progress).await?;
    let mut update = pull_progress::Entity::update_many()
        .filter(Column::Source.eq(key.source.clone()))
        .filter(Column::Part.eq(key.kind.name()))
        .filter(Column::Step.eq(progress.step));
    for (column, value) in values {
        update = update.col_expr(column, value);
    }
    if update.exec(tx).await?.rows_affected == 0 {
        return Err(PullLost::Overtaken(key.source.clone()));
    }
    progress.step += 1;
    Ok(())
}

async fn create(tx: &Transaction, key: &Key, progress: &Progress) -> Result<(), DbErr> {
    if progress.step > 0 {
        return Ok(());
    }
    let row = pull_progress::ActiveModel {
        source: Set(key.source.clone()),
        part: Set(key.kind.name().into()),
        query_hash: Set(progress.query_hash.clone()),
        step: Set(0),
        ..Default::default()
    };
    let once = OnConflict::new().do_nothing().to_owned();
    pull_progress::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await.map(|_| ())
}

const USER_ID: [(&str, Type); 1] = [("user_id", Type::Text)];

/// Stores users who were missing when their attempts or events were read, so that these are read again later.
pub async fn wait_for_users<'a>(
    tx: &Transaction,
    key: &Key,
    users: impl IntoIterator<Item = &'a UserId>,
) -> Result<(), DbErr> {
    let sql = format!(
        "INSERT INTO pull_waiting (source, part, user_id) SELECT $2, $3, input.user_id FROM ({rows}) AS input WHERE true \
         ORDER BY input.user_id ON CONFLICT DO NOTHING",
        rows = rows(tx, &USER_ID)
    );
    let users = parameter(users.into_iter().map(|user| json!([user])));
    let values = [users, key.source.clone().into(), key.kind.name().into()];
    tx.execute_raw(statement(tx, sql, values)).await.map(|_| ())
}

/// Users who were missing and exist now, in the order of ids, after one of them.
pub async fn arrived_users(
    connection: &impl ConnectionTrait,
    key: &Key,
    after: &UserId,
    limit: u32,
) -> Result<Vec<UserId>, DbErr> {
    let sql = "SELECT pull_waiting.user_id FROM pull_waiting JOIN users ON users.id = pull_waiting.user_id \
               WHERE pull_waiting.source = $1 AND pull_waiting.part = $2 AND pull_waiting.user_id > $3 \
               ORDER BY pull_waiting.user_id LIMIT $4";
    let values = [key.source.clone().into(), key.kind.name().into(), after.0.clone().into(), i64::from(limit).into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    found.iter().map(|row| row.try_get_by_index(0).map(UserId)).collect()
}

/// For users whose attempts or events have been read.
pub async fn stop_waiting_for(tx: &Transaction, key: &Key, users: &[UserId]) -> Result<(), DbErr> {
    let sql = format!(
        "DELETE FROM pull_waiting WHERE source = $2 AND part = $3 AND user_id IN (SELECT user_id FROM ({rows}) AS input)",
        rows = rows(tx, &USER_ID)
    );
    let users = parameter(users.iter().map(|user| json!([user])));
    let values = [users, key.source.clone().into(), key.kind.name().into()];
    tx.execute_raw(statement(tx, sql, values)).await.map(|_| ())
}

/// Empties the list of missing users if the stored progress is that of another query: everything is read again, and the
/// list may hold anything that the former query had in place of ids.
pub async fn forget_users_of_former_query(tx: &Transaction, key: &Key, query_hash: &str) -> Result<(), DbErr> {
    let sql = "DELETE FROM pull_waiting WHERE source = $1 AND part = $2 AND EXISTS (SELECT 1 FROM pull_progress \
               WHERE pull_progress.source = $1 AND pull_progress.part = $2 AND pull_progress.query_hash <> $3)";
    let values = [key.source.clone().into(), key.kind.name().into(), query_hash.into()];
    tx.execute_raw(statement(tx, sql, values)).await.map(|_| ())
}

/// Removes a person, for all host databases: the id, and the email address, which a query may have had in place of ids.
/// A round that has read up to this user starts over. Returns whether there was something.
pub async fn forget(tx: &Transaction, names: &[&str]) -> Result<bool, DbErr> {
    let of_user = pull_waiting::Column::UserId.is_in(names.iter().copied());
    let mut is_found = pull_waiting::Entity::delete_many().filter(of_user).exec(tx).await?.rows_affected > 0;
    // There are few. Their ids are as in the host database, possibly with surrounding spaces.
    for row in pull_progress::Entity::find().all(tx).await? {
        let is_user = |id: &Option<String>| id.as_deref().is_some_and(|id| names.contains(&id.trim()));
        let is_of_users = row.part == RecordKind::Users.name();
        if is_user(&row.at_user) || (is_of_users && is_user(&row.at_id)) {
            let mut row: pull_progress::ActiveModel = row.into();
            (row.at_watermark, row.at_id, row.at_user) = (Set(None), Set(None), Set(None));
            row.update(tx).await?;
            is_found = true;
        }
    }
    Ok(is_found)
}
