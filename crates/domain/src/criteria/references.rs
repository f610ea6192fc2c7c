//! Segments that refer to segments. A definition that refers to itself, directly or through others, cannot be
//! evaluated, so saving it fails.

use std::collections::{BTreeMap, BTreeSet};

use super::{Condition, Criteria, Fault, Faults, Item, ItemSet, path_of_item};
use crate::segment::SegmentKey;

pub type References = BTreeMap<SegmentKey, BTreeSet<SegmentKey>>;

impl Criteria {
    /// Fails if the segment would refer to itself with this definition. Each reference that leads back is a fault that
    /// shows the path.
    pub fn refuse_cycle(&self, of: &SegmentKey, others: &References) -> Result<(), Faults> {
        let mut references = Vec::new();
        collect(self.root(), "", &mut references);
        let faults: Vec<_> = references
            .into_iter()
            .filter_map(|(path, reference)| {
                let way = way_back(reference, of, others, &mut BTreeSet::new())?;
                let expected = "a segment that does not refer to this one".into();
                Some(Fault { path, expected, found: in_words(&way) })
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Faults::of(faults)) }
    }
}

fn collect<'a>(set: &'a ItemSet, path: &str, into: &mut Vec<(String, &'a SegmentKey)>) {
    for (index, item) in set.items.iter().enumerate() {
        let path = path_of_item(path, index);
        match item {
            Item::Set(set) => collect(set, &path, into),
            Item::Condition(Condition::Segment { segments, .. }) => {
                into.extend(segments.iter().enumerate().map(|(n, key)| (format!("{path}.value[{n}]"), key)));
            }
            Item::Condition(_) => {}
        }
    }
}

/// The segments on the path from one to the other, both included.
fn way_back<'a>(
    from: &'a SegmentKey,
    to: &SegmentKey,
    others: &'a References,
    seen: &mut BTreeSet<&'a SegmentKey>,
) -> Option<Vec<&'a SegmentKey>> {
    if from == to {
        return Some(vec![from]);
    }
    if !seen.insert(from) {
        return None;
    }
    let mut way = others.get(from)?.iter().find_map(|next| way_back(next, to, others, seen))?;
    way.insert(0, from);
    Some(way)
}

fn in_words(way: &[&SegmentKey]) -> String {
    match way {
        [itself] => format!("\"{itself}\", which is the segment itself"),
        _ => {
            let way: Vec<_> = way.iter().map(|key| format!("\"{key}\"")).collect();
            way.join(", which refers to ")
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use serde_json::json;

    use super::*;
    use crate::attribute::Attributes;
    use crate::{
        criteria::{ParseContext, parse_value},
        segment::SegmentType,
    };

    fn key(name: &str) -> SegmentKey {
        SegmentKey::new(SegmentType::Custom, name)
    }

    fn refusal(of: &str, values: &[&str], others: &[(&str, &[&str])]) -> Vec<(String, String)> {
        let values: Vec<_> = values.iter().map(|name| key(name).to_string()).collect();
        let definition = json!({"combineWith": "AND", "criteria": [
            {"field": "level", "operator": ">", "value": 1},
            {"combineWith": "OR", "criteria": [{"field": "segment", "operator": "not_in", "value": values}]},
        ]});
        let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
        let criteria = parse_value(&definition, &context).expect("a definition");
        let others = others.iter().map(|(name, to)| (key(name), to.iter().map(|name| key(name)).collect())).collect();
        let refused = criteria.refuse_cycle(&key(of), &others).err();
        refused.iter().flatten().map(|fault| (fault.path.clone(), fault.found.clone())).collect()
    }

    #[test]
    fn references_that_do_not_lead_back_are_fine() {
        assert_eq!(refusal("a", &["b", "c"], &[("b", &["c"]), ("c", &[]), ("d", &["a"])]), []);
        // A cycle of others is not this definition's fault.
        assert_eq!(refusal("a", &["b"], &[("b", &["c"]), ("c", &["b"])]), []);
    }

    #[test]
    fn references_that_lead_back_are_named_with_their_path() {
        let at = |n: usize| format!("criteria[1].criteria[0].value[{n}]");
        assert_eq!(
            refusal("a", &["a", "d", "b"], &[("b", &["c", "d"]), ("c", &["a"]), ("d", &[])]),
            [
                (at(0), "\"custom:a\", which is the segment itself".into()),
                (at(2), "\"custom:b\", which refers to \"custom:c\", which refers to \"custom:a\"".into()),
            ]
        );
    }

    #[test]
    fn references_cycles_of_any_length_are_found() {
        let names: Vec<String> = (0..500).map(|n| format!("s{n}")).collect();
        let others: Vec<_> = names.windows(2).map(|pair| (pair[0].as_str(), vec![pair[1].as_str()])).collect();
        let mut others: Vec<(&str, &[&str])> = others.iter().map(|(name, to)| (*name, to.as_slice())).collect();
        others.push(("s499", &["a"]));
        assert_eq!(refusal("a", &["s0"], &others).len(), 1);
    }
}
