//! Which rows a file has had, so that the same one again is noticed wherever it stands.
//!
//! A row takes 16 bytes of hashes and line, in a table of at most twice as many places: some 20 to 40 MB for a million
//! rows. Two rows of 64 bits of a hash with a secret key are taken for one with a chance of 1 : 37 million in a file of a
//! million rows.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
};

/// The rows so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    key: RandomState,
    rows: HashMap<u64, First, BuildHasherDefault<AlreadyHashed>>,
}

#[derive(Debug, Clone, Copy)]
struct First {
    line: u32,
    content: u32,
}

/// Where a row stands already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Earlier {
    /// With the same content.
    Same { line: u64 },
    /// With another content, or with one that must not be there twice.
    Different { line: u64 },
}

impl Seen {
    /// Notes a row, or says where it stands already.
    pub(super) fn note(&mut self, identity: (&str, &str), line: u64, content: Option<u32>) -> Option<Earlier> {
        match self.rows.entry(self.key.hash_one(identity)) {
            Entry::Vacant(entry) => {
                entry.insert(First { line: short(line), content: content.unwrap_or_default() });
                None
            }
            Entry::Occupied(entry) => {
                let first = entry.get();
                let line = first.line.into();
                let is_same = content == Some(first.content);
                Some(if is_same { Earlier::Same { line } } else { Earlier::Different { line } })
            }
        }
    }

    /// Says that a row stands on a later line too.
    pub(super) fn move_to(&mut self, identity: (&str, &str), line: u64) {
        if let Some(first) = self.rows.get_mut(&self.key.hash_one(identity)) {
            first.line = short(line);
        }
    }
}

/// A file of more lines would need more memory for this table than there is.
fn short(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
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
    fn a_row_is_noticed_again_and_compared() {
        let mut seen = Seen::default();
        assert_eq!(seen.note(("u1", "a1"), 2, Some(7)), None);
        assert_eq!(seen.note(("u1a", "1"), 3, Some(7)), None);
        assert_eq!(seen.note(("u1", "a1"), 4, Some(7)), Some(Earlier::Same { line: 2 }));
        assert_eq!(seen.note(("u1", "a1"), 5, Some(8)), Some(Earlier::Different { line: 2 }));
        assert_eq!(seen.note(("u1", "a1"), 6, None), Some(Earlier::Different { line: 2 }));
        seen.move_to(("u1", "a1"), 4);
        assert_eq!(seen.note(("u1", "a1"), 7, Some(7)), Some(Earlier::Same { line: 4 }));
    }
}
