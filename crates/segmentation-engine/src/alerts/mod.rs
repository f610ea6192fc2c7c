//! Alerts: rules that watch segments. They are checked in the transaction that ends a run, so that no run is missed or reported twice.
//! Rules about segments that no run evaluates are checked every few minutes too.

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
