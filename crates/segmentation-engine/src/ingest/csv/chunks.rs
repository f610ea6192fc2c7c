//! From records to chunks of checked rows, each with the lines that could not be used.

use std::{io::BufRead, mem};

use super::{
    cells::{Cells, Split},
    fault::{Fault, ImportError},
    records::{Records, Step},
    seen::{Earlier, Seen},
    table::{Columns, Row},
};

/// The bytes of a chunk's records, at most, whatever their number. It bounds memory, and the parameter of one statement.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// What a file holds.
pub(super) trait Format: 'static {
    /// A row, checked.
    type Record: Send;

    /// All columns; each must be in the header.
    const COLUMNS: &'static [&'static str];
    /// Rows written in one transaction.
    const CHUNK: usize;

    /// Reads a row; nothing if a fault was noted.
    fn read(row: &mut Row<'_>) -> Option<Self::Record>;
    /// What may be in a file only once.
    fn identity(record: &Self::Record) -> (&str, &str);
    /// A hash of the content, if the same line may stand in a file again.
    fn may_repeat(record: &Self::Record) -> Option<u32>;
    /// What is wrong with a line that stands in a file already.
    fn repeated(line: u64) -> String;
}

/// Rows that are written together.
#[derive(Debug, PartialEq)]
pub(super) struct Chunk<T> {
    /// Rows with distinct identities.
    pub(super) records: Vec<T>,
    /// On which line each of the records begins; ascending.
    pub(super) lines: Vec<u64>,
    /// Lines that say once more what a record of this chunk says, and the line of that record.
    pub(super) repeats: Vec<(u64, u64)>,
    /// Lines that cannot be used; ascending.
    pub(super) faults: Vec<Fault>,
    bytes: usize,
}

impl<T> Default for Chunk<T> {
    fn default() -> Self {
        let (records, lines) = (Vec::new(), Vec::new());
        Self { records, lines, repeats: Vec::new(), faults: Vec::new(), bytes: 0 }
    }
}

impl<T> Chunk<T> {
    /// How many rows it stands for, good and faulty.
    pub(super) fn rows(&self) -> usize {
        self.records.len() + self.repeats.len() + self.faults.len()
    }
}

/// A file whose header is read.
pub(super) struct Chunks<F: Format, R> {
    file: String,
    records: Records<R>,
    columns: Columns,
    seen: Seen,
    gathered: Chunk<F::Record>,
}

impl<F: Format, R: BufRead> Chunks<F, R> {
    /// Reads the header; also gives the columns that are ignored.
    pub(super) fn open(input: R, file: &str) -> Result<(Self, Vec<String>), ImportError> {
        let mut records = Records::new(input);
        let (columns, ignored) = Columns::read(&mut records, F::COLUMNS, file)?;
        let (seen, gathered) = (Seen::default(), Chunk::default());
        Ok((Self { file: file.to_owned(), records, columns, seen, gathered }, ignored))
    }

    /// Gives every chunk to `take`, for as long as it wants more. Where the file breaks off, what was read goes first.
    pub(super) fn read_all(&mut self, mut take: impl FnMut(Chunk<F::Record>) -> bool) -> Result<(), ImportError> {
        loop {
            let more = self.read_row();
            let is_full = self.gathered.rows() >= F::CHUNK || self.gathered.bytes >= CHUNK_BYTES;
            let is_last = !matches!(more, Ok(true)) && self.gathered.rows() > 0;
            if (is_full || is_last) && !take(mem::take(&mut self.gathered)) {
                return Ok(());
            }
            if !more? {
                return Ok(());
            }
        }
    }

    /// Whether there may be more.
    fn read_row(&mut self) -> Result<bool, ImportError> {
        let step = self.records.step().map_err(|source| ImportError::Read {
            file: self.file.clone(),
            line: self.records.line(),
            source,
        })?;
        match step {
            None => return Ok(false),
            Some(Step::Fault { line, reason }) => self.fault(line, reason),
            Some(Step::Record { line, lines: 1 }) => self.keep(line),
            Some(Step::Record { line, lines }) if self.takes_in_rows() => {
                self.fault(line, "a quote opened here takes in lines that are rows of their own");
                for within in line + 1..line + lines as u64 {
                    self.fault(within, format!("it stands within the quote opened on line {line}"));
                }
            }
            Some(Step::Record { line, .. }) => self.keep(line),
        }
        Ok(true)
    }

    /// Whether a line within a record of several lines would itself be a row. Then either two quotes were left open, or
    /// someone has put a row into a name in order to have it imported: nothing can tell, so neither reading is taken.
    fn takes_in_rows(&self) -> bool {
        let (_, bytes) = self.records.record();
        let mut cells = Cells::default();
        bytes.split_inclusive(|byte| *byte == b'\n').skip(1).any(|line| {
            cells.clear();
            cells.split(line, self.columns.width()) == Split::Complete
                && cells.len() == self.columns.width()
                && F::read(&mut Row::new(&self.columns, (&cells, line))).is_some()
        })
    }

    fn keep(&mut self, line: u64) {
        let cells = self.records.record();
        let mut row = Row::new(&self.columns, cells);
        self.gathered.bytes += cells.1.len();
        let Some(record) = F::read(&mut row) else {
            let reason = row.into_reason();
            return self.fault(line, reason);
        };
        match self.seen.note(F::identity(&record), line, F::may_repeat(&record)) {
            None => self.push(line, record),
            Some(Earlier::Different { line: first }) => self.fault(line, F::repeated(first)),
            Some(Earlier::Same { line: first }) if self.gathered.lines.binary_search(&first).is_ok() => {
                self.gathered.repeats.push((line, first));
            }
            Some(Earlier::Same { .. }) => {
                // The first is in an earlier chunk. This one goes along, and further ones are repeats of it.
                self.seen.move_to(F::identity(&record), line);
                self.push(line, record);
            }
        }
    }

    fn push(&mut self, line: u64, record: F::Record) {
        self.gathered.records.push(record);
        self.gathered.lines.push(line);
    }

    fn fault(&mut self, line: u64, reason: impl Into<String>) {
        self.gathered.faults.push(Fault { file: self.file.clone(), line, reason: reason.into() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::fields::{Fields, LONGEST_ID, LONGEST_TEXT};

    /// Chunks of two rows of two columns.
    struct Pairs;

    impl Format for Pairs {
        type Record = (String, String);

        const COLUMNS: &'static [&'static str] = &["id", "text"];
        const CHUNK: usize = 2;

        fn read(row: &mut Row<'_>) -> Option<Self::Record> {
            let (id, text) = (row.required_text("id", LONGEST_ID), row.required_text("text", LONGEST_TEXT));
            Some((id?, text?))
        }

        fn identity((id, _): &Self::Record) -> (&str, &str) {
            (id, "")
        }

        fn may_repeat((_, text): &Self::Record) -> Option<u32> {
            u32::try_from(text.len()).ok()
        }

        fn repeated(line: u64) -> String {
            format!("other than line {line}")
        }
    }

    /// Every chunk in words.
    fn chunks(rows: &str) -> Vec<String> {
        let text = format!("id,text\n{rows}");
        let (mut chunks, _) = Chunks::<Pairs, _>::open(text.as_bytes(), "test.csv").expect("a header");
        let mut found = Vec::new();
        let take = |chunk: Chunk<_>| {
            let faults: Vec<_> = chunk.faults.iter().map(|fault| (fault.line, fault.reason.as_str())).collect();
            found.push(format!("{:?} {:?} {faults:?}", chunk.lines, chunk.repeats));
            true
        };
        chunks.read_all(take).expect("in memory");
        found
    }

    #[test]
    fn a_repeated_line_is_noticed_across_chunks() {
        assert_eq!(
            chunks("a,1\nb,1\na,1\na,1\nb,22\na,1\n"),
            ["[2, 3] [] []", "[4] [(5, 4)] []", r#"[7] [] [(6, "other than line 3")]"#]
        );
    }

    #[test]
    fn rows_within_quotes_are_neither_taken_nor_lost() {
        assert_eq!(chunks("a,\"x\ny\"\nb,\"x\n,1\ny\"\n"), ["[2, 4] [] []"]);
        let opened = r#"(2, "a quote opened here takes in lines that are rows of their own")"#;
        let within = |line| format!(r#"({line}, "it stands within the quote opened on line 2")"#);
        let expected = format!("[] [] [{opened}, {}, {}]", within(3), within(4));
        assert_eq!(chunks("b,\"x\nc,1\ny\"\n"), [expected]);
    }
}

#[cfg(test)]
pub(super) mod testing {
    //! A file as a whole, for tests of formats.

    use super::*;

    /// What all chunks of a file hold.
    #[derive(Debug)]
    pub(in crate::ingest::csv) struct Read<T> {
        pub(in crate::ingest::csv) records: Vec<(u64, T)>,
        pub(in crate::ingest::csv) repeats: Vec<(u64, u64)>,
        pub(in crate::ingest::csv) faults: Vec<Fault>,
    }

    pub(in crate::ingest::csv) fn read_all<F: Format>(text: &[u8]) -> Read<F::Record> {
        let mut read = Read { records: Vec::new(), repeats: Vec::new(), faults: Vec::new() };
        let (mut chunks, _) = Chunks::<F, _>::open(text, "test.csv").expect("a header");
        let take = |chunk: Chunk<F::Record>| {
            read.records.extend(chunk.lines.into_iter().zip(chunk.records));
            read.repeats.extend(chunk.repeats);
            read.faults.extend(chunk.faults);
            true
        };
        chunks.read_all(take).expect("in memory");
        read
    }
}
