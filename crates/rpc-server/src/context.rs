//! What every method can reach.

use std::sync::Arc;

use domain::instant::Clock;
use persistence::Database;

/// Shared by all requests.
#[derive(Clone)]
pub struct Context {
    /// Where everything is stored.
    pub database: Database,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}
