//! People at the mail service whom we looked up or made.

use std::collections::BTreeSet;

use domain::{
    instant::Instant,
    mail::{AddressKey, ContactOrigin, ContactState},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict};
use serde_json::json;

use super::keys_parameter;
use crate::{
    database::json_rows::{Type, parameter, rows, statement},
    entity::{enum_text::EnumText, sync_contact as contact},
};

/// The names that are sent with a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    pub first: Option<String>,
    pub last: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredContact {
    pub key: AddressKey,
    /// As it was sent.
    pub address: String,
    pub remote_id: Option<String>,
    pub origin: ContactOrigin,
    pub state: ContactState,
    /// Before our first call about it, or when others made it anew.
    pub tried_at: Instant,
    /// As last sent.
    pub names: Names,
    /// The name of the service's error, and when it said so.
    pub refused: Option<(String, Instant)>,
    /// Runs in a row that met the same refusal that may pass.
    pub failures: u32,
}

pub async fn find(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<Option<StoredContact>, DbErr> {
    Ok(contact::Entity::find_by_id(key.as_str()).one(connection).await?.map(StoredContact::from))
}

pub async fn find_many(connection: &impl ConnectionTrait, keys: &[AddressKey]) -> Result<Vec<StoredContact>, DbErr> {
    let sql = format!(
        "SELECT sync_contact.* FROM ({}) AS input JOIN sync_contact ON sync_contact.address_key = input.address_key",
        rows(connection, &[("address_key", Type::Text)])
    );
    let query = statement(connection, sql, [keys_parameter(keys)]);
    Ok(contact::Entity::find()
        .from_raw_sql(query)
        .all(connection)
        .await?
        .into_iter()
        .map(StoredContact::from)
        .collect())
}

/// Notes that these are about to be imported, for the first time or once more. Otherwise known ones stay as they are, and are not
/// returned.
pub async fn begin_import(
    connection: &impl ConnectionTrait,
    addresses: &[(AddressKey, String)],
    now: Instant,
) -> Result<BTreeSet<AddressKey>, DbErr> {
    let sql = format!(
        "INSERT INTO sync_contact (address_key, address, origin, state, tried_at) \
         SELECT address_key, address, 'unknown', 'importing', $2 FROM ({}) AS input WHERE true ORDER BY address_key \
         ON CONFLICT (address_key) DO UPDATE SET address = excluded.address WHERE sync_contact.state = 'importing' \
         RETURNING address_key",
        rows(connection, &[("address_key", Type::Text), ("address", Type::Text)])
    );
    let addresses = parameter(addresses.iter().map(|(key, address)| json!([key, address])));
    let begun = connection.query_all_raw(statement(connection, sql, [addresses, now.into()])).await?;
    begun.iter().map(|row| row.try_get_by_index(0).map(AddressKey::stored)).collect()
}

/// Whether contacts are in an import.
pub async fn any_importing(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let sql = "SELECT 1 FROM sync_contact WHERE state = 'importing' LIMIT 1";
    Ok(connection.query_one_raw(statement(connection, sql, [])).await?.is_some())
}

/// Those in an import of whom nothing was read since.
pub async fn importing(connection: &impl ConnectionTrait) -> Result<Vec<AddressKey>, DbErr> {
    let sql = "SELECT address_key FROM sync_contact WHERE state = 'importing' ORDER BY address_key";
    let found = connection.query_all_raw(statement(connection, sql, [])).await?;
    found.iter().map(|row| row.try_get_by_index(0).map(AddressKey::stored)).collect()
}

/// What imports have made is known by now. The rest is looked up, and made one by one.
pub async fn end_imports(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    let sql = "UPDATE sync_contact SET state = 'creating' WHERE state = 'importing'";
    connection.execute_raw(statement(connection, sql, [])).await.map(|_| ())
}

/// Notes that we are about to look these addresses up and make contacts of those that are not there. Known ones stay.
pub async fn begin(
    connection: &impl ConnectionTrait,
    addresses: &[(AddressKey, String)],
    now: Instant,
) -> Result<(), DbErr> {
    if addresses.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO sync_contact (address_key, address, origin, state, tried_at) \
         SELECT address_key, address, 'unknown', 'creating', $2 FROM ({}) AS input WHERE true ORDER BY address_key \
         ON CONFLICT (address_key) DO NOTHING",
        rows(connection, &[("address_key", Type::Text), ("address", Type::Text)])
    );
    let addresses = parameter(addresses.iter().map(|(key, address)| json!([key, address])));
    connection.execute_raw(statement(connection, sql, [addresses, now.into()])).await.map(|_| ())
}

/// Writes all of it, if the contact is known. It is not if the person was erased meanwhile: then returns `false`.
pub async fn update(connection: &impl ConnectionTrait, changed: &StoredContact) -> Result<bool, DbErr> {
    let updated = contact::Entity::update_many()
        .set(row(changed))
        .filter(contact::Column::AddressKey.eq(changed.key.as_str()))
        .exec(connection)
        .await?;
    Ok(updated.rows_affected > 0)
}

/// Writes of contacts that exist: the id, who made them, and the names that they have. Returns those that are known: the people of the
/// others were erased meanwhile.
pub async fn note_present(
    connection: &impl ConnectionTrait,
    present: &[StoredContact],
) -> Result<BTreeSet<AddressKey>, DbErr> {
    if present.is_empty() {
        return Ok(BTreeSet::new());
    }
    let columns = ["address_key", "remote_id", "origin", "first_name", "last_name"].map(|name| (name, Type::Text));
    let sql = format!(
        "UPDATE sync_contact SET state = 'present', remote_id = input.remote_id, origin = input.origin, \
         first_name = input.first_name, last_name = input.last_name, failures = 0 FROM ({}) AS input \
         WHERE sync_contact.address_key = input.address_key RETURNING sync_contact.address_key",
        rows(connection, &columns)
    );
    let present = parameter(present.iter().map(|contact| {
        let StoredContact { key, remote_id, origin, names, .. } = contact;
        json!([key, remote_id, origin.to_string(), names.first, names.last])
    }));
    let known = connection.query_all_raw(statement(connection, sql, [present])).await?;
    known.iter().map(|row| row.try_get_by_index(0).map(AddressKey::stored)).collect()
}

/// Notes the names that were sent.
pub async fn note_names(connection: &impl ConnectionTrait, sent: &[(AddressKey, Names)]) -> Result<(), DbErr> {
    if sent.is_empty() {
        return Ok(());
    }
    let columns = ["address_key", "first_name", "last_name"].map(|name| (name, Type::Text));
    let sql = format!(
        "UPDATE sync_contact SET first_name = input.first_name, last_name = input.last_name FROM ({}) AS input \
         WHERE sync_contact.address_key = input.address_key",
        rows(connection, &columns)
    );
    let sent = parameter(sent.iter().map(|(key, names)| json!([key, names.first, names.last])));
    connection.execute_raw(statement(connection, sql, [sent])).await.map(|_| ())
}

/// Writes all of it.
pub async fn put(connection: &impl ConnectionTrait, new: &StoredContact) -> Result<(), DbErr> {
    let columns = [
        contact::Column::Address,
        contact::Column::RemoteId,
        contact::Column::Origin,
        contact::Column::State,
        contact::Column::TriedAt,
        contact::Column::FirstName,
        contact::Column::LastName,
        contact::Column::RefusedWhy,
        contact::Column::RefusedAt,
        contact::Column::Failures,
    ];
    contact::Entity::insert(row(new))
        .on_conflict(OnConflict::column(contact::Column::AddressKey).update_columns(columns).to_owned())
        .exec_without_returning(connection)
        .await
        .map(|_| ())
}

/// Another contact has the address since then, which others made. It is looked up when it is wanted.
pub async fn look_up_again(connection: &impl ConnectionTrait, key: &AddressKey, since: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE sync_contact SET state = 'creating', remote_id = NULL, origin = 'elsewhere', first_name = NULL, \
               last_name = NULL, tried_at = $2 WHERE address_key = $1";
    connection.execute_raw(statement(connection, sql, [key.as_str().into(), since.into()])).await.map(|_| ())
}

/// One of several users with the address is erased, so the names may be theirs. Those of the others are sent next.
pub(crate) async fn forget_names(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<(), DbErr> {
    let sql = "UPDATE sync_contact SET first_name = NULL, last_name = NULL WHERE address_key = $1";
    connection.execute_raw(statement(connection, sql, [key.as_str().into()])).await.map(|_| ())
}

/// The address is then unknown, and looked up when it is wanted again.
pub async fn forget(connection: &impl ConnectionTrait, key: &AddressKey) -> Result<(), DbErr> {
    contact::Entity::delete_by_id(key.as_str()).exec(connection).await.map(|_| ())
}

/// How many contacts exist by each origin, and how many were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub here: u64,
    pub elsewhere: u64,
    pub refused: u64,
}

pub async fn count(connection: &impl ConnectionTrait) -> Result<Counts, DbErr> {
    let sql = "SELECT origin, state, count(*) FROM sync_contact GROUP BY origin, state";
    let mut counts = Counts::default();
    for row in connection.query_all_raw(statement(connection, sql, [])).await? {
        let (EnumText(origin), EnumText(state)) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let count = row.try_get_by_index::<i64>(2)?.unsigned_abs();
        match (state, origin) {
            (ContactState::Refused, _) => counts.refused += count,
            (ContactState::Present, ContactOrigin::Here) => counts.here += count,
            (ContactState::Present, ContactOrigin::Elsewhere | ContactOrigin::Unknown) => counts.elsewhere += count,
            (ContactState::Creating | ContactState::Importing | ContactState::Gone, _) => {}
        }
    }
    Ok(counts)
}

fn row(new: &StoredContact) -> contact::ActiveModel {
    let (refused_why, refused_at) = new.refused.clone().unzip();
    contact::ActiveModel {
        address_key: Set(new.key.as_str().into()),
        address: Set(new.address.clone()),
        remote_id: Set(new.remote_id.clone()),
        origin: Set(EnumText(new.origin)),
        state: Set(EnumText(new.state)),
        tried_at: Set(new.tried_at),
        first_name: Set(new.names.first.clone()),
        last_name: Set(new.names.last.clone()),
        refused_why: Set(refused_why),
        refused_at: Set(refused_at),
        failures: Set(i32::try_from(new.failures).unwrap_or(i32::MAX)),
    }
}

impl From<contact::Model> for StoredContact {
    fn from(row: contact::Model) -> Self {
        Self {
            key: AddressKey::stored(row.address_key),
            address: row.address,
            remote_id: row.remote_id,
            origin: row.origin.0,
            state: row.state.0,
            tried_at: row.tried_at,
            names: Names { first: row.first_name, last: row.last_name },
            refused: row.refused_why.zip(row.refused_at),
            failures: row.failures.unsigned_abs(),
        }
    }
}
