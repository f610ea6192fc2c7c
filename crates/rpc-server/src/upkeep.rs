//! What has to be done now and then, as long as there is a server.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::time::interval;

/// Does it at once and after each period, until the thing is gone.
pub(crate) fn every<T: Send + Sync + 'static>(period: Duration, thing: &Arc<T>, work: impl Fn(&T) + Send + 'static) {
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
