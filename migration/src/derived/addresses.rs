//! The address of each user as addresses are compared.

use domain::mail::AddressKey;
use sea_orm_migration::prelude::*;
use serde_json::json;

use super::tables::{PAGE, Tables, rows};

#[derive(Debug)]
pub(crate) struct AddressKeys {
    pub(crate) name: &'static str,
}

impl MigrationName for AddressKeys {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddressKeys {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        write(&Tables::of(manager)).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn write(tables: &Tables<'_>) -> Result<(), DbErr> {
    let update = format!(
        "UPDATE users SET address_key = input.address_key FROM (SELECT CAST(value ->> 0 AS bigint) AS no, \
         value ->> 1 AS address_key FROM {}) AS input WHERE users.no = input.no",
        tables.input()
    );
    let mut after = i64::MIN;
    loop {
        let sql = "SELECT no, email FROM users WHERE no > $1 ORDER BY no LIMIT $2";
        let page = tables.query(sql, [after.into(), PAGE.into()]).await?;
        let mut keys = Vec::new();
        for row in &page {
            let (no, email): (i64, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            keys.extend(AddressKey::of(&email).map(|key| json!([no, key])));
            after = no;
        }
        if page.is_empty() {
            return Ok(());
        }
        tables.execute(&update, [rows(keys)]).await?;
    }
}
