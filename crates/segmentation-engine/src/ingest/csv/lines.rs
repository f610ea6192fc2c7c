//! Lines of a file, with as much sight ahead as a record of several lines needs, and no more.

use std::{
    collections::VecDeque,
    io::{self, BufRead, Read},
};

/// The longest line, and the longest record of several lines, in bytes. It bounds the memory that a file can take, and how
/// far a quote that is never closed reaches. Ordinary records, even with names of 64 KiB, stay far below.
pub(super) const LONGEST: usize = 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Lines that are read and not yet used up. They lie in one piece, so that several of them are one slice.
pub(super) struct Lines<R> {
    input: R,
    bytes: Vec<u8>,
    begin: usize,
    ahead: VecDeque<Ahead>,
    used: u64,
    failure: Option<io::Error>,
    ended: bool,
}

/// Where a line ends in `bytes`.
#[derive(Debug, Clone, Copy)]
struct Ahead {
    end: usize,
    is_overlong: bool,
}

/// What there is after the lines looked at so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A line up to this place in [`Lines::unused`], its line break included.
    Line(usize),
    /// A line longer than [`LONGEST`], whose content was skipped.
    Overlong,
    /// The end, or nothing that can be read.
    End,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        let (bytes, ahead) = (Vec::new(), VecDeque::new());
        Self { input, bytes, begin: 0, ahead, used: 0, failure: None, ended: false }
    }

    /// How many lines are used up.
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// The bytes of all lines read and not used up.
    pub(super) fn unused(&self) -> &[u8] {
        &self.bytes[self.begin..]
    }

    /// The line after the first `count` unused ones. A failure shows as the end until all before it is used up.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<Next> {
        while self.ahead.len() <= count && !self.ended {
            self.read_line();
        }
        match (self.ahead.get(count), self.failure.take_if(|_| self.ahead.is_empty())) {
            (Some(Ahead { is_overlong: true, .. }), _) => Ok(Next::Overlong),
            (Some(line), _) => Ok(Next::Line(line.end - self.begin)),
            (None, Some(failure)) => Err(failure),
            (None, None) => Ok(Next::End),
        }
    }

    /// Uses up the first `count` lines.
    pub(super) fn advance(&mut self, count: usize) {
        if let Some(last) = self.ahead.drain(..count).next_back() {
            self.begin = last.end;
        }
        self.used += count as u64;
        if self.begin >= LONGEST || self.ahead.is_empty() {
            self.bytes.drain(..self.begin);
            self.ahead.iter_mut().for_each(|line| line.end -= self.begin);
            self.begin = 0;
        }
    }

    fn read_line(&mut self) {
        let start = self.bytes.len();
        match self.input.by_ref().take(LONGEST as u64).read_until(b'\n', &mut self.bytes) {
            Ok(0) => self.ended = true,
            Ok(_) if self.bytes.len() - start == LONGEST && self.bytes.last() != Some(&b'\n') => {
                self.bytes.truncate(start);
                match self.input.skip_until(b'\n') {
                    Ok(_) => self.ahead.push_back(Ahead { end: start, is_overlong: true }),
                    Err(failure) => self.fail(failure),
                }
            }
            Ok(_) => {
                if self.used == 0 && self.ahead.is_empty() && self.bytes.starts_with(BYTE_ORDER_MARK) {
                    self.bytes.drain(..BYTE_ORDER_MARK.len());
                }
                self.ahead.push_back(Ahead { end: self.bytes.len(), is_overlong: false });
            }
            Err(failure) => {
                // A line that was cut off may look whole, with half a number in it.
                self.bytes.truncate(start);
                self.fail(failure);
            }
        }
    }

    fn fail(&mut self, failure: io::Error) {
        self.failure = Some(failure);
        self.ended = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `text` and then fails.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { self.0.read(into) }
        }
    }

    #[test]
    fn import_keeps_lines_ahead_in_one_piece_until_used() {
        let mut lines = Lines::new(&b"\xef\xbb\xbfa\nbb\r\nccc"[..]);
        assert_eq!(lines.peek(0).expect("a line"), Next::Line(2));
        assert_eq!(lines.peek(2).expect("a line"), Next::Line(9));
        assert_eq!(lines.peek(3).expect("the end"), Next::End);
        assert_eq!(lines.unused(), b"a\nbb\r\nccc");
        lines.advance(1);
        assert_eq!((lines.peek(0).expect("a line"), lines.used()), (Next::Line(4), 1));
        lines.advance(2);
        assert_eq!((lines.peek(0).expect("the end"), lines.used()), (Next::End, 3));
    }

    #[test]
    fn import_of_an_overlong_line_takes_no_memory_and_hides_nothing() {
        let text = [b"a\n", vec![b'x'; 3 * LONGEST].as_slice(), b"\nb\n"].concat();
        let mut lines = Lines::new(text.as_slice());
        assert_eq!(lines.peek(1).expect("a line"), Next::Overlong);
        lines.advance(2);
        assert_eq!(lines.peek(0).expect("a line"), Next::Line(2));
        assert_eq!(lines.unused(), b"b\n");
        assert!(lines.bytes.capacity() < 2 * LONGEST);
    }

    #[test]
    fn import_reads_a_line_of_the_greatest_length() {
        let text = [vec![b'x'; LONGEST - 1].as_slice(), b"\nb"].concat();
        let mut lines = Lines::new(text.as_slice());
        assert_eq!(lines.peek(0).expect("a line"), Next::Line(LONGEST));
    }

    #[test]
    fn import_gives_the_lines_before_a_failure_of_reading() {
        let mut lines = Lines::new(io::BufReader::new(Broken(b"a\nb\nc")));
        assert_eq!(lines.peek(5).expect("not yet"), Next::End);
        lines.advance(1);
        assert_eq!(lines.peek(0).expect("a line"), Next::Line(2));
        lines.advance(1);
        assert!(lines.peek(0).is_err());
        assert_eq!(lines.peek(0).expect("the end"), Next::End);
    }
}
