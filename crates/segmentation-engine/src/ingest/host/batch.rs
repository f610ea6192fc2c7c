//! Rows of a host database that are written together.

use std::collections::HashSet;

use domain::{ids::UserId, instant::Instant};
use persistence::{
    host::{HostQuery, HostRow},
    ingest::attempts::Origin,
    ops::pulls::Position,
};

use super::cells::Row;
use crate::ingest::{
    deletions::deletes,
    record::{self, Record},
    report::{FieldFault, Outcome, RecordKind, RecordPlace, RefusedRecord},
    seen::Seen,
};

pub(super) struct Batch<T> {
    /// With distinct identities.
    pub(super) records: Vec<T>,
    pub(super) refused: Vec<RefusedRecord>,
    /// The faults of values that a record lacks, with its place.
    partial: Vec<(usize, Vec<FieldFault>)>,
    positions: Vec<Position>,
}

impl<T: Record> Batch<T> {
    pub(super) fn read(query: &HostQuery, rows: &[HostRow], origin: Origin<'_>) -> Self {
        let records = Vec::with_capacity(rows.len());
        let mut batch = Self { records, refused: Vec::new(), partial: Vec::new(), positions: Vec::new() };
        let mut seen = Seen::default();
        for (place, row) in rows.iter().enumerate() {
            let checked = record::read::<T>(&Row { query, row }).and_then(|(record, partial)| {
                match seen.note(record.identity(origin), place as u64, None) {
                    None => Ok((record, partial)),
                    Some(_) => {
                        Err(vec![FieldFault::new("id", format!("{} by another row of the query", T::repeated(origin)))])
                    }
                }
            });
            match checked {
                Ok((record, partial)) => {
                    if !partial.is_empty() {
                        batch.partial.push((batch.records.len(), partial));
                    }
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

impl<T: Record> Batch<T> {
    /// The records that are written without values that do not fit.
    pub(super) fn partial(&self, outcomes: &[Outcome]) -> Vec<RefusedRecord> {
        let is_written = |place: usize| match &outcomes[place] {
            Outcome::WithoutUser | Outcome::Refused(_) => false,
            Outcome::Created | Outcome::Updated | Outcome::Recorded | Outcome::Moved | Outcome::Unchanged => true,
        };
        let written = self.partial.iter().filter(|(place, _)| is_written(*place));
        written.map(|(place, faults)| refused::<T>(&self.positions[*place], faults.clone())).collect()
    }
}

fn refused<T: Record>(position: &Position, faults: Vec<FieldFault>) -> RefusedRecord {
    let place = RecordPlace::Row { kind: T::KIND, id: position.id.clone(), user: position.user.clone() };
    RefusedRecord { place, faults }
}
