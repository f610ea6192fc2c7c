//! A known caller, and what their role allows.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a caller may do; the later may do all that the earlier may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "UPPERCASE")]
#[value(rename_all = "UPPER")]
pub enum Role {
    /// All but erasing people.
    Admin,
    /// All.
    Superadmin,
}

impl Role {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Superadmin => "SUPERADMIN",
        }
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Admin, Self::Superadmin].into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A caller who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who: `token:NAME`, or `jwt:SUBJECT`. What the audit log shows as the actor.
    pub subject: String,
    /// What the rate is counted by: names of tokens may repeat, their ids do not.
    pub principal: String,
    /// What the caller may do.
    pub role: Role,
}
