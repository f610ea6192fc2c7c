//! A type for each kind of id, so that they cannot be confused.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($repr:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $repr);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id!(
    /// Our own key of a user. Opaque, never on the wire, and never reused.
    UserNo(i64)
);
number_id!(SegmentId(i32));
number_id!(
    /// Later runs have greater ids: the id is also the fence of a lease.
    RunId(i64)
);

impl UserNo {
    /// Stands where the id of a user was who is erased by now.
    pub fn erased(self) -> UserId {
        UserId(format!("number {self}"))
    }
}

/// The host application's id of a user: the only one on the wire.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub String);

impl UserId {
    /// Spaces around an id are not part of it, wherever it comes from.
    pub fn parse(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The beginning of the SHA-256 of the id, as two numbers that have nothing to do with each other. They never change.
    pub(crate) fn hashed(&self) -> [u64; 2] {
        let digest = Sha256::digest(self.0.as_bytes());
        [0, 8].map(|from| digest.iter().skip(from).take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
