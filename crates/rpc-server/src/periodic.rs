//! Periodic tasks.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::time::interval;

/// Runs `work` at once and after each period, until `thing` is dropped.
pub(crate) fn spawn<T: Send + Sync + 'static>(period: Duration, thing: &Arc<T>, work: impl Fn(&T) + Send + 'static) {
    let thing: Weak<T> = Arc::downgrade(thing);
    tokio::spawn(async move {
        let mut ticks = interval(period);
        while let Some(thing) = thing.upgrade() {
            work(&thing);
            drop(thing);
            ticks.tick().await;
        }
    });
}
