//! Names of events.

mod get_event_names;
mod set_event_name;
