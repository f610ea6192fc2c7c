//! A segment is a criteria expression: one type, [`Criteria`], with two interpreters, [`Criteria::holds`] here and the
//! compiler to SQL in the persistence crate. They agree on every user.
//!
//! A [`Criteria`] is valid: it comes only from [`parse()`] or from the system segments, so nothing checks it again. Logic
//! is two-valued: an unset value matches no positive test, and every negative test is the exact complement of its positive
//! one.

#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
mod condition;
mod crossings;
mod date;
mod describe;
mod eval;
mod explain;
mod field;
mod field_kind;
mod needs;
mod operator;
mod parse;
mod print;
mod references;
mod resolved;
#[cfg(test)]
mod tests;
mod warnings;

pub use condition::{
    AttributeTest, Condition, DateTest, ListMatch, ListTest, Measure, NumberTest, Price, ResolvedDateTest, TextTest,
};
pub use crossings::{Crossing, Dated, DatedEvents};
pub use date::Date;
pub use describe::{SegmentNames, name_of};
pub use eval::{Memberships, Share};
pub use explain::{ExplainedCondition, ExplainedItem, ExplainedSet, Observed};
pub use field::{DateField, FIELDS, Field, FieldSpec, KeySpec, NumberField, TextField, fields};
pub use field_kind::FieldKind;
pub use needs::{EventsNeeded, Lookback, Needs, Selection};
pub use operator::{Operator, ValueShape};
pub use parse::{Fault, Faults, Limits, ParseContext, parse, parse_value};
pub use references::References;
pub use warnings::Warning;

use serde::{Deserialize, Serialize};

use crate::segment::SegmentKey;

/// A checked definition of a segment; see the [module](self).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criteria {
    root: ItemSet,
}

impl Criteria {
    /// A system segment: all items must hold.
    pub(crate) fn system(items: Vec<Item>) -> Self {
        Self { root: ItemSet { combine: Combine::And, negated: false, items } }
    }

    pub fn root(&self) -> &ItemSet {
        &self.root
    }

    /// Outermost first, left to right.
    pub fn conditions(&self) -> Vec<&Condition> {
        let mut conditions = Vec::new();
        self.root.collect_conditions(&mut conditions);
        conditions
    }

    /// The path of every condition and inner set, outermost first, left to right: `criteria[0]`,
    /// `criteria[1].criteria[0]`.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.root.collect_paths("", &mut paths);
        paths
    }

    pub fn references(&self) -> Vec<&SegmentKey> {
        let mut references: Vec<_> = self
            .conditions()
            .into_iter()
            .filter_map(|condition| match condition {
                Condition::Segment { segments, .. } => Some(segments),
                _ => None,
            })
            .flatten()
            .collect();
        references.sort();
        references.dedup();
        references
    }
}

/// How the items of a set are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema), schemars(rename = "CombineWith"))]
pub enum Combine {
    /// All items must match.
    And,
    /// At least one item must match.
    Or,
}

impl Combine {
    pub fn name(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
        }
    }
}

/// Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemSet {
    pub combine: Combine,
    /// Negates the result of the whole set.
    pub negated: bool,
    pub items: Vec<Item>,
}

impl ItemSet {
    fn collect_conditions<'a>(&'a self, into: &mut Vec<&'a Condition>) {
        for item in &self.items {
            match item {
                Item::Condition(condition) => into.push(condition),
                Item::Set(set) => set.collect_conditions(into),
            }
        }
    }

    fn collect_paths(&self, path: &str, into: &mut Vec<String>) {
        for (index, item) in self.items.iter().enumerate() {
            let path = path_of_item(path, index);
            into.push(path.clone());
            if let Item::Set(set) = item {
                set.collect_paths(&path, into);
            }
        }
    }
}

/// The path of an item, given the path of its set: `criteria[1].criteria[0]`. The path of the outermost set is empty.
pub fn path_of_item(set: &str, index: usize) -> String {
    let dot = if set.is_empty() { "" } else { "." };
    format!("{set}{dot}criteria[{index}]")
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Condition(Condition),
    Set(ItemSet),
}

impl Item {
    pub(crate) fn set(combine: Combine, items: Vec<Item>) -> Self {
        Self::Set(ItemSet { combine, negated: false, items })
    }
}

impl From<Condition> for Item {
    fn from(condition: Condition) -> Self {
        Self::Condition(condition)
    }
}
