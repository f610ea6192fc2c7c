//! Cursors of lists of users, opaque to callers.

use domain::ids::UserNo;

const PREFIX: &str = "u";

/// The fault of a text that is no cursor.
pub const EXPECTED: &str = "expected the nextCursor of an earlier response";

/// The cursor that continues after a user.
pub fn after(user: UserNo) -> String {
    format!("{PREFIX}{:x}", user.0)
}

/// The user that a cursor continues after. `None` if the text is not a cursor.
pub fn read(cursor: &str) -> Option<UserNo> {
    let digits = cursor.strip_prefix(PREFIX).filter(|digits| !digits.starts_with(['+', '-']));
    digits.and_then(|digits| i64::from_str_radix(digits, 16).ok()).map(UserNo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_is_read_back_and_nothing_else_is() {
        for user in [UserNo(0), UserNo(1), UserNo(100_000), UserNo(i64::MAX)] {
            assert_eq!(read(&after(user)), Some(user));
        }
        for wrong in ["", "u", "1", "u-1", "u+1", "u 1", "ug", "u10000000000000000", "U1", "ü"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
