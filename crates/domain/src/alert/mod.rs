//! Rules that watch a segment and say when something is unusual: the one definition of when they fire.

mod condition;
mod standing;

pub use self::{
    condition::{
        AlertBase, AlertChange, AlertCondition, AlertDirection, AlertKind, ChangeUnit, Observation, usual_size,
    },
    standing::{AlertState, AlertTurn, Standing, Verdict},
};

use std::fmt;

use serde::{Deserialize, Serialize};

/// Identifies a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlertId(pub String);

impl AlertId {
    pub fn from_random(bytes: [u8; 12]) -> Self {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("al_{digits}"))
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The most rules that there may be.
pub const MOST_ALERTS: u64 = 200;
