//! The header of a file, and the cells of a row by column name.

use std::{borrow::Cow, io::BufRead, sync::Arc};

use domain::attribute::{Attribute, Attributes};

use crate::ingest::{
    fields::{RawRecord, Value},
    record::Record,
    report::RecordKind,
};

use super::{
    cells::Cells,
    error::ImportError,
    format,
    records::{MOST_COLUMNS, Records, Step},
};

/// The positions of the known columns.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    places: Vec<(&'static str, usize)>,
    /// Those that are declared.
    attributes: Vec<(Arc<Attribute>, usize)>,
    width: usize,
}

impl Columns {
    /// Reads the header. Also returns the names of unknown columns.
    pub(super) fn read<T: Record>(
        records: &mut Records<impl BufRead>,
        file: &str,
        attributes: &Attributes,
    ) -> Result<(Self, Vec<String>), ImportError> {
        let file = || file.to_owned();
        let step = records.step().map_err(|cause| ImportError::Read { file: file(), line: 0, cause })?;
        match step {
            None => return Err(ImportError::Empty { file: file(), required: T::REQUIRED }),
            Some(Step::Fault { reason, .. }) => return Err(unusable::<T>(records, file(), reason)),
            Some(Step::Record { .. }) => {}
        }
        let header = header(records).map_err(|reason| unusable::<T>(records, file(), reason))?;
        let count = |name: &str| header.iter().filter(|column| *column == name).count();
        let attributes = if T::KIND == RecordKind::Users { attributes } else { Attributes::none() };
        let names: Vec<_> =
            T::FIELDS.iter().copied().chain(attributes.iter().map(|attribute| attribute.field_name())).collect();
        let miscased: Vec<_> = names.iter().filter_map(|name| miscased(&header, name)).collect();
        if !miscased.is_empty() {
            return Err(ImportError::MiscasedColumns { file: file(), columns: miscased });
        }
        let missing: Vec<_> = T::REQUIRED.iter().copied().filter(|name| count(name) == 0).collect();
        if !missing.is_empty() {
            return Err(match format::of(records.line_read(), T::FIELDS) {
                Some(reason) => ImportError::Header { file: file(), reason },
                None => ImportError::MissingColumns { file: file(), columns: missing, found: header },
            });
        }
        let repeated: Vec<_> = names.iter().filter(|name| count(name) > 1).map(|name| (*name).to_owned()).collect();
        if !repeated.is_empty() {
            return Err(ImportError::RepeatedColumns { file: file(), columns: repeated });
        }
        let place = |name: &str| header.iter().position(|column| column == name);
        let places = T::FIELDS.iter().filter_map(|name| Some((*name, place(name)?))).collect();
        let attributes = attributes
            .iter()
            .filter_map(|attribute| Some((attribute.clone(), place(attribute.field_name())?)))
            .collect();
        let width = header.len();
        records.expect_columns(width);
        let ignored = ignored(&header, &names);
        Ok((Self { places, attributes, width }, ignored))
    }

    /// Columns in the file.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.places.iter().find(|(column, _)| *column == name).map(|(_, place)| *place)
    }
}

/// Names what the file is, if that says more than what is wrong with its header.
fn unusable<T: Record>(records: &Records<impl BufRead>, file: String, reason: String) -> ImportError {
    let reason = format::of(records.line_read(), T::FIELDS).unwrap_or(reason);
    ImportError::Header { file, reason }
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

/// A known column that is there in another case only. To ignore it would lose its content silently.
fn miscased(header: &[String], known: &str) -> Option<(String, String)> {
    let is_there = header.iter().any(|name| name == known);
    let found = header.iter().find(|name| name.eq_ignore_ascii_case(known)).filter(|_| !is_there)?;
    Some((known.to_owned(), found.clone()))
}

fn ignored(header: &[String], names: &[&str]) -> Vec<String> {
    let unknown = header.iter().enumerate().filter(|(_, column)| !names.contains(&column.as_str()));
    let named = |(place, column): (usize, &String)| match column.as_str() {
        "" => format!("column {} without a name", place + 1),
        column => column.to_owned(),
    };
    unknown.map(named).collect()
}

pub(super) struct Row<'a> {
    pub(super) columns: &'a Columns,
    pub(super) cells: &'a Cells,
    pub(super) bytes: &'a [u8],
}

impl RawRecord for Row<'_> {
    fn value(&self, column: &str) -> Value<'_> {
        self.columns.place(column).map_or(Value::Absent, |place| self.cell(place))
    }

    fn attributes(&self) -> Vec<(&Attribute, Value<'_>)> {
        let columns = self.columns.attributes.iter();
        columns.map(|(attribute, place)| (&**attribute, self.cell(*place))).collect()
    }
}

impl Row<'_> {
    fn cell(&self, place: usize) -> Value<'_> {
        let text = match self.cells.get(place, self.bytes) {
            Cow::Borrowed([]) => return Value::Empty,
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        text.map_or(Value::NotUtf8, Value::Text)
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        attribute::{AttributeKey, AttributeType},
        profile::{QuizAttempt, UserChange},
    };

    use super::*;

    /// The positions of known columns, and the unknown ones.
    type Header = (Vec<(&'static str, usize)>, Vec<String>);

    fn columns<T: Record>(header: &[u8]) -> Result<Header, String> {
        match Columns::read::<T>(&mut Records::new(header), "users.csv", Attributes::none()) {
            Ok((columns, ignored)) => Ok((columns.places, ignored)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn import_header_may_be_in_any_order_with_columns_missing_and_others_between() {
        for (header, places, ignored) in [
            ("id,email\n", &[("id", 0), ("email", 1)][..], &[][..]),
            ("email,id", &[("id", 1), ("email", 0)], &[]),
            ("\u{feff}id,email\r\n", &[("id", 0), ("email", 1)], &[]),
            ("\n\n id ,\" email\"\n", &[("id", 0), ("email", 1)], &[]),
            ("phone,email,id,", &[("id", 2), ("email", 1)], &["phone", "column 4 without a name"]),
            ("id,email,Id,Id", &[("id", 0), ("email", 1)], &["Id", "Id"]),
            ("totalPoints,id\n", &[("id", 1), ("totalPoints", 0)], &[]),
        ] {
            let expected = (places.to_vec(), ignored.iter().map(ToString::to_string).collect());
            assert_eq!(columns::<UserChange>(header.as_bytes()), Ok(expected), "{header:?}");
        }
    }

    #[test]
    fn import_header_that_cannot_be_used_is_one_clear_sentence() {
        for (header, expected) in [
            (&b""[..], "users.csv is empty: the first line must name the columns, at least id"),
            (b"\n\r\n", "users.csv is empty: the first line must name the columns, at least id"),
            (b"a,b\n", "the header of users.csv lacks id: its columns are a, b"),
            (b"u1,ann@example.org,Ann\n", "the header of users.csv lacks id: the first line must name the columns"),
            (
                b"ID,email,Plan,PLAN\n",
                "the header of users.csv must have these columns with their exact case: id instead of ID, plan instead of Plan",
            ),
            (
                b"id;email\n",
                "the header of users.csv cannot be read: its columns are separated by semicolons instead of commas",
            ),
            (
                b"\"id\";\"email\"\n",
                "the header of users.csv cannot be read: its columns are separated by semicolons instead of commas",
            ),
            (b"id,email,id\n", "the header of users.csv has more than one id"),
            (b"id,\"email\n", "the header of users.csv cannot be read: a quote is opened and not closed"),
            (b"id,email\rx\n", "the header of users.csv cannot be read: there is a carriage return outside of quotes"),
            (b"\xff\xfei\0d\0", "the header of users.csv cannot be read: it is UTF-16: save it as CSV UTF-8"),
            (b"i\0d\0,\0x\0\r\0\n\0", "the header of users.csv cannot be read: it is UTF-16: save it as CSV UTF-8"),
            (b"id,\xff\n", "the header of users.csv cannot be read: it is not UTF-8"),
        ] {
            assert_eq!(columns::<UserChange>(header), Err(expected.to_owned()), "{header:?}");
        }
        let expected =
            "the header of users.csv must have these columns with their exact case: attr.seats instead of attr.Seats";
        let key = AttributeKey::parse("seats").expect("a key");
        let declared = Attribute::stored(key, "Seats".into(), AttributeType::Number, &[], false);
        let mut records = Records::new(&b"id,attr.Seats\n"[..]);
        let refused = Columns::read::<UserChange>(&mut records, "users.csv", &[declared].into_iter().collect());
        assert_eq!(refused.expect_err("a refusal").to_string(), expected);
        let expected = "the header of users.csv lacks userId, certification, completedAt: its columns are id, score";
        assert_eq!(columns::<QuizAttempt>(b"id,score\n"), Err(expected.to_owned()));
    }
}
