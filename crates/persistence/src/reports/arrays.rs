//! What many rows say of users, read as a [row of arrays](crate::database::array_row).

use std::iter::successors;

use chrono::TimeDelta;
use domain::{ids::UserNo, instant::Instant, shard::Shard, user_set::UserSet};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::database::{
    array_row::{ArrayRow, as_arrays},
    backend::Backend,
    json_rows::{statement, statement_in},
};

/// How much of a range is read at once, so that no text or array grows too large.
const SLICE: TimeDelta = TimeDelta::days(30);

/// The parts of a range in which it is read: each from an instant on, before another.
pub(super) fn slices([from, before]: [Instant; 2]) -> impl Iterator<Item = [Instant; 2]> {
    let starts = successors(Some(from), |start| start.checked_add_signed(SLICE));
    starts.take_while(move |start| *start < before).map(move |start| [start, before.min(start + SLICE)])
}

/// Reads columns of all rows that a `SELECT` gives, in no order.
pub(super) async fn read<T>(
    connection: &impl ConnectionTrait,
    (columns, rows): (&[&str], &str),
    values: impl IntoIterator<Item = Value>,
    read: impl FnOnce(&mut ArrayRow<'_>) -> Option<T>,
) -> Result<T, DbErr> {
    read_row(connection, statement(connection, select(connection, columns, rows), values), read).await
}

/// The same of a `SELECT` about users of one shard.
pub(super) async fn read_in<T>(
    connection: &impl ConnectionTrait,
    shard: Shard,
    (columns, rows): (&[&str], &str),
    values: impl IntoIterator<Item = Value>,
    read: impl FnOnce(&mut ArrayRow<'_>) -> Option<T>,
) -> Result<T, DbErr> {
    read_row(connection, statement_in(connection, shard, select(connection, columns, rows), values), read).await
}

fn select(connection: &impl ConnectionTrait, columns: &[&str], rows: &str) -> String {
    format!("SELECT {} FROM ({rows}) AS found", as_arrays(Backend::of(connection), columns))
}

async fn read_row<T>(
    connection: &impl ConnectionTrait,
    statement: Statement,
    read: impl FnOnce(&mut ArrayRow<'_>) -> Option<T>,
) -> Result<T, DbErr> {
    let unreadable = || DbErr::Type("rows as arrays".into());
    let row = connection.query_one_raw(statement).await?.ok_or_else(unreadable)?;
    read(&mut ArrayRow::of(&row)?).ok_or_else(unreadable)
}

/// The next array: users.
pub(super) fn users(arrays: &mut ArrayRow<'_>) -> Option<impl Iterator<Item = UserNo> + use<>> {
    Some(arrays.take::<i64>()?.into_iter().map(UserNo))
}

/// The next array: users, of whom each counts once.
pub(super) fn set(arrays: &mut ArrayRow<'_>) -> Option<UserSet> {
    Some(users(arrays)?.collect())
}

/// The next two arrays: users with an instant each.
pub(super) fn users_at(arrays: &mut ArrayRow<'_>) -> Option<Vec<(UserNo, Instant)>> {
    users(arrays)?.zip(arrays.take_instants()?).map(|(user, at)| Some((user, at?))).collect()
}

/// The next three arrays: users with the beginning and the end of a stay each. One that lasts has no end.
pub(super) fn stays(
    arrays: &mut ArrayRow<'_>,
) -> Option<impl Iterator<Item = (UserNo, Instant, Option<Instant>)> + use<>> {
    let begun = users_at(arrays)?.into_iter();
    Some(begun.zip(arrays.take_instants()?).map(|((user, since), until)| (user, since, until)))
}
