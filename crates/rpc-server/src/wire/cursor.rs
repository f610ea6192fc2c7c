//! Cursors of lists in params.

use domain::ids::UserNo;
use persistence::reads::movements::Place;
use segmentation_engine::cursor::{self, EXPECTED};
pub(crate) use segmentation_engine::cursor::{after, cut};
use serde_json::Value as Json;

use crate::errors::Fault;

/// The user that a cursor continues after.
pub(crate) fn read(cursor: &str) -> Result<UserNo, Fault> {
    cursor::read(cursor).ok_or_else(|| Fault::new("cursor", EXPECTED))
}

/// The place in a list in the order of time that a cursor continues before.
pub(crate) fn read_in_time(cursor: &str) -> Result<Place, Fault> {
    let (at, no) = cursor::read_in_time(cursor).ok_or_else(|| Fault::new("cursor", EXPECTED))?;
    Ok(Place { at, no })
}

pub(crate) fn in_time(place: Place) -> String {
    cursor::in_time(place.at, place.no)
}

/// The same as [`fault`], of a list in the order of time.
pub(crate) fn fault_in_time(params: &Json) -> Option<Fault> {
    params.get("cursor").and_then(Json::as_str).and_then(|cursor| read_in_time(cursor).err())
}

/// The fault of the params' `cursor`, ignoring all others. The schema reports a cursor that is not a string.
pub(crate) fn fault(params: &Json) -> Option<Fault> {
    params.get("cursor").and_then(Json::as_str).and_then(|cursor| read(cursor).err())
}
