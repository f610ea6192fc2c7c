//! Brings stored texts, and what is derived from them, to the rules of `domain`: no spaces around texts, their forms for
//! comparisons, and the providers of certifications. Earlier versions had other rules.
//!
//! It reads pages of rows that could differ, writes those that do, and marks their users as changed.

mod addresses;
mod attempts;
mod names;
mod renamed;
mod tables;
mod users;

use sea_orm_migration::prelude::*;

pub(crate) use self::addresses::AddressKeys;
use self::tables::Tables;

#[derive(Debug)]
pub(crate) struct DerivedTexts {
    pub(crate) name: &'static str,
}

impl MigrationName for DerivedTexts {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for DerivedTexts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = Tables::of(manager);
        users::rewrite(&database).await?;
        users::rewrite_waiting(&database).await?;
        attempts::rewrite(&database).await?;
        names::rewrite(&database).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
