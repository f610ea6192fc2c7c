//! Rows of a host database that are written together.

use std::collections::HashSet;

use domain::{ids::UserId, instant::Instant};
use persistence::{host::HostRow, ingest::attempts::Origin, ops::pulls::Position};

use super::cells::Row;
use crate::ingest::{
    deletions::deletes,
    record::{self, Record},
    report::{FieldFault, RecordKind, RecordPlace, RefusedRecord},
    seen::Seen,
};

pub(super) struct Batch<T> {
    /// With distinct identities.
    pub(super) records: Vec<T>,
    pub(super) refused: Vec<RefusedRecord>,
    positions: Vec<Position>,
}

impl<T: Record> Batch<T> {
    pub(super) fn read(columns: &[&'static str], rows: &[HostRow], origin: Origin<'_>) -> Self {
        let mut batch = Self { records: Vec::with_capacity(rows.len()), refused: Vec::new(), positions: Vec::new() };
        let mut seen = Seen::default();
        for (place, row) in rows.iter().enumerate() {
            let checked = record::read::<T>(&Row { columns, row }).and_then(|record| {
                match seen.note(record.identity(origin), place as u64, None) {
                    None => Ok(record),
                    Some(_) => {
                        Err(vec![FieldFault::new("id", format!("{} by another row of the query", T::repeated(origin)))])
                    }
                }
            });
            match checked {
                Ok(record) => {
                    batch.positions.push(row.position.clone());
                    batch.records.push(record);
                }
                Err(faults) => batch.refused.push(refused::<T>(&row.position, faults)),
            }
        }
        batch
    }

    /// A user who is in the list of deleted ones is not back because of a row that says nothing about it. Returns how many of
    /// their rows are passed over instead of refused: the host application may have emptied them.
    pub(super) fn keep_deleted(&mut self, deleted: &HashSet<String>) -> usize {
        if deleted.is_empty() {
            return 0;
        }
        let records = std::mem::take(&mut self.records).into_iter();
        self.records = records
            .map(|record| if deleted.contains(&record.user().0) { record.of_deleted_user() } else { record })
            .collect();
        let refused = self.refused.len();
        if T::KIND == RecordKind::Users {
            self.refused
                .retain(|record| !matches!(&record.place, RecordPlace::Row { id, .. } if deleted.contains(id.trim())));
        }
        refused - self.refused.len()
    }

    /// The users that the records delete.
    pub(super) fn deleted_users(&self, now: Instant) -> impl Iterator<Item = &UserId> + Clone {
        self.records.iter().filter(move |record| deletes(record.deletion(), now)).map(T::user)
    }

    /// For a record that was refused when it was written. Does nothing without faults.
    pub(super) fn refuse(&mut self, place: usize, faults: Vec<FieldFault>) {
        if !faults.is_empty() {
            self.refused.push(refused::<T>(&self.positions[place], faults));
        }
    }
}

fn refused<T: Record>(position: &Position, faults: Vec<FieldFault>) -> RefusedRecord {
    let place = RecordPlace::Row { kind: T::KIND, id: position.id.clone(), user: position.user.clone() };
    RefusedRecord { place, faults }
}
