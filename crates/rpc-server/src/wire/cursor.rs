//! Cursors of lists, opaque to callers.

use domain::ids::UserNo;
use serde_json::Value as Json;

use crate::errors::Fault;

const PREFIX: &str = "u";

/// The cursor that continues after a user.
pub(crate) fn after(user: UserNo) -> String {
    format!("{PREFIX}{:x}", user.0)
}

/// The user that a cursor continues after.
pub(crate) fn read(cursor: &str) -> Result<UserNo, Fault> {
    let digits = cursor.strip_prefix(PREFIX).filter(|digits| !digits.starts_with(['+', '-']));
    let user = digits.and_then(|digits| i64::from_str_radix(digits, 16).ok()).map(UserNo);
    user.ok_or_else(|| Fault::new("cursor", "expected the nextCursor of an earlier response"))
}

/// The fault of the params' `cursor`, ignoring all others. The schema reports a cursor that is not a string.
pub(crate) fn fault(params: &Json) -> Option<Fault> {
    params.get("cursor").and_then(Json::as_str).and_then(|cursor| read(cursor).err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_is_read_back_and_nothing_else_is() {
        for user in [UserNo(0), UserNo(1), UserNo(100_000), UserNo(i64::MAX)] {
            assert_eq!(read(&after(user)).ok(), Some(user));
        }
        for wrong in ["", "u", "1", "u-1", "u+1", "u 1", "ug", "u10000000000000000", "U1", "ü"] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
