//! Limits WebSockets per caller and per address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Per caller.
const PER_CALLER: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Holder {
    Caller(String),
    Address(IpAddr),
}

/// The open WebSockets.
#[derive(Debug)]
pub(super) struct Sockets {
    per_address: usize,
    open: Mutex<HashMap<Holder, usize>>,
}

/// A caller or an address has reached its limit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum TooMany {
    #[error("Too many requests: this caller may have {PER_CALLER} WebSockets at once")]
    OfCaller,
    #[error("Too many requests: this address may have {0} WebSockets at once")]
    OfAddress(usize),
}

impl Sockets {
    pub(super) fn new(per_address: usize) -> Arc<Self> {
        Arc::new(Self { per_address, open: Mutex::default() })
    }

    /// Counts one more until the result is dropped.
    pub(super) fn open(self: &Arc<Self>, principal: &str, address: Option<IpAddr>) -> Result<Socket, TooMany> {
        let caller = Holder::Caller(principal.to_owned());
        let address = address.map(Holder::Address);
        let mut open = self.counts();
        let count = |holder: &Holder| open.get(holder).copied().unwrap_or_default();
        if count(&caller) >= PER_CALLER {
            return Err(TooMany::OfCaller);
        }
        if address.as_ref().is_some_and(|address| count(address) >= self.per_address) {
            return Err(TooMany::OfAddress(self.per_address));
        }
        let holders: Vec<_> = [caller].into_iter().chain(address).collect();
        for holder in &holders {
            *open.entry(holder.clone()).or_default() += 1;
        }
        drop(open);
        Ok(Socket { holders, sockets: self.clone() })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Holder, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub(super) struct Socket {
    holders: Vec<Holder>,
    sockets: Arc<Sockets>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        let mut open = self.sockets.counts();
        for holder in &self.holders {
            if let Some(count) = open.get_mut(holder) {
                *count -= 1;
                if *count == 0 {
                    open.remove(holder);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websockets_are_limited_by_caller_and_by_address() {
        let (sockets, here) = (Sockets::new(10), Some(IpAddr::from([127, 0, 0, 1])));
        let mut open: Vec<_> = (0..PER_CALLER).map(|_| sockets.open("ann", here).expect("room")).collect();
        assert_eq!(sockets.open("ann", None).expect_err("ann has all of hers"), TooMany::OfCaller);
        open.extend((0..2).map(|_| sockets.open("bob", here).expect("room")));
        assert_eq!(sockets.open("bob", here).expect_err("the address has all of its"), TooMany::OfAddress(10));
        open.push(sockets.open("bob", Some(IpAddr::from([127, 0, 0, 2]))).expect("another address"));
        open.remove(0);
        sockets.open("ann", here).expect("one was closed");
        open.clear();
        assert!(sockets.counts().is_empty());
    }
}
