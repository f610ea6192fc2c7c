//! What a method is called with.

use std::sync::Arc;

use chrono_tz::Tz;
use domain::instant::{Clock, Instant};
use persistence::Database;

use crate::auth::Caller;

/// What all methods share.
#[derive(Clone)]
pub struct Context {
    /// Where everything is stored.
    pub database: Database,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// The zone in which days, weeks and months begin.
    pub zone: Tz,
}

impl Context {
    /// The time now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}

/// One call that has passed the gate.
pub(crate) struct Call {
    /// What all methods share.
    pub(crate) context: Context,
    /// Who calls.
    pub(crate) caller: Caller,
    /// The request that the call came in, for the audit log.
    pub(crate) request_id: Option<String>,
}

impl Call {
    /// The database.
    pub(crate) fn database(&self) -> &Database {
        &self.context.database
    }
}
