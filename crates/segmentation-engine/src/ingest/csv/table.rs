//! The header of a file, and the cells of a row by the names of their columns.
//!
//! What the cells mean is said in [`fields`](crate::ingest::fields).

use std::{borrow::Cow, io::BufRead};

use domain::instant::{Instant, parse_instant};

use crate::ingest::fields::{Fields, LONGEST_TEXT};

use super::{
    cells::Cells,
    fault::ImportError,
    records::{MOST_COLUMNS, Records, Step},
};

/// Where the columns of a format stand in a file.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    names: &'static [&'static str],
    places: Vec<usize>,
    width: usize,
}

impl Columns {
    /// Reads the header; also gives the names of the columns that are not of the format.
    pub(super) fn read(
        records: &mut Records<impl BufRead>,
        names: &'static [&'static str],
        file: &str,
    ) -> Result<(Self, Vec<String>), ImportError> {
        let file = || file.to_owned();
        let step = records.step().map_err(|source| ImportError::Read { file: file(), line: 0, source })?;
        match step {
            None => return Err(ImportError::Empty { file: file(), expected: names }),
            Some(Step::Fault { reason, .. }) => return Err(ImportError::Header { file: file(), reason }),
            Some(Step::Record { .. }) => {}
        }
        let header = header(records).map_err(|reason| ImportError::Header { file: file(), reason })?;
        let with_count = |is: fn(usize) -> bool| -> Vec<_> {
            let count = |name: &str| header.iter().filter(|column| *column == name).count();
            names.iter().copied().filter(|name| is(count(name))).collect()
        };
        let (missing, repeated) = (with_count(|count| count == 0), with_count(|count| count > 1));
        if !missing.is_empty() {
            return Err(ImportError::MissingColumns { file: file(), columns: missing });
        }
        if !repeated.is_empty() {
            return Err(ImportError::RepeatedColumns { file: file(), columns: repeated });
        }
        let places = names.iter().filter_map(|name| header.iter().position(|column| column == name)).collect();
        let width = header.len();
        records.expect_columns(width);
        Ok((Self { names, places, width }, ignored(header, names)))
    }

    /// How many columns the file has.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| *column == name).map(|column| self.places[column])
    }
}

fn header(records: &Records<impl BufRead>) -> Result<Vec<String>, String> {
    if records.width() > MOST_COLUMNS {
        return Err(format!("it has more than {MOST_COLUMNS} columns"));
    }
    (0..records.width())
        .map(|place| match std::str::from_utf8(&records.cell(place)) {
            Ok(name) => Ok(name.trim().to_owned()),
            Err(_) => Err("it is not UTF-8".to_owned()),
        })
        .collect()
}

fn ignored(header: Vec<String>, names: &[&str]) -> Vec<String> {
    let unknown = header.into_iter().enumerate().filter(|(_, column)| !names.contains(&column.as_str()));
    unknown
        .map(|(place, column)| if column.is_empty() { format!("column {} without a name", place + 1) } else { column })
        .collect()
}

/// A row while it is read.
pub(super) struct Row<'a> {
    columns: &'a Columns,
    cells: &'a Cells,
    bytes: &'a [u8],
    faults: Vec<String>,
}

impl<'a> Row<'a> {
    /// The row that these cells are.
    pub(super) fn new(columns: &'a Columns, (cells, bytes): (&'a Cells, &'a [u8])) -> Self {
        Self { columns, cells, bytes, faults: Vec::new() }
    }

    /// All that is wrong with the columns that were read.
    pub(super) fn into_reason(self) -> String {
        self.faults.join("; ")
    }

    /// A value that spaces around it do not belong to.
    fn value<T>(&mut self, column: &str, otherwise: &str, read: fn(&str) -> Option<T>) -> Option<Option<T>> {
        let text = self.text(column, LONGEST_TEXT)?.unwrap_or_default();
        let value = match text.trim() {
            "" => return Some(None),
            text => read(text),
        };
        match value {
            Some(value) => Some(Some(value)),
            None => self.fault(column, otherwise),
        }
    }
}

/// An empty cell is an unset value.
impl Fields for Row<'_> {
    fn text(&mut self, column: &str, longest: usize) -> Option<Option<Cow<'_, str>>> {
        let place = self.columns.place(column)?;
        let bytes = self.cells.get(place, self.bytes);
        if bytes.len() > longest {
            return self.fault(column, &format!("longer than {longest} bytes"));
        }
        if bytes.contains(&0) {
            return self.fault(column, "not text: it contains a NUL");
        }
        let text = match bytes {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        match text {
            Some(text) => Some((!text.is_empty()).then_some(text)),
            None => self.fault(column, "not UTF-8"),
        }
    }

    fn whole(&mut self, column: &str) -> Option<Option<i64>> {
        self.value(column, "no whole number", |text| text.parse().ok())
    }

    fn number(&mut self, column: &str) -> Option<Option<f64>> {
        self.value(column, "no number", |text| text.parse().ok().filter(|number: &f64| number.is_finite()))
    }

    fn time(&mut self, column: &str) -> Option<Option<Instant>> {
        self.value(column, "no RFC 3339 time", parse_instant)
    }

    fn fault<T>(&mut self, column: &str, is: &str) -> Option<T> {
        self.faults.push(format!("{column} is {is}"));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &[u8]) -> Result<(Vec<usize>, Vec<String>), String> {
        match Columns::read(&mut Records::new(header), &["id", "email"], "users.csv") {
            Ok((columns, ignored)) => Ok((columns.places, ignored)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn columns_may_stand_in_any_order_and_beside_others() {
        for (header, places, ignored) in [
            ("id,email\n", [0, 1], &[][..]),
            ("email,id", [1, 0], &[]),
            ("\u{feff}id,email\r\n", [0, 1], &[]),
            ("\n\n id ,\" email\"\n", [0, 1], &[]),
            ("phone,email,id,", [2, 1], &["phone", "column 4 without a name"]),
            ("id,email,Id,Id", [0, 1], &["Id", "Id"]),
        ] {
            let expected = (places.to_vec(), ignored.iter().map(ToString::to_string).collect());
            assert_eq!(columns(header.as_bytes()), Ok(expected), "{header:?}");
        }
    }

    #[test]
    fn a_header_that_will_not_do_is_one_clear_sentence() {
        for (header, expected) in [
            (&b""[..], "users.csv is empty: its first line must name the columns id, email"),
            (b"\n\r\n", "users.csv is empty: its first line must name the columns id, email"),
            (b"a,b\n", "the header of users.csv lacks id, email"),
            (b"ID,email\n", "the header of users.csv lacks id"),
            (b"id;email\n", "the header of users.csv lacks id, email"),
            (b"id,email,id\n", "the header of users.csv has more than one id"),
            (b"id,\"email\n", "the header of users.csv cannot be read: a quote is opened and not closed"),
            (b"id,email\rx\n", "the header of users.csv cannot be read: a carriage return stands outside quotes"),
            (b"\xff\xfei\0d\0", "the header of users.csv cannot be read: it is not UTF-8"),
        ] {
            assert_eq!(columns(header), Err(expected.to_owned()), "{header:?}");
        }
    }
}
