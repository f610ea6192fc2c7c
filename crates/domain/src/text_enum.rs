//! Enums that are stored and sent as text.

/// Declares an enum with a text for each variant, which [`Display`](std::fmt::Display) and serde write and
/// [`FromStr`](std::str::FromStr) and serde read. The texts are in databases and in the API: add new ones, never change
/// one.
macro_rules! text_enum {
    ($(#[$attribute:meta])* pub enum $name:ident {
        $($(#[$of_variant:meta])* $variant:ident = $text:literal,)+
    }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
        pub enum $name {
            $(
                $(#[$of_variant])*
                #[serde(rename = $text)]
                $variant,
            )+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text_enum::UnknownText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or($crate::text_enum::UnknownText {
                    of: stringify!($name),
                })
            }
        }
    };
}

pub(crate) use text_enum;

/// A text that names no variant. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown {of}")]
pub struct UnknownText {
    pub of: &'static str,
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fmt::Debug, str::FromStr};

    use serde::{Serialize, de::DeserializeOwned};

    use super::UnknownText;
    use crate::{
        attribute::AttributeType,
        membership::Cause,
        overrides::OverrideKind,
        role::Role,
        run::{RunMode, RunState, RunTrigger},
    };

    fn assert_texts<T>(all: &[T], texts: &[&str])
    where
        T: Copy + PartialEq + Debug + ToString + FromStr<Err = UnknownText> + Serialize + DeserializeOwned,
    {
        assert_eq!(all.iter().map(ToString::to_string).collect::<Vec<_>>(), texts);
        assert_eq!(serde_json::to_value(all).expect("JSON"), serde_json::json!(texts));
        assert_eq!(serde_json::from_value::<Vec<T>>(serde_json::json!(texts)).expect("texts"), all);
        assert_eq!(texts.iter().map(|text| text.parse()).collect::<Result<Vec<T>, _>>().as_deref(), Ok(all));
        assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len());
        for text in ["", "Running", "run ", "unknown"] {
            assert!(text.parse::<T>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn text_enum_stored_texts_are_stable() {
        assert_texts(RunState::ALL, &["running", "succeeded", "failed", "abandoned"]);
        assert_texts(RunMode::ALL, &["full", "incremental"]);
        assert_texts(RunTrigger::ALL, &["command_line", "cron", "admin"]);
        assert_texts(OverrideKind::ALL, &["include", "exclude"]);
        assert_texts(Role::ALL, &["ADMIN", "SUPERADMIN"]);
        assert_texts(AttributeType::ALL, &["text", "number", "decimal", "boolean", "date", "list"]);
        assert_texts(
            Cause::ALL,
            &["run", "user_run", "admin", "segment_saved", "segment_deleted", "host_deleted", "erasure"],
        );
    }

    #[test]
    fn text_enum_reports_an_unknown_text_with_the_allowed_ones() {
        let error = "paused".parse::<RunState>().expect_err("no state");
        assert_eq!(error.to_string(), "unknown RunState");
    }
}
