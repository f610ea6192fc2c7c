//! Whether the last run could keep a segment's members up to date, and if not, why.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::criteria::Fault;

/// Whether the last run kept the segment up to date. If it did not, the members stayed as they were: an error is never
/// an empty set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub enum SegmentHealth {
    /// It did.
    #[default]
    Ok,
    /// The rule cannot be evaluated.
    RuleFailed {
        /// Why.
        reason: RuleFailure,
    },
    /// Too many members would have been removed at once.
    HeldBack {
        /// Number of members that would have been removed.
        leaving: u64,
        /// Number of members before the run.
        members: u64,
    },
}

/// Why a rule cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub enum RuleFailure {
    /// The segment has no definition.
    NoDefinition,
    /// This version of the program does not accept the stored definition.
    InvalidDefinition {
        /// What is wrong with it. Empty if an earlier version of the program found it.
        faults: Vec<Fault>,
    },
    /// The segment refers to itself through others, or to a segment that does.
    Cycle,
}

impl fmt::Display for SegmentHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("OK"),
            Self::RuleFailed { reason } => write!(f, "Not evaluated: {reason}."),
            Self::HeldBack { leaving, members } => {
                write!(f, "Held back: {leaving} of {members} members would be removed.")
            }
        }
    }
}

impl fmt::Display for RuleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDefinition => f.write_str("the segment has no definition"),
            Self::InvalidDefinition { faults } => {
                f.write_str("the definition is invalid")?;
                for (index, fault) in faults.iter().enumerate() {
                    let separator = if index == 0 { ": " } else { "; " };
                    write!(f, "{separator}{fault}")?;
                }
                Ok(())
            }
            Self::Cycle => f.write_str("the definition refers to itself through other segments"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn health_is_stored_with_its_kind_and_read_by_people() {
        let fault = Fault { path: "criteria[0].field".into(), expected: "a field".into(), found: "nothing".into() };
        for (health, stored, words) in [
            (SegmentHealth::Ok, json!({"kind": "ok"}), "OK"),
            (
                SegmentHealth::HeldBack { leaving: 2, members: 3 },
                json!({"kind": "heldBack", "leaving": 2, "members": 3}),
                "Held back: 2 of 3 members would be removed.",
            ),
            (
                SegmentHealth::RuleFailed { reason: RuleFailure::NoDefinition },
                json!({"kind": "ruleFailed", "reason": {"kind": "noDefinition"}}),
                "Not evaluated: the segment has no definition.",
            ),
            (
                SegmentHealth::RuleFailed { reason: RuleFailure::Cycle },
                json!({"kind": "ruleFailed", "reason": {"kind": "cycle"}}),
                "Not evaluated: the definition refers to itself through other segments.",
            ),
            (
                SegmentHealth::RuleFailed { reason: RuleFailure::InvalidDefinition { faults: Vec::new() } },
                json!({"kind": "ruleFailed", "reason": {"kind": "invalidDefinition", "faults": []}}),
                "Not evaluated: the definition is invalid.",
            ),
            (
                SegmentHealth::RuleFailed {
                    reason: RuleFailure::InvalidDefinition { faults: vec![fault.clone(), fault] },
                },
                json!({"kind": "ruleFailed", "reason": {"kind": "invalidDefinition", "faults": [
                    {"path": "criteria[0].field", "expected": "a field", "found": "nothing"},
                    {"path": "criteria[0].field", "expected": "a field", "found": "nothing"}]}}),
                "Not evaluated: the definition is invalid: criteria[0].field: expected a field, found nothing; \
                 criteria[0].field: expected a field, found nothing.",
            ),
        ] {
            assert_eq!(serde_json::to_value(&health).expect("JSON"), stored);
            assert_eq!(serde_json::from_value::<SegmentHealth>(stored).expect("a health"), health);
            assert_eq!(health.to_string(), words);
        }
    }
}
