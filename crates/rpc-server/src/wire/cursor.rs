//! Cursors of lists in params.

use domain::ids::UserNo;
pub(crate) use segmentation_engine::cursor::after;
use segmentation_engine::cursor::{self, EXPECTED};
use serde_json::Value as Json;

use crate::errors::Fault;

/// The user that a cursor continues after.
pub(crate) fn read(cursor: &str) -> Result<UserNo, Fault> {
    cursor::read(cursor).ok_or_else(|| Fault::new("cursor", EXPECTED))
}

/// The fault of the params' `cursor`, ignoring all others. The schema reports a cursor that is not a string.
pub(crate) fn fault(params: &Json) -> Option<Fault> {
    params.get("cursor").and_then(Json::as_str).and_then(|cursor| read(cursor).err())
}
