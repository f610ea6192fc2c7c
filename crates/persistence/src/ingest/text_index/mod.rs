//! The index of SQLite that finds a text within names and e-mail addresses: three letters at a time, for texts of three
//! letters and more. It narrows down who may match, and the exact test always stands beside it, so it can change how long an
//! answer takes but not the answer. On PostgreSQL `pg_trgm` does the same by itself, and nothing here does anything.
//!
//! It is an FTS5 table that keeps no text of its own. So what is in it must be taken out with the words that were put in:
//! before users are written or erased, and from nowhere but `users.rs`.

mod required;

use domain::{criteria::Criteria, ids::UserNo};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, Value,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};
use serde_json::json;

pub(crate) use required::of_text;

use crate::{
    database::{
        MembershipTx,
        backend::Backend,
        json_rows::{self, Type, parameter, statement},
    },
    entity::users,
};

/// More candidates than this are found as fast by reading users in order, which can also stop early.
pub(crate) const FEW: i64 = 10_000;

/// The candidates, by the expression in a parameter.
pub(crate) const CANDIDATES: &str = "SELECT rowid FROM users_text WHERE users_text MATCH ";

const NUMBERS: [(&str, Type); 1] = [("no", Type::Integer)];

/// Whether there is such an index to be kept and asked.
fn is_kept(connection: &impl ConnectionTrait) -> bool {
    match Backend::of(connection) {
        Backend::Sqlite => true,
        Backend::Postgres => false,
    }
}

/// The columns that the index depends on.
const INDEXED: [&str; 3] = ["email_folded", "first_name_folded", "last_name_folded"];

/// Takes out those of the given rows of `users` whose texts are about to change, and says who they are.
pub(crate) async fn forget_reworded(
    tx: &MembershipTx,
    columns: &[(&str, Type)],
    changed: &[&str],
    rows: &Value,
) -> Result<Vec<UserNo>, DbErr> {
    let differs: Vec<_> = INDEXED
        .into_iter()
        .filter(|column| changed.contains(column))
        .map(|column| format!("users.{column} IS DISTINCT FROM input.{column}"))
        .collect();
    if differs.is_empty() || !is_kept(tx) {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT users.no FROM ({rows}) AS input JOIN users ON users.id = input.id WHERE {differs}",
        rows = json_rows::rows(tx, columns),
        differs = differs.join(" OR "),
    );
    let found = tx.query_all_raw(statement(tx, sql, [rows.clone()])).await?;
    let reworded: Vec<_> = found.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<_, DbErr>>()?;
    forget(tx, &reworded).await?;
    Ok(reworded)
}

/// Takes users out, whose row must still be as it was put in.
pub(crate) async fn forget(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    write(tx, "(users_text, rowid, email, name) SELECT 'delete', no, email, name", users).await
}

/// Puts users in, who must not be in it.
pub(crate) async fn add(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    write(tx, "(rowid, email, name) SELECT no, email, name", users).await
}

async fn write(tx: &MembershipTx, what: &str, users: &[UserNo]) -> Result<(), DbErr> {
    if users.is_empty() || !is_kept(tx) {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO users_text {what} FROM users_searchable WHERE no IN ({rows}) ORDER BY no",
        rows = json_rows::rows(tx, &NUMBERS)
    );
    let numbers = parameter(users.iter().map(|user| json!([user])));
    tx.execute_raw(statement(tx, sql, [numbers])).await.map(|_| ())
}

/// Narrows a selection of users by a definition down to the candidates of its texts, where they are few.
pub(crate) async fn narrow(
    connection: &impl ConnectionTrait,
    criteria: &Criteria,
    select: &mut SelectStatement,
) -> Result<(), DbErr> {
    if let Some(expression) = finds_few(connection, required::of(criteria)).await? {
        let table = Alias::new("users_text");
        let candidates = Query::select()
            .column((table.clone(), Alias::new("rowid")))
            .from(table)
            .and_where(Expr::cust_with_values("users_text MATCH ?", [expression]))
            .to_owned();
        select.and_where(users::Column::No.into_expr().in_subquery(candidates));
    }
    Ok(())
}

/// The expression, if the index can be asked for it and finds few.
pub(crate) async fn finds_few(
    connection: &impl ConnectionTrait,
    expression: Option<String>,
) -> Result<Option<String>, DbErr> {
    let Some(expression) = expression.filter(|_| is_kept(connection)) else { return Ok(None) };
    let sql = format!("SELECT count(*) FROM ({CANDIDATES} $1 LIMIT $2)");
    let values = [expression.clone().into(), (FEW + 1).into()];
    let found = connection.query_one_raw(statement(connection, sql, values)).await?;
    let found: i64 = found.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok((found <= FEW).then_some(expression))
}
