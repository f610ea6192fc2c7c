//! Splits a record into cells, as in RFC 4180 with two extensions: in a cell that does not begin with a quote, quotes
//! are ordinary characters, as in `19" rack`; and spaces may stand around a quoted cell.

use std::borrow::Cow;

/// Reused for many records, to reuse its memory.
#[derive(Debug, Default)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    at: usize,
    /// The start of the content of an unclosed quoted cell.
    open: Option<usize>,
    has_quotes: bool,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    has_quotes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    Complete,
    /// The record continues in the next line, inside quotes.
    Open,
    /// Not a record, whatever follows.
    Malformed(&'static str),
}

impl Cells {
    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.at = 0;
        self.open = None;
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Where the quote is that is opened and not closed.
    pub(super) fn open_quote(&self) -> Option<usize> {
        self.open.map(|content| content - 1)
    }

    /// The content of a cell in the bytes that were split, with doubled quotes made single.
    pub(super) fn get<'a>(&self, place: usize, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(cell) = self.cells.get(place) else { return Cow::Borrowed(&[]) };
        let content = &bytes[cell.start..cell.end];
        if !cell.has_quotes {
            return Cow::Borrowed(content);
        }
        let mut single = Vec::with_capacity(content.len());
        let mut rest = content.iter();
        while let Some(byte) = rest.next() {
            single.push(*byte);
            if *byte == b'"' {
                rest.next();
            }
        }
        Cow::Owned(single)
    }

    /// Continues where the last call ended. `bytes` begin with the record and end at the end of a line. Fails if there
    /// are more than `most` cells.
    pub(super) fn split(&mut self, bytes: &[u8], most: usize) -> Split {
        let end = without_line_break(bytes).len();
        loop {
            if let Some(quote) = self.quote_ahead(&bytes[..end]) {
                self.at = quote + 1;
                self.open = Some(self.at);
                self.has_quotes = false;
            }
            let found = match self.open {
                Some(start) => self.quoted(start, bytes, end),
                None => self.unquoted(bytes, end),
            };
            match found {
                Found::Cell if self.at == end => return Split::Complete,
                Found::Cell if self.cells.len() > most => return Split::Malformed("too many columns"),
                Found::Cell => self.at += 1,
                Found::Open => return Split::Open,
                Found::Malformed(reason) => return Split::Malformed(reason),
            }
        }
    }

    /// The quote that begins the next cell. Spaces may stand before it, in files with a space after each comma.
    fn quote_ahead(&self, line: &[u8]) -> Option<usize> {
        let cell = line.get(self.at..).filter(|_| self.open.is_none())?;
        let spaces = spaces(cell);
        (cell.get(spaces) == Some(&b'"')).then_some(self.at + spaces)
    }

    fn quoted(&mut self, start: usize, bytes: &[u8], end: usize) -> Found {
        while let Some(found) = bytes[self.at..].iter().position(|byte| *byte == b'"') {
            let quote = self.at + found;
            self.at = quote + 1;
            if bytes.get(self.at) == Some(&b'"') {
                self.at += 1;
                self.has_quotes = true;
                continue;
            }
            self.at += spaces(&bytes[self.at..end]);
            let is_end = self.at == end || bytes[self.at] == b',';
            return if is_end {
                self.close(start, quote)
            } else {
                Found::Malformed("there is text after a closing quote")
            };
        }
        self.at = bytes.len();
        Found::Open
    }

    fn close(&mut self, start: usize, end: usize) -> Found {
        self.cells.push(Cell { start, end, has_quotes: self.has_quotes });
        self.open = None;
        Found::Cell
    }

    fn unquoted(&mut self, bytes: &[u8], end: usize) -> Found {
        let start = self.at;
        let content = &bytes[start..end];
        let length = content.iter().position(|byte| matches!(byte, b',' | b'\r')).unwrap_or(content.len());
        self.at = start + length;
        if content.get(length) == Some(&b'\r') {
            return Found::Malformed("there is a carriage return outside of quotes");
        }
        self.cells.push(Cell { start, end: self.at, has_quotes: false });
        Found::Cell
    }
}

fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

enum Found {
    /// Followed by a comma or by the end of the record.
    Cell,
    Open,
    Malformed(&'static str),
}

/// A line without its LF or CRLF.
pub(super) fn without_line_break(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Result<Vec<String>, Split> {
        let mut cells = Cells::default();
        match cells.split(text.as_bytes(), 10) {
            Split::Complete => Ok((0..cells.len())
                .map(|place| String::from_utf8_lossy(&cells.get(place, text.as_bytes())).into_owned())
                .collect()),
            other => Err(other),
        }
    }

    #[test]
    fn import_splits_lines_into_cells() {
        for (line, expected) in [
            ("a,b,c\n", &["a", "b", "c"][..]),
            ("a,b,c\r\n", &["a", "b", "c"]),
            ("a,b,c", &["a", "b", "c"]),
            (",,\n", &["", "", ""]),
            ("a, b \n", &["a", " b "]),
            ("\"a,b\",c\n", &["a,b", "c"]),
            ("\"\",\"\"\r\n", &["", ""]),
            ("a,\"b\"", &["a", "b"]),
            ("a, \"b, c\", \t\"\"\n", &["a", "b, c", ""]),
            (" \"a\",b", &["a", "b"]),
            ("\"a\" ,\"b, c\"\t \r\n", &["a", "b, c"]),
            ("\"a\nb\" ,\"\" ", &["a\nb", ""]),
            ("a, b \"c\"", &["a", " b \"c\""]),
            ("a,\"say \"\"hi\"\"\"\n", &["a", "say \"hi\""]),
            ("\"\"\"\"\n", &["\""]),
            ("\"a\nb\",c\n", &["a\nb", "c"]),
            ("\"a\r\nb\r\",c\n", &["a\r\nb\r", "c"]),
            ("19\" rack,b\"\n", &["19\" rack", "b\""]),
            ("é,ʤ\n", &["é", "ʤ"]),
        ] {
            let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
            assert_eq!(split(line), Ok(expected), "{line:?}");
        }
    }

    #[test]
    fn import_says_why_a_line_is_not_a_record() {
        for (line, expected) in [
            ("a,\"b\n", Split::Open),
            ("a,\"b\"\"\n", Split::Open),
            ("a, \"b\n", Split::Open),
            ("a,\"b\"c\n", Split::Malformed("there is text after a closing quote")),
            ("a,\"b\" c\n", Split::Malformed("there is text after a closing quote")),
            ("a,\"b\" \"\n", Split::Malformed("there is text after a closing quote")),
            ("a,\"b\"\r\r\n", Split::Malformed("there is text after a closing quote")),
            ("a\rb,c\n", Split::Malformed("there is a carriage return outside of quotes")),
            ("a,b\r\r\n", Split::Malformed("there is a carriage return outside of quotes")),
        ] {
            assert_eq!(split(line), Err(expected), "{line:?}");
        }
    }

    #[test]
    fn import_continues_an_open_record() {
        let (text, mut cells) = (b"a,\"b\nc\"\"\nd\",e\n", Cells::default());
        assert_eq!(cells.split(&text[..5], 10), Split::Open);
        assert_eq!(cells.split(&text[..9], 10), Split::Open);
        assert_eq!(cells.split(text, 10), Split::Complete);
        assert_eq!(cells.get(1, text).as_ref(), b"b\nc\"\nd");
    }
}
