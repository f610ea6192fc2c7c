//! Names of segments, which people tell apart by looking at them.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};

use crate::text::fold_accents;

/// The fault of a text with characters that nobody sees.
pub const HIDDEN: &str = "must not contain line breaks, tabs, or invisible or direction characters";

/// A name that a segment may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentName(String);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// It has no visible character.
    #[error("is blank")]
    Blank,
    /// It has characters that nobody sees.
    #[error("{}", HIDDEN)]
    Hidden,
}

impl SegmentName {
    /// Leading and trailing spaces are removed.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let name = text.trim();
        match (name.chars().any(is_visible), name.chars().any(is_hidden)) {
            (false, _) => Err(NameFault::Blank),
            (true, true) => Err(NameFault::Hidden),
            (true, false) => Ok(Self(name.into())),
        }
    }

    /// The name `NAME (copy)`, or `NAME (copy 2)` and so on, within a number of characters. Also of a name that an earlier
    /// version allowed.
    pub fn of_copy(name: &str, number: usize, max_length: usize) -> Self {
        let suffix = if number == 1 { " (copy)".to_owned() } else { format!(" (copy {number})") };
        let room = max_length.saturating_sub(suffix.chars().count());
        let seen = name.chars().filter(|character| !is_hidden(*character)).take(room);
        Self((seen.collect::<String>() + &suffix).trim().into())
    }

    /// Whether two names are the same to a reader, who may overlook accents.
    pub fn matches(&self, other: &str) -> bool {
        fold_accents(&self.0) == fold_accents(other)
    }

    /// For the name of a file: words of letters and digits, joined by hyphens. `None` if it has none.
    pub fn slug(name: &str) -> Option<String> {
        let words = name.split(|character: char| !is_of_word(character)).filter(|word| !word.is_empty());
        let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
        (!slug.is_empty()).then_some(slug)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<SegmentName> for String {
    fn from(name: SegmentName) -> Self {
        name.0
    }
}

fn is_visible(character: char) -> bool {
    !character.is_whitespace()
        && !is_hidden(character)
        && !matches!(category(character), GeneralCategory::NonspacingMark)
}

/// Whether nobody sees a character, or sees only what it does to others. The pattern blank of Braille is a symbol by its
/// category.
pub fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    let is_unseen = matches!(
        category(character),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    is_unseen || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character) || character == '\u{2800}'
}

/// Marks are a part of the letter before them.
fn is_of_word(character: char) -> bool {
    let is_mark = matches!(
        category(character),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
    );
    character.is_alphanumeric() || is_mark
}

fn category(character: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_is_what_can_be_seen() {
        for (text, expected) in [
            ("Free Users", Ok("Free Users")),
            ("  Größe & Straße – Ünïcödé 日本語 \u{a0}", Ok("Größe & Straße – Ünïcödé 日本語")),
            ("e\u{301}", Ok("e\u{301}")),
            ("🎯 VIP", Ok("🎯 VIP")),
            ("المستخدمون", Ok("المستخدمون")),
            ("", Err(NameFault::Blank)),
            (" \u{3000}\n", Err(NameFault::Blank)),
            ("\u{200b}", Err(NameFault::Blank)),
            ("\u{200b} \u{2060}", Err(NameFault::Blank)),
            ("\u{3164}", Err(NameFault::Blank)),
            ("\u{2800}", Err(NameFault::Blank)),
            ("\u{301}", Err(NameFault::Blank)),
            ("V\u{200b}IP", Err(NameFault::Hidden)),
            ("V\u{ad}IP", Err(NameFault::Hidden)),
            ("a\nb", Err(NameFault::Hidden)),
            ("a\r\nb", Err(NameFault::Hidden)),
            ("a\u{2028}b", Err(NameFault::Hidden)),
            ("a\u{85}b", Err(NameFault::Hidden)),
            ("a\tb", Err(NameFault::Hidden)),
            ("\u{202e}Free", Err(NameFault::Hidden)),
            ("\u{200f}Free", Err(NameFault::Hidden)),
            ("Free\u{2069}", Err(NameFault::Hidden)),
            ("Free\u{feff}", Err(NameFault::Hidden)),
            ("Free\u{e0041}", Err(NameFault::Hidden)),
            ("Free\u{fe0f}", Err(NameFault::Hidden)),
        ] {
            let parsed = SegmentName::parse(text);
            assert_eq!(parsed.as_ref().map(SegmentName::as_str), expected.as_ref().copied(), "{text:?}");
        }
    }

    #[test]
    fn name_matches_in_any_case_and_normal_form_and_without_accents() {
        for (left, right, same) in [
            ("free users", "FREE USERS", true),
            ("Straße", "STRASSE", true),
            ("Caf\u{e9}", "CAFE\u{301}", true),
            ("\u{345}\u{301}a", "\u{345}\u{301}A", true),
            ("Cafe", "Caf\u{e9}", true),
            ("Über uns", "uber UNS", true),
            ("Ολοι", "Όλοι", true),
            ("हिन्दी", "हिनदी", false),
            ("Free Users", "Free  Users", false),
        ] {
            let name = SegmentName(left.into());
            assert_eq!(name.matches(right), same, "{left:?} {right:?}");
        }
    }

    #[test]
    fn slug_is_made_of_the_words_of_a_name() {
        for (name, slug) in [
            ("Pro on a streak", Some("pro-on-a-streak")),
            ("  <b>7-Day</b> / Streak ", Some("b-7-day-b-streak")),
            ("../../etc/passwd", Some("etc-passwd")),
            ("Größe", Some("größe")),
            ("नमस्ते", Some("नमस्ते")),
            ("…", None),
        ] {
            assert_eq!(SegmentName::slug(name).as_deref(), slug, "{name}");
        }
    }

    #[test]
    fn name_of_a_copy_is_a_name() {
        for (name, number, copy) in [
            ("Streak", 1, "Streak (copy)"),
            ("Streak", 2, "Streak (copy 2)"),
            ("a\nb\u{200b}", 1, "ab (copy)"),
            ("\u{200b}", 3, "(copy 3)"),
            ("ü".repeat(20).as_str(), 1, "üüüüüüüüüüüüü (copy)"),
        ] {
            let made = SegmentName::of_copy(name, number, 20);
            assert_eq!(made.as_str(), copy);
            assert_eq!(SegmentName::parse(made.as_str()), Ok(made));
        }
    }
}
