//! Limits WebSockets per caller and per address.

use std::{net::IpAddr, sync::Arc};

use crate::shares::{Share, Shares};

/// Per caller.
const PER_CALLER: usize = 8;

#[derive(Debug, Clone)]
pub(super) struct Sockets {
    callers: Arc<Shares<String>>,
    addresses: Arc<Shares<IpAddr>>,
}

/// A caller or an address has reached its limit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum TooMany {
    #[error("this caller may have {PER_CALLER} WebSockets at once")]
    OfCaller,
    #[error("this address may have {0} WebSockets at once")]
    OfAddress(usize),
}

/// Counted until dropped.
#[derive(Debug)]
pub(super) struct Socket {
    _of_caller: Share<String>,
    _of_address: Option<Share<IpAddr>>,
}

impl Sockets {
    pub(super) fn new(per_address: usize) -> Self {
        Self { callers: Shares::new(PER_CALLER), addresses: Shares::new(per_address) }
    }

    pub(super) fn open(&self, principal: &str, address: Option<IpAddr>) -> Result<Socket, TooMany> {
        let of_caller = self.callers.take(principal.to_owned()).ok_or(TooMany::OfCaller)?;
        let of_address = match address {
            Some(address) => {
                Some(self.addresses.take(address).ok_or_else(|| TooMany::OfAddress(self.addresses.limit()))?)
            }
            None => None,
        };
        Ok(Socket { _of_caller: of_caller, _of_address: of_address })
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
    }
}
