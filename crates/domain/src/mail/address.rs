//! Which texts are the same email address, and which can be mailed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest address that mail servers accept, in bytes (RFC 5321 4.5.3.1.3, without the angle brackets).
const LONGEST: usize = 254;
/// The longest part before the `@` (RFC 5321 4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;

/// A usable email address as addresses are compared: without the spaces around it, and with ASCII letters in lower case. Nothing
/// else is folded: `ß` and `ss` are two mailboxes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressKey(String);

impl AddressKey {
    /// `None` if no mail can be sent to the address: it has one `@` with something on both sides, no space or control
    /// character, and is not too long. What passes and does not exist is for the mail service to refuse.
    pub fn of(email: &str) -> Option<Self> {
        let address = email.trim_matches(' ');
        let (local, domain) = address.split_once('@')?;
        let is_usable = !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && local.len() <= LONGEST_LOCAL_PART
            && address.len() <= LONGEST
            && !address.chars().any(|character| character.is_whitespace() || character.is_control());
        is_usable.then(|| Self(address.to_ascii_lowercase()))
    }

    /// One that [`of`](Self::of) made, from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Logs and panics have no address.
impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(email: &str) -> Option<String> {
        AddressKey::of(email).map(|key| key.0)
    }

    #[test]
    fn address_is_compared_without_spaces_around_it_and_in_lower_case() {
        for (email, expected) in [
            ("ann@example.org", "ann@example.org"),
            ("  Ann@Example.ORG ", "ann@example.org"),
            ("ann+news@example.org", "ann+news@example.org"),
            ("STRAßE@example.org", "straße@example.org"),
            ("ÄNN@example.org", "Änn@example.org"),
            ("a@b", "a@b"),
        ] {
            assert_eq!(key(email).as_deref(), Some(expected), "{email}");
        }
    }

    #[test]
    fn address_that_cannot_be_mailed_has_no_key() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long = format!("a@{}.org", "b".repeat(250));
        for email in [
            "",
            " ",
            "ann",
            "@example.org",
            "ann@",
            "a@b@c",
            "an n@example.org",
            "ann@exa\tmple.org",
            "a\u{7f}@b.c",
            "a\u{a0}@b.c",
            &long_local,
            &long,
        ] {
            assert_eq!(key(email), None, "{email:?}");
        }
    }

    #[test]
    fn address_is_not_in_debug_texts() {
        let key = AddressKey::of("ann@example.org").expect("usable");
        assert!(!format!("{key:?}").contains("ann"));
    }

    proptest! {
        #[test]
        fn address_key_of_a_key_is_the_key(email in ".{0,12}@?.{0,12}") {
            if let Some(key) = AddressKey::of(&email) {
                prop_assert_eq!(AddressKey::of(key.as_str()), Some(key));
            }
        }
    }
}
