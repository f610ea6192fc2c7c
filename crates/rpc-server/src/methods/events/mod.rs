//! Names of events.

pub(super) mod get_event_names;
pub(super) mod set_event_name;
