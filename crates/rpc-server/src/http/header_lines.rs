//! The line ends of a header. hyper also takes a bare LF as one. A proxy in front may not, and would see another request
//! (RFC 9112, 2.2).

/// Follows the bytes of a connection. Knows where a header begins only if it is the first one or the connection was idle:
/// a header that a client sends before it has its previous answer is not checked. Proxies wait for answers.
#[derive(Debug)]
pub(super) struct HeaderLines {
    previous: u8,
    line_is_empty: bool,
    has_line: bool,
    has_ended: bool,
}

impl Default for HeaderLines {
    /// Before the first byte.
    fn default() -> Self {
        Self { previous: 0, line_is_empty: true, has_line: false, has_ended: false }
    }
}

impl HeaderLines {
    /// The next byte may belong to a new header.
    pub(super) fn expect_header(&mut self) {
        self.has_ended = false;
    }

    /// Replaces a bare LF by a byte for which hyper answers 400.
    pub(super) fn check(&mut self, bytes: &mut [u8]) {
        for byte in bytes.iter_mut() {
            if self.has_ended {
                return self.pass(bytes);
            }
            match *byte {
                b'\n' if self.previous != b'\r' => {
                    *byte = 0;
                    self.has_ended = true;
                }
                b'\n' => {
                    self.has_ended = self.line_is_empty && self.has_line;
                    self.has_line |= !self.line_is_empty;
                    self.line_is_empty = true;
                }
                b'\r' => {}
                _ => self.line_is_empty = false,
            }
            self.previous = *byte;
        }
    }

    /// A new header may begin in the middle of what hyper takes as one: it reads ahead.
    fn pass(&mut self, bytes: &[u8]) {
        self.line_is_empty = bytes.ends_with(b"\n") || bytes.ends_with(b"\n\r");
        self.previous = bytes.last().copied().unwrap_or(self.previous);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_bare_lf(lines: &mut HeaderLines, bytes: &str) -> bool {
        let mut bytes = bytes.as_bytes().to_vec();
        lines.check(&mut bytes);
        bytes.contains(&0)
    }

    #[test]
    fn header_lines_end_with_cr_lf() {
        for (bytes, is_refused) in [
            ("GET / HTTP/1.1\r\nHost: test\r\n\r\n", false),
            ("POST / HTTP/1.1\r\nHost: test\r\n\r\n{\n}\n", false),
            ("\r\n\r\nGET / HTTP/1.1\r\n\r\n\n", false),
            ("GET / HTTP/1.1\nHost: test\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: test\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: test\r\n\n", true),
            ("\r\n\r\nGET / HTTP/1.1\n", true),
            ("\nGET / HTTP/1.1\r\n\r\n", true),
        ] {
            assert_eq!(has_bare_lf(&mut HeaderLines::default(), bytes), is_refused, "{bytes:?}");
            let mut lines = HeaderLines::default();
            let by_byte = bytes.chars().any(|char| has_bare_lf(&mut lines, &char.to_string()));
            assert_eq!(by_byte, is_refused, "{bytes:?}, byte by byte");
        }
    }

    #[test]
    fn header_lines_of_later_requests_too_also_if_hyper_has_read_their_beginning() {
        let mut lines = HeaderLines::default();
        assert!(!has_bare_lf(&mut lines, "POST / HTTP/1.1\r\n\r\n{\n}"));
        lines.expect_header();
        assert!(!has_bare_lf(&mut lines, "POST / HTTP/1.1\r\n\r\n{\n}"));
        for (ahead, rest) in
            [("POST / HTTP/1.1\r", "\n\r\n{\n}"), ("POST / HTTP/1.1\r\n", "\r\n{\n}"), ("GET / HTTP/1.1\r\n\r", "\n\n")]
        {
            assert!(!has_bare_lf(&mut lines, ahead));
            lines.expect_header();
            assert!(!has_bare_lf(&mut lines, rest), "{ahead:?}");
        }
        lines.expect_header();
        assert!(has_bare_lf(&mut lines, "GET / HTTP/1.1\n"));
    }
}
