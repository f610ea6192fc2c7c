//! A row of arrays, one for each column. This is how to read many rows: the drivers take longer for a row and its columns than the
//! databases take to find them. On SQLite, the arrays are lines of JSON in one text.

use std::{ops::RangeFrom, vec};

use domain::instant::{Instant, parse_instant};
use sea_orm::{DbErr, QueryResult};
use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow};

use super::{backend::Backend, errors::of_the_driver};

/// The arrays of a row, from left to right.
pub(crate) enum ArrayRow<'a> {
    Postgres(&'a PgRow, RangeFrom<usize>),
    Sqlite(vec::IntoIter<&'a [u8]>),
}

impl<'a> ArrayRow<'a> {
    pub(crate) fn of(row: &'a QueryResult) -> Result<Self, DbErr> {
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
    pub(crate) fn take<T>(&mut self) -> Option<Vec<T>>
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

    pub(crate) fn take_instants(&mut self) -> Option<Vec<Option<Instant>>> {
        let Self::Sqlite(lines) = self else { return self.take() };
        let texts: Vec<Option<&str>> = serde_json::from_slice(lines.next()?).ok()?;
        let read = |text: Option<&str>| text.map_or(Some(None), |text| parse_instant(text).map(Some));
        texts.into_iter().map(read).collect()
    }

    /// Of values that are JSON. Where there is none, the default.
    pub(crate) fn take_json<T: Default>(&mut self, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let Self::Sqlite(lines) = self else {
            let values = self.take::<Option<String>>()?.into_iter();
            return values.map(|value| value.map_or(Some(T::default()), |value| read(&value))).collect();
        };
        let values: Vec<&RawValue> = serde_json::from_slice(lines.next()?).ok()?;
        values.into_iter().map(|value| read(value.get())).collect()
    }
}

/// What selects all rows of a table as a [row of arrays](ArrayRow), or as a part of one.
pub(crate) fn as_arrays(backend: Backend, columns: &[impl AsRef<str>]) -> String {
    let each = |function: &str| {
        let arrays: Vec<_> = columns.iter().map(|column| format!("{function}({})", column.as_ref())).collect();
        arrays.join(", ")
    };
    match backend {
        Backend::Sqlite => format!("concat_ws(char(10), {})", each("json_group_array")),
        Backend::Postgres => each("array_agg"),
    }
}
