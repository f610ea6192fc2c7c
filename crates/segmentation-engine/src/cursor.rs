//! Cursors of lists, opaque to callers.

use chrono::DateTime;
use domain::{ids::UserNo, instant::Instant, member_sort::SortDirection};

/// Of lists of users.
const PREFIX: &str = "u";
/// Of lists in the order of time, the newest first.
const PREFIX_IN_TIME: &str = "t";
/// The oldest first.
const PREFIX_FORWARD: &str = "o";

/// The fault of a text that is no cursor.
pub const EXPECTED: &str = "expected the nextCursor of an earlier response";
/// The fault of a cursor of the same list in another order.
pub const OTHER_ORDER: &str = "expected the nextCursor of a response with the same sort and direction";

/// The cursor that continues after a user.
pub fn after(user: UserNo) -> String {
    format!("{PREFIX}{:x}", user.0)
}

/// The user that a cursor continues after. `None` if the text is not a cursor.
pub fn read(cursor: &str) -> Option<UserNo> {
    let digits = cursor.strip_prefix(PREFIX).filter(|digits| !digits.starts_with(['+', '-']));
    digits.and_then(|digits| i64::from_str_radix(digits, 16).ok()).map(UserNo)
}

/// The cursor that continues before an instant, and before a number at this instant.
pub fn in_time(at: Instant, no: i64) -> String {
    in_direction(SortDirection::Desc, at, no)
}

/// The place that a cursor continues before. `None` if the text is not a cursor.
pub fn read_in_time(cursor: &str) -> Option<(Instant, i64)> {
    place(PREFIX_IN_TIME, cursor)
}

/// The cursor that continues a list in the order of time after a place in it.
pub fn in_direction(direction: SortDirection, at: Instant, no: i64) -> String {
    format!("{}{:x}-{no:x}", prefix(direction), at.timestamp_micros())
}

/// The place that a cursor continues after, in this direction, or what is wrong with the cursor.
pub fn read_in_direction(direction: SortDirection, cursor: &str) -> Result<(Instant, i64), &'static str> {
    let is_other = || SortDirection::ALL.iter().any(|direction| place(prefix(*direction), cursor).is_some());
    place(prefix(direction), cursor).ok_or_else(|| if is_other() { OTHER_ORDER } else { EXPECTED })
}

fn prefix(direction: SortDirection) -> &'static str {
    match direction {
        SortDirection::Asc => PREFIX_FORWARD,
        SortDirection::Desc => PREFIX_IN_TIME,
    }
}

fn place(prefix: &str, cursor: &str) -> Option<(Instant, i64)> {
    let (at, no) = cursor.strip_prefix(prefix)?.split_once('-')?;
    let number = |digits: &str| {
        let is_plain = !digits.starts_with(['+', '-']);
        i64::from_str_radix(digits, 16).ok().filter(|_| is_plain)
    };
    Some((DateTime::from_timestamp_micros(number(at)?)?, number(no)?))
}

/// Cuts a page for which one more row than the limit was read, and returns the cursor of the next page. `None` on the last page.
pub fn cut<T>(found: &mut Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    found.last().filter(|_| has_more).map(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_of_a_page_is_that_of_its_last_row_if_there_are_more() {
        for (rows, left, next) in [(0, 0, None), (1, 1, None), (2, 2, None), (3, 2, Some("row 1"))] {
            let mut found: Vec<_> = (0..rows).collect();
            let cursor = cut(&mut found, 2, |row| format!("row {row}"));
            assert_eq!((found.len(), cursor.as_deref()), (left, next), "{rows} rows");
        }
    }

    #[test]
    fn cursor_is_read_back_and_nothing_else_is() {
        for user in [UserNo(0), UserNo(1), UserNo(100_000), UserNo(i64::MAX)] {
            assert_eq!(read(&after(user)), Some(user));
        }
        for wrong in ["", "u", "1", "u-1", "u+1", "u 1", "ug", "u10000000000000000", "U1", "ü"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn cursor_of_one_direction_is_refused_in_the_other() {
        let at = DateTime::from_timestamp_micros(1_775_000_000_123_456).expect("a time");
        for (direction, other) in [(SortDirection::Asc, SortDirection::Desc), (SortDirection::Desc, SortDirection::Asc)]
        {
            let cursor = in_direction(direction, at, 7);
            assert_eq!(read_in_direction(direction, &cursor), Ok((at, 7)));
            assert_eq!(read_in_direction(other, &cursor), Err(OTHER_ORDER));
            assert_eq!(read_in_direction(direction, "u1"), Err(EXPECTED));
        }
    }

    #[test]
    fn cursor_in_time_is_read_back_and_nothing_else_is() {
        for micros in [0, 1_775_000_000_123_456] {
            let at = DateTime::from_timestamp_micros(micros).expect("a time");
            assert_eq!(read_in_time(&in_time(at, i64::MAX)), Some((at, i64::MAX)));
        }
        for wrong in ["", "t", "t1", "t-1", "t1-", "t1--1", "t1-+1", "u1-1", "t1-1-1", "t8000000000000000-1"] {
            assert_eq!(read_in_time(wrong), None, "{wrong:?}");
        }
    }
}
