//! Records from lines. A stray quote affects only its own line.
//!
//! A record may span several lines inside quotes. That is accepted only if it is closed, as in RFC 4180, within
//! [`LONGEST`] bytes and with the right number of columns. Otherwise its first line is refused, and the lines after it
//! are read on their own. A line that opens a quote adds a column to the record it continues, so no line is read more
//! often than there are columns.

use std::{
    borrow::Cow,
    io::{self, BufRead},
};

use super::{
    cells::{Cells, Split},
    lines::{LONGEST, Lines, Next},
};

/// More than any format has, with room for ignored columns.
pub(super) const MOST_COLUMNS: usize = 1_000;
const NOT_CLOSED: &str = "a quote is opened and not closed";

pub(super) struct Records<R> {
    lines: Lines<R>,
    cells: Cells,
    columns: Option<usize>,
    current: Current,
}

/// The extent of the last record.
#[derive(Debug, Clone, Copy, Default)]
struct Current {
    lines: usize,
    bytes: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Its cells are available until the next step.
    Record { line: u64, lines: usize },
    /// A line that is not a record.
    Fault { line: u64, reason: String },
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R) -> Self {
        Self { lines: Lines::new(input), cells: Cells::default(), columns: None, current: Current::default() }
    }

    /// Sets the number of columns of the following records.
    pub(super) fn expect_columns(&mut self, columns: usize) {
        self.columns = Some(columns);
    }

    /// The last line used.
    pub(super) fn line(&self) -> u64 {
        self.lines.used() + self.current.lines as u64
    }

    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// The cells of the record, and its bytes.
    pub(super) fn record(&self) -> (&Cells, &[u8]) {
        (&self.cells, &self.lines.unused()[..self.current.bytes])
    }

    pub(super) fn cell(&self, place: usize) -> Cow<'_, [u8]> {
        let (cells, bytes) = self.record();
        cells.get(place, bytes)
    }

    /// The first line of the last record, or the line of the last fault.
    pub(super) fn line_read(&self) -> &[u8] {
        self.lines.unused().split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default()
    }

    /// `None` at the end. Skips lines without content.
    pub(super) fn step(&mut self) -> io::Result<Option<Step>> {
        loop {
            self.lines.advance(std::mem::take(&mut self.current).lines);
            let next = self.lines.peek(0)?;
            self.current.lines = usize::from(next != Next::End);
            match next {
                Next::End => return Ok(None),
                Next::Overlong => return Ok(Some(self.fault("the line is longer than 1 MiB"))),
                Next::Line(end) if self.is_blank(end) => {}
                Next::Line(end) => return self.record_from(end).map(Some),
            }
        }
    }

    /// Whether a line has nothing but commas, quotes and spaces, as spreadsheets write rows below a table. It may also be
    /// the first line of a record that opens with a line break in quotes.
    fn is_blank(&mut self, end: usize) -> bool {
        let line = &self.lines.unused()[..end];
        let is_blank = |text: &str| text.chars().all(|it| matches!(it, ',' | '"') || it.is_whitespace());
        let begins_with_content = line.first().is_some_and(u8::is_ascii_alphanumeric);
        if begins_with_content || !std::str::from_utf8(line).is_ok_and(is_blank) {
            return false;
        }
        self.cells.clear();
        self.cells.split(line, usize::MAX) != Split::Open
    }

    fn record_from(&mut self, end: usize) -> io::Result<Step> {
        self.cells.clear();
        match self.cells.split(&self.lines.unused()[..end], usize::MAX) {
            Split::Complete if self.has_right_width() => Ok(self.complete(1, end)),
            Split::Complete => Ok(self.fault(self.wrong_width())),
            Split::Malformed(reason) => Ok(self.fault(reason)),
            Split::Open => self.record_of_several_lines(),
        }
    }

    fn record_of_several_lines(&mut self) -> io::Result<Step> {
        let most = self.columns.unwrap_or(MOST_COLUMNS);
        for lines in 1.. {
            let end = match self.lines.peek(lines)? {
                Next::Line(end) if end <= LONGEST => end,
                _ => break,
            };
            match self.cells.split(&self.lines.unused()[..end], most) {
                Split::Open => {}
                Split::Complete if self.has_right_width() => return Ok(self.complete(lines + 1, end)),
                Split::Complete => {
                    let last = self.lines.used() + lines as u64 + 1;
                    let reason = self.wrong_width();
                    return Ok(self.fault(format!("a quote is opened and closed on line {last}, and {reason}")));
                }
                Split::Malformed(_) => break,
            }
        }
        Ok(self.fault(NOT_CLOSED))
    }

    fn has_right_width(&self) -> bool {
        self.columns.is_none_or(|columns| columns == self.width())
    }

    fn wrong_width(&self) -> String {
        format!("the number of columns is {} instead of {}", self.width(), self.columns.unwrap_or_default())
    }

    fn complete(&mut self, lines: usize, bytes: usize) -> Step {
        self.current = Current { lines, bytes };
        Step::Record { line: self.lines.used() + 1, lines }
    }

    fn fault(&self, reason: impl Into<String>) -> Step {
        Step::Fault { line: self.lines.used() + 1, reason: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every step as text: `2: a|b` or `2! reason`.
    fn steps(text: &[u8], columns: Option<usize>) -> Vec<String> {
        let mut records = Records::new(text);
        records.columns = columns;
        let mut steps = Vec::new();
        while let Some(step) = records.step().expect("in memory") {
            steps.push(match step {
                Step::Fault { line, reason } => format!("{line}! {reason}"),
                Step::Record { line, .. } => {
                    let cells: Vec<_> = (0..records.width())
                        .map(|place| String::from_utf8_lossy(&records.cell(place)).into_owned())
                        .collect();
                    format!("{line}: {}", cells.join("|"))
                }
            });
        }
        steps
    }

    #[test]
    fn import_refuses_the_line_of_a_stray_quote_alone() {
        for (case, text, expected) in [
            ("good lines", "a,b\nc,d\n", &["1: a|b", "2: c|d"][..]),
            ("no line break at the end", "a,b\nc,d", &["1: a|b", "2: c|d"]),
            ("lines without content", "\na,b\r\n\r\n\nc,d\n\n", &["2: a|b", "5: c|d"]),
            ("rows without content", ",\r\na,b\n \u{3000},\t\n\"\",\" \"\n,,,,\nc,d\n,", &["2: a|b", "6: c|d"]),
            ("a record that begins with a line break", "\"\n\",b\n\" \na\",b\n", &["1: \n|b", "3:  \na|b"]),
            ("a record of several lines", "\"a\n\nb\",c\nd,e\n", &["1: a\n\nb|c", "4: d|e"]),
            ("never closed", "a,\"b\nc,d\ne,f\n", &["1! a quote is opened and not closed", "2: c|d", "3: e|f"]),
            ("never closed, at the end", "a,b\nc,\"d", &["1: a|b", "2! a quote is opened and not closed"]),
            (
                "two in a row of lines",
                "a,\"b\nc,d\ne,\"f\ng,h\n",
                &["1! a quote is opened and not closed", "2: c|d", "3! a quote is opened and not closed", "4: g|h"],
            ),
            (
                "two that make a record of the wrong width",
                "\"a,b\nc,d\ne,f\",g,h\ni,j\n",
                &[
                    "1! a quote is opened and closed on line 3, and the number of columns is 3 instead of 2",
                    "2: c|d",
                    "3! the number of columns is 4 instead of 2",
                    "4: i|j",
                ],
            ),
            (
                "a stray quote before a record of several lines",
                "a,\"b\nc,\"d\ne\"\nf,g\n",
                &["1! a quote is opened and not closed", "2: c|d\ne", "4: f|g"],
            ),
            ("text after a closing quote", "a,\"b\"c\nd,e\n", &["1! there is text after a closing quote", "2: d|e"]),
            (
                "wrong width",
                "a\na,b,c\nd,e\n",
                &["1! the number of columns is 1 instead of 2", "2! the number of columns is 3 instead of 2", "3: d|e"],
            ),
        ] {
            assert_eq!(steps(text.as_bytes(), Some(2)), expected, "{case}");
        }
    }

    #[test]
    fn import_limits_how_far_a_quote_reaches() {
        let good = "c,d\n".repeat(LONGEST / 4);
        let found = steps(format!("a,\"b\n{good}e\",f\n").as_bytes(), Some(2));
        assert_eq!(found.len(), LONGEST / 4 + 2);
        assert_eq!(found[0], "1! a quote is opened and not closed");
        assert_eq!(found[1], "2: c|d");
    }

    #[test]
    fn import_of_many_stray_quotes_takes_no_longer() {
        let lines = 200_000;
        assert_eq!(steps("\"x,\"\n".repeat(lines).as_bytes(), Some(11)).len(), lines);
        assert_eq!(steps("a\"\"\n\"\"\"\n".repeat(lines / 2).as_bytes(), Some(11)).len(), lines);
    }

    /// <https://github.com/maxogden/csv-spectrum>, a common corpus for CSV readers.
    #[test]
    fn import_reads_the_csv_spectrum_as_its_json_says() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/csv-spectrum");
        if !folder.is_dir() {
            let skipped = format!("skipped: there is no folder {}\n", folder.display());
            io::Write::write_all(&mut io::stderr(), skipped.as_bytes()).expect("standard error");
            return;
        }
        for name in [
            "comma_in_quotes",
            "empty",
            "empty_crlf",
            "escaped_quotes",
            "json",
            "location_coordinates",
            "newlines",
            "newlines_crlf",
            "quotes_and_newlines",
            "simple",
            "simple_crlf",
            "utf8",
        ] {
            let mut csv = std::fs::read_to_string(folder.join(format!("csvs/{name}.csv"))).expect(name);
            let json = std::fs::read_to_string(folder.join(format!("json/{name}.json"))).expect(name);
            if name.ends_with("_crlf") {
                // A checkout may have changed the line breaks that these files test.
                csv = csv.replace("\r\n", "\n").replace('\n', "\r\n");
            }
            let mut expected: serde_json::Value = serde_json::from_str(&json).expect(name);
            if expected.is_object() {
                // A mistake of the corpus: the CSV has another number than the JSON.
                expected["Contact Phone Number"] = "2095257564".into();
                expected = serde_json::Value::Array(vec![expected]);
            }
            assert_eq!(objects(csv.as_bytes()), expected, "{name}");
        }
    }

    fn objects(csv: &[u8]) -> serde_json::Value {
        let (mut records, mut header, mut objects) = (Records::new(csv), Vec::new(), Vec::new());
        while let Some(step) = records.step().expect("in memory") {
            assert!(matches!(step, Step::Record { .. }), "{step:?}");
            let cells: Vec<_> = (0..records.width())
                .map(|place| String::from_utf8(records.cell(place).into_owned()).expect("UTF-8"))
                .collect();
            if header.is_empty() {
                records.expect_columns(cells.len());
                header = cells;
            } else {
                let cells = cells.into_iter().map(serde_json::Value::from);
                objects.push(header.iter().cloned().zip(cells).collect());
            }
        }
        serde_json::Value::Array(objects)
    }
}
