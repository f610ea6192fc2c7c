//! Ids of the service. One of another shape is refused before it enters a path.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// The text is no id of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the mail service")]
pub struct NotAnId;

fn is_id(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=128).contains(&text.len()) && text.bytes().all(is_allowed)
}

macro_rules! id {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                if is_id(&text) { Ok(Self(text)) } else { Err(NotAnId) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A contact: one for each address of the account.
    ContactId
}
id! {
    /// A segment at the service.
    SegmentId
}
id! {
    /// An import of contacts.
    ImportId
}
id! {
    /// An endpoint for events.
    WebhookId
}
id! {
    /// An event, by which it is signed.
    EventId
}
id! {
    /// A broadcast.
    BroadcastId
}

/// All but what RFC 3986 leaves unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a contact is named in a path.
#[derive(Clone, PartialEq, Eq)]
pub enum ContactRef<'a> {
    Id(&'a ContactId),
    Address(&'a str),
}

impl ContactRef<'_> {
    pub(crate) fn in_path(&self) -> String {
        match self {
            Self::Id(id) => id.as_str().to_owned(),
            Self::Address(address) => utf8_percent_encode(address, ENCODED).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_another_shape_are_refused() {
        for text in ["78b8d3bc-a55a-45a3-aee6-6ec0a5e13d7e", "msg_2aX", "a"] {
            ContactId::try_from(text.to_owned()).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
        for text in ["", "../contacts", "a/b", "a%2fb", "a b", "ä", "a\n", "a?b", &"a".repeat(129)] {
            assert_eq!(ContactId::try_from(text.to_owned()), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn addresses_in_paths_are_encoded_throughout() {
        let address = ContactRef::Address("a+b/c%d?e#ä@example.org");
        assert_eq!(address.in_path(), "a%2Bb%2Fc%25d%3Fe%23%C3%A4%40example.org");
    }
}
