//! Rules that watch segments.

pub(super) mod delete_alert;
pub(super) mod get_alert_events;
pub(super) mod get_alerts;
pub(super) mod save_alert;
