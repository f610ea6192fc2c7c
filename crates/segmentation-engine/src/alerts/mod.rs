//! Alerts: rules that watch segments. They are looked at when a run ends, in the transaction that ends it, so that no run is forgotten
//! and none is told twice; those about segments that no run evaluates also by the clock.

mod error;
mod look;
mod save;
mod status;

pub(crate) use self::look::{Looked, log, look};
pub use self::{
    error::AlertError,
    look::{Turned, look_at_all, look_at_unevaluated},
    save::{WantedAlert, delete, save},
    status::{Alert, status},
};
