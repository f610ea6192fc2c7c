//! Groups records into chunks of checked rows, each with the lines that were refused.

use std::{io::BufRead, mem};

use domain::attribute::Attributes;
use persistence::ingest::attempts::Origin;

use crate::ingest::{
    record::{self, ReadRecord, Record},
    report::FieldFault,
    seen::{Earlier, Seen},
};

use super::{
    cells::{Cells, Split},
    error::ImportError,
    records::{Records, Step},
    table::{Columns, Row},
};

/// The most bytes of records in a chunk. Limits memory, and the parameter of a statement.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// Rows that are written in one transaction.
#[derive(Debug, PartialEq)]
pub(super) struct Chunk<T> {
    /// With distinct identities.
    pub(super) records: Vec<T>,
    /// The first line of each record; ascending.
    pub(super) lines: Vec<u64>,
    /// Lines that repeat a record of this chunk, and the line of that record.
    pub(super) repeats: Vec<(u64, u64)>,
    /// Ascending.
    pub(super) refused: Vec<(u64, Vec<FieldFault>)>,
    /// Lines of records that lack values with these faults; ascending.
    pub(super) partial: Vec<(u64, Vec<FieldFault>)>,
    /// The ids of refused records, as far as they can be read.
    pub(super) refused_ids: Vec<String>,
    /// Refused lines without an id.
    pub(super) unidentified: u64,
    bytes: usize,
}

impl<T> Default for Chunk<T> {
    fn default() -> Self {
        let (records, lines) = (Vec::new(), Vec::new());
        let (refused, refused_ids) = (Vec::new(), Vec::new());
        let (repeats, partial) = (Vec::new(), Vec::new());
        Self { records, lines, repeats, refused, partial, refused_ids, unidentified: 0, bytes: 0 }
    }
}

impl<T> Chunk<T> {
    pub(super) fn map_records(mut self, map: impl FnMut(T) -> T) -> Self {
        self.records = self.records.into_iter().map(map).collect();
        self
    }

    /// Including repeated and refused ones.
    pub(super) fn rows(&self) -> usize {
        self.records.len() + self.repeats.len() + self.refused.len()
    }
}

pub(super) struct Chunks<T, R> {
    file: String,
    records: Records<R>,
    columns: Columns,
    rows_together: usize,
    origin: Origin<'static>,
    seen: Seen,
    chunk: Chunk<T>,
}

impl<T: Record, R: BufRead> Chunks<T, R> {
    /// Reads the header. Also returns the columns that are ignored.
    pub(super) fn open(
        input: R,
        file: &str,
        origin: Origin<'static>,
        attributes: &Attributes,
    ) -> Result<(Self, Vec<String>), ImportError> {
        let mut records = Records::new(input);
        let (columns, ignored) = Columns::read::<T>(&mut records, file, attributes)?;
        let (file, rows_together) = (file.to_owned(), T::IMPORTED_TOGETHER);
        let (seen, chunk) = (Seen::default(), Chunk::default());
        Ok((Self { file, records, columns, rows_together, origin, seen, chunk }, ignored))
    }

    /// Passes every chunk to `take` until it returns `false`. If the file breaks off, what was read is passed first.
    pub(super) fn read_all(&mut self, mut take: impl FnMut(Chunk<T>) -> bool) -> Result<(), ImportError> {
        loop {
            let more = self.read_row();
            let is_full = self.chunk.rows() >= self.rows_together || self.chunk.bytes >= CHUNK_BYTES;
            let is_last = !matches!(more, Ok(true)) && self.chunk.rows() > 0;
            if (is_full || is_last) && !take(mem::take(&mut self.chunk)) {
                return Ok(());
            }
            if !more? {
                return Ok(());
            }
        }
    }

    /// Returns whether there may be more.
    fn read_row(&mut self) -> Result<bool, ImportError> {
        let step = self.records.step().map_err(|cause| ImportError::Read {
            file: self.file.clone(),
            line: self.records.line(),
            cause,
        })?;
        match step {
            None => return Ok(false),
            Some(Step::Fault { line, reason }) => self.refuse_line(line, reason),
            Some(Step::Record { line, lines: 1 }) => self.keep(line),
            Some(Step::Record { line, lines }) if self.takes_in_rows() => {
                self.refuse_line(line, "a quote opened here takes in lines that are rows of their own");
                for within in line + 1..line + lines as u64 {
                    self.refuse_line(within, format!("the line is within the quote opened on line {line}"));
                }
            }
            Some(Step::Record { line, .. }) => self.keep(line),
        }
        Ok(true)
    }

    /// Whether a line inside a record of several lines is itself a valid row. Then either two quotes were left open, or
    /// someone put a row into a name to have it imported. Nothing can tell which, so none of the lines is used.
    ///
    /// The last line ends a quoted cell, and may look like a row by that: after `"Ann`, a line `Marie",u1` has as many
    /// columns. So it counts only if the first line is a row, too, but for the quote that it opens.
    fn takes_in_rows(&self) -> bool {
        let (_, bytes) = self.records.record();
        let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let [first, within @ .., last] = &lines[..] else { return false };
        within.iter().any(|line| self.is_row(line)) || (self.is_row(last) && self.is_row(&without_open_quote(first)))
    }

    fn is_row(&self, line: &[u8]) -> bool {
        let mut cells = Cells::default();
        cells.split(line, self.columns.width()) == Split::Complete
            && cells.len() == self.columns.width()
            && record::read::<T>(&Row { columns: &self.columns, cells: &cells, bytes: line }).is_ok()
    }

    fn keep(&mut self, line: u64) {
        let (cells, bytes) = self.records.record();
        self.chunk.bytes += bytes.len();
        let row = Row { columns: &self.columns, cells, bytes };
        let (record, lacks): ReadRecord<T> = match record::read(&row) {
            Ok(read) => read,
            Err(faults) => {
                match record::id(&row) {
                    Some(id) => self.chunk.refused_ids.push(id),
                    None => self.chunk.unidentified += 1,
                }
                return self.refuse(line, faults);
            }
        };
        let content = record.repeatable_content();
        match self.seen.note(record.identity(self.origin), line, content) {
            None => {
                self.push(line, record);
                if !lacks.is_empty() {
                    self.chunk.partial.push((line, lacks));
                }
            }
            Some(Earlier::Different { place: first }) => {
                let differs = if content.is_some() { ", with different content" } else { "" };
                let problem = format!("{} on line {first}{differs}", T::repeated(self.origin));
                self.refuse(line, vec![FieldFault::new("id", problem)]);
            }
            Some(Earlier::Same { place: first }) if self.chunk.lines.binary_search(&first).is_ok() => {
                self.chunk.repeats.push((line, first));
            }
            Some(Earlier::Same { .. }) => {
                // The first one is in an earlier chunk, so this one is kept, and further ones repeat it.
                self.seen.move_to(record.identity(self.origin), line);
                self.push(line, record);
            }
        }
    }

    fn push(&mut self, line: u64, record: T) {
        self.chunk.records.push(record);
        self.chunk.lines.push(line);
    }

    fn refuse_line(&mut self, line: u64, problem: impl Into<String>) {
        self.chunk.unidentified += 1;
        self.refuse(line, vec![FieldFault::of_record(problem)]);
    }

    fn refuse(&mut self, line: u64, faults: Vec<FieldFault>) {
        self.chunk.refused.push((line, faults));
    }
}

/// A line without the quote that it opens and does not close.
fn without_open_quote(line: &[u8]) -> Vec<u8> {
    let mut cells = Cells::default();
    cells.split(line, usize::MAX);
    let mut line = line.to_vec();
    if let Some(quote) = cells.open_quote() {
        line.remove(quote);
    }
    line
}

#[cfg(test)]
mod tests {
    use domain::profile::{QuizAttempt, UserChange};

    use super::{testing::refused_lines, *};

    fn chunks<T: Record>(header: &str, rows: &str) -> Vec<String> {
        let text = format!("{header}\n{rows}");
        let (mut chunks, _) =
            Chunks::<T, _>::open(text.as_bytes(), "test.csv", Origin::Partial, Attributes::none()).expect("a header");
        chunks.rows_together = 2;
        let mut found = Vec::new();
        let take = |chunk: Chunk<_>| {
            let refused = refused_lines(&chunk.refused);
            found.push(format!("{:?} {:?} {refused:?}", chunk.lines, chunk.repeats));
            true
        };
        chunks.read_all(take).expect("in memory");
        found
    }

    #[test]
    fn import_notices_a_repeated_line_across_chunks() {
        let row = |(id, score): (&str, &str)| format!("{id},u1,AZ-104,{score},2014-01-01T00:00:00Z\n");
        let rows = [("a", "1"), ("b", "1"), ("a", "1"), ("a", "1"), ("b", "22"), ("a", "1")].map(row).concat();
        let repeated = r#"[(6, "id was already used for this user on line 3, with different content")]"#;
        assert_eq!(
            chunks::<QuizAttempt>("id,userId,certification,score,completedAt", &rows),
            ["[2, 3] [] []".to_owned(), "[4] [(5, 4)] []".into(), format!("[7] [] {repeated}")]
        );
    }

    #[test]
    fn import_takes_a_line_break_in_any_column() {
        let chunks = chunks::<UserChange>;
        assert_eq!(chunks("firstName,id", "\"Ann\nMarie\",b\nBob,c\n"), ["[2, 4] [] []"]);
        assert_eq!(chunks("firstName,id", "\"\nAnn\",b\r\n\"Bob\r\n\",c\r\n"), ["[2, 4] [] []"]);
        // The last line has as many columns as a row.
        let rows = "b,\"a line\nand, a comma\",1\nc,\"x\n\n, y\",2\n";
        assert_eq!(chunks("id,firstName,level", rows), ["[2, 4] [] []"]);
        assert_eq!(chunks("id,firstName,lastName", "b,\"x\ny\",\"z\nz\"\n"), ["[2] [] []"]);
    }

    #[test]
    fn import_neither_takes_nor_loses_rows_within_quotes() {
        let chunks = |rows| chunks::<UserChange>("id,firstName", rows);
        assert_eq!(chunks("a,\"x\ny\"\nb,\"x\n,1\ny\"\n"), ["[2, 4] [] []"]);
        let opened = r#"(2, "a quote opened here takes in lines that are rows of their own")"#;
        let within = |line| format!(r#"({line}, "the line is within the quote opened on line 2")"#);
        let expected = format!("[] [] [{opened}, {}, {}]", within(3), within(4));
        assert_eq!(chunks("b,\"x\nc,1\ny\"\n"), [expected]);
        // Two rows, each with a stray quote in the same column.
        let expected = format!("[] [] [{opened}, {}]", within(3));
        for rows in ["b,\"x\nc,y\"\n", "\"b,x\nc\",y\n"] {
            assert_eq!(chunks(rows), [expected.as_str()], "{rows}");
        }
    }
}

#[cfg(test)]
pub(super) mod testing {
    //! Reads a whole file, for tests.

    use crate::ingest::report::reason;

    use super::*;

    /// The content of all chunks of a file.
    #[derive(Debug)]
    pub(in crate::ingest::csv) struct Read<T> {
        pub(in crate::ingest::csv) records: Vec<(u64, T)>,
        pub(in crate::ingest::csv) repeats: Vec<(u64, u64)>,
        pub(in crate::ingest::csv) refused: Vec<(u64, Vec<FieldFault>)>,
    }

    pub(in crate::ingest::csv) fn read_all<T: Record>(text: &[u8]) -> Read<T> {
        let mut read = Read { records: Vec::new(), repeats: Vec::new(), refused: Vec::new() };
        let (mut chunks, _) =
            Chunks::<T, _>::open(text, "test.csv", Origin::Partial, Attributes::none()).expect("a header");
        let take = |chunk: Chunk<T>| {
            read.records.extend(chunk.lines.into_iter().zip(chunk.records));
            read.repeats.extend(chunk.repeats);
            read.refused.extend(chunk.refused);
            true
        };
        chunks.read_all(take).expect("in memory");
        read
    }

    /// Lines with all their faults.
    pub(in crate::ingest::csv) fn refused_lines(refused: &[(u64, Vec<FieldFault>)]) -> Vec<(u64, String)> {
        refused.iter().map(|(line, faults)| (*line, reason(faults))).collect()
    }
}
