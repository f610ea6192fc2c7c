//! Writes the values of users' attributes.

use std::collections::{BTreeSet, HashSet};

use domain::{
    attribute::{AttributeChanges, AttributeFact, AttributeValue, sortable_date},
    ids::UserNo,
    profile::UserChange,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Map, Value as Json, json};

use crate::database::{
    MembershipTx,
    backend::Backend,
    json_rows::{Type, parameter, rows},
};

/// Changes of one user's values: as written, and as compared. Null unsets.
const CHANGE: [(&str, Type); 3] = [("user_no", Type::Integer), ("given", Type::Text), ("comparable", Type::Text)];

/// Changes of one user.
pub(super) type Of<'a> = (UserNo, &'a UserChange);

/// Writes what changes say of users, in the order of their keys; their rows must be locked. Values that are not given stay. Returns
/// the users whose values differ now.
pub(super) async fn write<'a>(tx: &MembershipTx, of_users: Vec<Of<'a>>) -> Result<Vec<Of<'a>>, DbErr> {
    if of_users.is_empty() {
        return Ok(Vec::new());
    }
    let mut written = HashSet::new();
    for sql in [insert(tx), update(tx)] {
        let input = parameter(of_users.iter().map(|(user, change)| row(*user, &change.attributes)));
        let rows = tx.query_all_raw(tx.statement(sql, [input])).await?;
        for row in rows {
            written.insert(UserNo(row.try_get_by_index(0)?));
        }
    }
    write_dates(tx, &of_users).await?;
    Ok(of_users.into_iter().filter(|(user, _)| written.contains(user)).collect())
}

fn row(user: UserNo, changes: &AttributeChanges) -> Json {
    let (mut given, mut comparable) = (Map::new(), Map::new());
    for (key, value) in changes {
        given.insert(key.to_string(), value.as_ref().map_or(Json::Null, AttributeValue::to_json));
        let fact = value.as_ref().map(AttributeFact::of);
        comparable.insert(key.to_string(), fact.as_ref().map_or(Json::Null, AttributeFact::to_json));
    }
    json!([user, given, comparable])
}

/// Those of users without any.
fn insert(tx: &MembershipTx) -> String {
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let (given, comparable) = (merged(backend, "'{}'", "given"), comparable(backend, "'{}'", "comparable"));
    format!(
        "INSERT INTO user_attributes (user_no{and_shard}, written, compared) \
         SELECT user_no{and_value}, {given}, {comparable} FROM {home}({rows}) AS input \
         WHERE {is_home} AND {given} <> '{{}}' \
         ON CONFLICT (user_no{and_shard}) DO NOTHING RETURNING user_no",
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(tx, &CHANGE),
    )
}

/// Those that differ.
fn update(tx: &MembershipTx) -> String {
    let backend = Backend::of(tx);
    let given = merged(backend, "user_attributes.written", "input.given");
    let comparable = comparable(backend, "user_attributes.compared", "input.comparable");
    format!(
        "UPDATE user_attributes SET written = {given}, compared = {comparable} FROM ({rows}) AS input \
         WHERE user_attributes.user_no = input.user_no AND {in_shard} \
         AND ({given} <> user_attributes.written OR {as_text} <> {stored_as_text}) \
         RETURNING user_attributes.user_no",
        // Binary JSON may be the same in two forms.
        as_text = as_text(backend, &comparable),
        stored_as_text = as_text(backend, "user_attributes.compared"),
        rows = rows(tx, &CHANGE),
        in_shard = backend.in_shard("user_attributes"),
    )
}

/// Values with changes to them. No value is an object, so nothing within one is merged.
fn merged(backend: Backend, values: &str, changes: &str) -> String {
    match backend {
        Backend::Sqlite => format!("json_patch({values}, {changes})"),
        Backend::Postgres => format!("jsonb_strip_nulls(CAST({values} AS jsonb) || CAST({changes} AS jsonb))"),
    }
}

/// The same in the form in which it is stored to be compared.
fn comparable(backend: Backend, values: &str, changes: &str) -> String {
    match backend {
        Backend::Sqlite => format!("jsonb_patch({values}, {changes})"),
        Backend::Postgres => merged(backend, values, changes),
    }
}

fn as_text(backend: Backend, comparable: &str) -> String {
    match backend {
        Backend::Sqlite => format!("json({comparable})"),
        Backend::Postgres => comparable.to_owned(),
    }
}

/// The date of one attribute of one user.
const DATE: [(&str, Type); 3] = [("user_no", Type::Integer), ("attribute", Type::Text), ("at", Type::Text)];

async fn write_dates(tx: &MembershipTx, of_users: &[Of<'_>]) -> Result<(), DbErr> {
    let (mut set, mut unset) = (Vec::new(), BTreeSet::new());
    for (user, change) in of_users {
        for (key, value) in &change.attributes {
            match value {
                Some(AttributeValue::Date(date)) => set.push(json!([user, key.as_str(), sortable_date(*date)])),
                // Of another type, there is nothing to delete.
                None => drop(unset.insert((*user, key))),
                Some(_) => {}
            }
        }
    }
    let unset: Vec<_> = unset.into_iter().map(|(user, key)| json!([user, key.as_str(), Json::Null])).collect();
    let (backend, inserts, rows) = (Backend::of(tx), tx.inserts(), rows(tx, &DATE));
    let insert = format!(
        "INSERT INTO user_attribute_date (user_no, attribute{and_shard}, at) \
         SELECT user_no, attribute{and_value}, at FROM {home}({rows}) AS input WHERE {is_home} \
         ON CONFLICT (user_no, attribute{and_shard}) DO UPDATE SET at = excluded.at \
         WHERE user_attribute_date.at <> excluded.at",
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
    );
    let delete = format!(
        "DELETE FROM user_attribute_date WHERE (user_no, attribute) IN (SELECT user_no, attribute FROM ({rows}) AS input) \
         AND {in_shard}",
        in_shard = backend.in_shard("user_attribute_date"),
    );
    for (sql, rows) in [(insert, set), (delete, unset)] {
        if !rows.is_empty() {
            tx.execute_raw(tx.statement(sql, [parameter(rows)])).await?;
        }
    }
    Ok(())
}
