//! Limits how much one caller or address may hold at once, so that there is room for others.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Counts what each key holds.
#[derive(Debug)]
pub(crate) struct Shares<K: Eq + Hash> {
    limit: usize,
    held: Mutex<HashMap<K, usize>>,
}

impl<K: Eq + Hash + Clone> Shares<K> {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, held: Mutex::default() })
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
    }
}

#[cfg(test)]
mod tests {
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
}
