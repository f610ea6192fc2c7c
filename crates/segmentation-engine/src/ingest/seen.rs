//! Detects repeated records in a file, a call or a batch.
//!
//! A record takes 16 bytes in a table of at most twice the size: 20 to 40 MB for a million records. With 64 bits of a
//! keyed hash, the chance that two of a million records collide is 1 : 37 million.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
};

#[derive(Debug, Default)]
pub(crate) struct Seen {
    key: RandomState,
    records: HashMap<u64, First, BuildHasherDefault<AlreadyHashed>>,
}

#[derive(Debug, Clone, Copy)]
struct First {
    place: u32,
    content: u32,
}

/// The position of an earlier record with the same identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// With the same content.
    Same { place: u64 },
    /// With other content, or of a kind that must not be repeated.
    Different { place: u64 },
}

impl Seen {
    /// Adds a record, or returns the earlier one.
    pub(crate) fn note(&mut self, identity: (&str, &str), place: u64, content: Option<u32>) -> Option<Earlier> {
        match self.records.entry(self.key.hash_one(identity)) {
            Entry::Vacant(entry) => {
                entry.insert(First { place: short(place), content: content.unwrap_or_default() });
                None
            }
            Entry::Occupied(entry) => {
                let first = entry.get();
                let place = first.place.into();
                let is_same = content == Some(first.content);
                Some(if is_same { Earlier::Same { place } } else { Earlier::Different { place } })
            }
        }
    }

    /// Moves a record to a later position.
    pub(crate) fn move_to(&mut self, identity: (&str, &str), place: u64) {
        if let Some(first) = self.records.get_mut(&self.key.hash_one(identity)) {
            first.place = short(place);
        }
    }
}

/// A source with more records would not fit into memory anyway.
fn short(place: u64) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Uses keys that are already hashes.
#[derive(Debug, Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_record_is_detected_and_compared() {
        let mut seen = Seen::default();
        assert_eq!(seen.note(("u1", "a1"), 2, Some(7)), None);
        assert_eq!(seen.note(("u1a", "1"), 3, Some(7)), None);
        assert_eq!(seen.note(("u1", "a1"), 4, Some(7)), Some(Earlier::Same { place: 2 }));
        assert_eq!(seen.note(("u1", "a1"), 5, Some(8)), Some(Earlier::Different { place: 2 }));
        assert_eq!(seen.note(("u1", "a1"), 6, None), Some(Earlier::Different { place: 2 }));
        seen.move_to(("u1", "a1"), 4);
        assert_eq!(seen.note(("u1", "a1"), 7, Some(7)), Some(Earlier::Same { place: 4 }));
    }
}
