//! Runs that continue after their caller has disconnected. At shutdown the server asks them to stop and waits: a run
//! finishes its current batch and releases its lease.

use std::{future::Future, time::Duration};

use segmentation_engine::run::Stop;
use tokio::{sync::watch, task::JoinHandle, time::timeout};
use tracing::{Instrument, warn};

/// How long shutdown waits for runs. A commit may have to wait for another transaction.
const WAIT: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub struct Background {
    stop: Stop,
    under_way: watch::Sender<usize>,
}

impl Default for Background {
    fn default() -> Self {
        Self { stop: Stop::default(), under_way: watch::Sender::new(0) }
    }
}

impl Background {
    pub(crate) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Starts a task that shutdown waits for.
    pub(crate) fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        let counted = Counted::new(self.under_way.clone());
        let work = async move {
            let _counted = counted;
            work.await
        };
        tokio::spawn(work.in_current_span())
    }

    pub fn ask_to_stop(&self) {
        self.stop.ask();
    }

    pub async fn ended(&self) {
        let mut under_way = self.under_way.subscribe();
        if timeout(WAIT, under_way.wait_for(|count| *count == 0)).await.is_err() {
            warn!("a run did not end in time: its lease will expire");
        }
    }
}

/// Counts a running task until it is dropped, even by a panic.
struct Counted(watch::Sender<usize>);

impl Counted {
    fn new(under_way: watch::Sender<usize>) -> Self {
        under_way.send_modify(|count| *count += 1);
        Self(under_way)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn background_runs_are_waited_for_even_if_they_panic() {
        let background = Background::default();
        background.ended().await;
        let (go, gone) = oneshot::channel::<()>();
        let done = background.spawn(async move { gone.await.is_ok() });
        let broken = background.spawn(async { panic!("a bug") });
        assert_eq!(*background.under_way.borrow(), 2);
        background.ask_to_stop();
        assert!(background.stop().is_asked());
        go.send(()).expect("it listens");
        background.ended().await;
        assert!(done.await.expect("it ended") && broken.await.is_err());
    }
}
