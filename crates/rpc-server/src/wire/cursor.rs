//! Cursors of lists in params.

use domain::{
    ids::UserNo,
    member_sort::{MemberOrder, SortDirection},
};
use persistence::reads::{member_pages::Position, movements::Place};
use segmentation_engine::{
    cursor::{self, EXPECTED},
    sorted_cursor,
};
pub(crate) use segmentation_engine::{
    cursor::{after, cut},
    sorted_cursor::sorted,
};
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

/// The place in a list in the order of time that a cursor continues after, in this direction.
pub(crate) fn read_in_direction(direction: SortDirection, cursor: &str) -> Result<Place, Fault> {
    let (at, no) = cursor::read_in_direction(direction, cursor).map_err(|fault| Fault::new("cursor", fault))?;
    Ok(Place { at, no })
}

pub(crate) fn in_direction(direction: SortDirection, place: Place) -> String {
    cursor::in_direction(direction, place.at, place.no)
}

/// The position in a sorted list of users that a cursor continues after.
pub(crate) fn read_sorted(order: MemberOrder, cursor: &str) -> Result<Position, Fault> {
    sorted_cursor::read_sorted(order, cursor).map_err(|fault| Fault::new("cursor", fault))
}

/// The fault of the params' `cursor`, ignoring all others. The schema reports a cursor that is not a string.
pub(crate) fn fault(params: &Json) -> Option<Fault> {
    params.get("cursor").and_then(Json::as_str).and_then(|cursor| read(cursor).err())
}
