//! Which records a file, a call or a batch has had, so that the same one again is noticed wherever it stands.
//!
//! A record takes 16 bytes of hashes and place, in a table of at most twice the size: 20 to 40 MB for a million records.
//! With 64 bits of a hash with a secret key, two of a million records are taken for one with a chance of 1 : 37 million.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
};

/// The records so far.
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

/// Where a record stands already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// With the same content.
    Same { place: u64 },
    /// With another content, or with one that must not be there twice.
    Different { place: u64 },
}

impl Seen {
    /// Notes a record, or says where it stands already.
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

    /// Says that a record stands at a later place too.
    pub(crate) fn move_to(&mut self, identity: (&str, &str), place: u64) {
        if let Some(first) = self.records.get_mut(&self.key.hash_one(identity)) {
            first.place = short(place);
        }
    }
}

/// A source of more records would need more memory for this table than there is.
fn short(place: u64) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Takes a number that is a hash as it is.
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
    fn seen_notices_a_record_again_and_compares_it() {
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
