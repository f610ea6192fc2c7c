//! Limits how much one caller or address may hold at once, so that there is room for others.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// Counts what each key holds.
#[derive(Debug)]
pub(crate) struct Shares<K: Eq + Hash> {
    limit: usize,
    held: Mutex<HashMap<K, usize>>,
    returned: Notify,
}

impl<K: Eq + Hash + Clone> Shares<K> {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, held: Mutex::default(), returned: Notify::new() })
    }

    /// Per key.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// One more for this key, or `None` if it has reached the limit.
    pub(crate) fn take(self: &Arc<Self>, key: K) -> Option<Share<K>> {
        let mut held = self.held();
        let count = held.entry(key.clone()).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        drop(held);
        Some(Share { shares: self.clone(), key })
    }

    /// The same, but waits until there is one.
    pub(crate) async fn wait(self: &Arc<Self>, key: K) -> Share<K> {
        loop {
            // Listens before it looks, so that it misses none.
            let returned = self.returned.notified();
            if let Some(share) = self.take(key.clone()) {
                return share;
            }
            returned.await;
        }
    }
}

impl<K: Eq + Hash> Shares<K> {
    fn held(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returned when dropped.
#[derive(Debug)]
pub(crate) struct Share<K: Eq + Hash> {
    shares: Arc<Shares<K>>,
    key: K,
}

impl<K: Eq + Hash> Drop for Share<K> {
    fn drop(&mut self) {
        let mut held = self.shares.held();
        if let Some(count) = held.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.key);
            }
        }
        drop(held);
        self.shares.returned.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, time::Duration};

    use tokio::time::timeout;

    use super::*;

    #[test]
    fn shares_are_limited_per_key_and_returned() {
        let shares = Shares::new(2);
        let first = shares.take("ann").expect("room");
        let second = shares.take("ann").expect("room");
        assert!(shares.take("ann").is_none());
        assert!(shares.take("bob").is_some());
        drop(first);
        drop((second, shares.take("ann").expect("one was returned")));
        assert!(shares.held().is_empty(), "a key that holds nothing takes no memory");
    }

    #[tokio::test]
    async fn shares_can_be_waited_for() {
        let shares = Shares::new(1);
        let first = shares.take("ann").expect("room");
        let (mut second, mut third) = (pin!(shares.wait("ann")), pin!(shares.wait("ann")));
        assert!(is_waiting(&mut second).await && is_waiting(&mut third).await);
        drop(shares.take("bob"));
        assert!(is_waiting(&mut second).await, "a share of somebody else makes no room");
        drop(first);
        let second = second.await;
        assert!(is_waiting(&mut third).await);
        drop(second);
        third.await;
    }

    async fn is_waiting<T>(future: impl Future<Output = T>) -> bool {
        timeout(Duration::ZERO, future).await.is_err()
    }
}
