//! Issues of runs name users. Erasing a user leaves their number there.

use std::collections::{HashMap, HashSet};

use domain::{
    ids::{RunId, UserId, UserNo},
    run::{RunIssue, RunState},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::issues::Issues;
use crate::{
    database::{
        Transaction,
        backend::Backend,
        json_rows::{Type, parameter, rows, statement},
        values::from_json,
    },
    entity::{enum_text::EnumText, segmentation_run as run},
};

/// Takes a user's id out of the issues of all runs.
pub(crate) async fn forget_user(tx: &Transaction, user: UserNo, id: &UserId) -> Result<(), DbErr> {
    for (run, issues) in issues_of::<RunIssue>(tx, "segmentation_run", id).await? {
        if issues.iter().any(|issue| issue.user() == Some(id)) {
            let forget =
                |issue: RunIssue| if issue.user() == Some(id) { issue.with_user(user.erased()) } else { issue };
            store(tx, RunId(run), issues.into_iter().map(forget).collect()).await?;
        }
    }
    Ok(())
}

/// The rows of a table of runs with issues of a user, and the one under way: until the end of the transaction it stores no others.
pub(crate) async fn issues_of<T: DeserializeOwned>(
    tx: &Transaction,
    table: &str,
    user: &UserId,
) -> Result<Vec<(i64, Vec<T>)>, DbErr> {
    let backend = Backend::of(tx);
    let lock = match backend {
        Backend::Postgres => "FOR NO KEY UPDATE",
        Backend::Sqlite => "",
    };
    let sql = format!(
        "SELECT id, issues FROM {table} WHERE state = $2 \
         OR EXISTS (SELECT 1 FROM {issues} WHERE value ->> 'user' = $1) ORDER BY id {lock}",
        issues = backend.json_elements(&format!("{table}.issues"))
    );
    let values = [user.0.clone().into(), EnumText(RunState::Running).into()];
    let found = tx.query_all_raw(statement(tx, sql, values)).await?;
    let read = found.iter().map(|row| {
        let issues = from_json(row.try_get_by_index::<Json>(1)?, "issues of a run")?;
        Ok((row.try_get_by_index(0)?, issues))
    });
    read.collect()
}

/// Takes the ids of users who were erased since the run met them out of its issues. These are stored already, so that an
/// erasure that begins now waits for them, and this sees one that did not.
pub(super) async fn forget_erased(tx: &Transaction, run: RunId, found: &Issues) -> Result<(), DbErr> {
    let named: HashSet<_> = found.users().collect();
    if named.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT users.no FROM ({rows}) AS input JOIN users ON users.no = input.user_no",
        rows = rows(tx, &[("user_no", Type::Integer)])
    );
    let numbers = parameter(named.iter().map(|user| json!([user])));
    let existing = tx.query_all_raw(statement(tx, sql, [numbers])).await?;
    let existing: HashSet<_> =
        existing.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<_, _>>()?;
    let erased: HashMap<_, _> = found.named_users().filter(|(_, user)| !existing.contains(user)).collect();
    if erased.is_empty() {
        return Ok(());
    }
    let stored = run::Entity::find_by_id(run.0).one(tx).await?;
    let stored = stored.ok_or_else(|| DbErr::RecordNotFound("the run".into()))?;
    let issues: Vec<RunIssue> = from_json(stored.issues, "issues of a run")?;
    let forget = |issue: RunIssue| match issue.user().and_then(|id| erased.get(id)) {
        Some(user) => issue.with_user(user.erased()),
        None => issue,
    };
    store(tx, run, issues.into_iter().map(forget).collect()).await
}

async fn store(tx: &Transaction, run: RunId, issues: Vec<RunIssue>) -> Result<(), DbErr> {
    run::Entity::update_many()
        .col_expr(run::Column::Issues, Expr::value(json!(issues)))
        .filter(run::Column::Id.eq(run.0))
        .exec(tx)
        .await
        .map(|_| ())
}
