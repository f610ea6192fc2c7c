//! A row of arrays, one for each column, as either database hands it over.

use std::{ops::RangeFrom, vec};

use domain::{
    facts::Attempt,
    instant::{Instant, parse_instant},
};
use sea_orm::{DbErr, QueryResult};
use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow};

use super::scope::read_attempts;
use crate::database::of_the_driver;

/// The arrays of a row, from left to right.
pub(super) enum ArrayRow<'a> {
    Postgres(&'a PgRow, RangeFrom<usize>),
    Sqlite(vec::IntoIter<&'a [u8]>),
}

impl<'a> ArrayRow<'a> {
    pub(super) fn of(row: &'a QueryResult) -> Result<Self, DbErr> {
        if let Some(row) = row.try_as_pg_row() {
            return Ok(Self::Postgres(row, 0..));
        }
        let row = row.try_as_sqlite_row().ok_or_else(|| DbErr::Type("a row of one of our databases".into()))?;
        let mut lines = Vec::new();
        for place in 0..row.len() {
            let text: &[u8] = row.try_get(place).map_err(of_the_driver)?;
            lines.extend(text.split(|byte| *byte == b'\n'));
        }
        Ok(Self::Sqlite(lines.into_iter()))
    }

    /// The next array, if everything in it can be read.
    pub(super) fn take<T>(&mut self) -> Option<Vec<T>>
    where
        T: Deserialize<'a>,
        Vec<T>: Decode<'a, Postgres> + Type<Postgres>,
    {
        match self {
            // `array_agg` of no rows is NULL.
            Self::Postgres(row, places) => {
                row.try_get::<Option<_>, _>(places.next()?).ok().map(Option::unwrap_or_default)
            }
            Self::Sqlite(lines) => serde_json::from_slice(lines.next()?).ok(),
        }
    }

    pub(super) fn take_instants(&mut self) -> Option<Vec<Option<Instant>>> {
        let Self::Sqlite(lines) = self else { return self.take() };
        let texts: Vec<Option<&str>> = serde_json::from_slice(lines.next()?).ok()?;
        let read = |text: Option<&str>| text.map_or(Some(None), |text| parse_instant(text).map(Some));
        texts.into_iter().map(read).collect()
    }

    pub(super) fn take_attempts(&mut self) -> Option<Vec<Vec<Attempt>>> {
        let Self::Sqlite(lines) = self else {
            let lists = self.take::<Option<String>>()?.into_iter();
            return lists.map(|list| list.map_or(Some(Vec::new()), |list| read_attempts(&list))).collect();
        };
        let lists: Vec<&RawValue> = serde_json::from_slice(lines.next()?).ok()?;
        lists.into_iter().map(|list| read_attempts(list.get())).collect()
    }
}
