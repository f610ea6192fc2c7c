//! Comparing text ignores case and normal form, in both interpreters: canonical caseless matching, with full case folding
//! (Unicode Standard, section 3.13, D145).
//!
//! The databases fold only ASCII, or by locale, and do not normalize, so we fold once when text comes in, and store the
//! folded form. A change of `fold` needs a migration that folds stored texts anew.

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// `fold("Straße") == fold("STRASSE")`, and `fold("é")` is the same for one and for two code points.
pub fn fold(text: &str) -> String {
    // Most texts: an import folds millions.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    let folded = CaseMapper::new().fold_string(&decomposed);
    // Composed, so that `contains` does not find the `e` of an `é`.
    ComposingNormalizerBorrowed::new_nfc().normalize(&folded).into_owned()
}

/// The same for texts that differ in case or accents. Marks of other scripts are letters of their own, and stay.
pub fn fold_accents(text: &str) -> String {
    let is_accent = |character: &char| ('\u{300}'..='\u{36f}').contains(character);
    let folded = fold(text);
    if folded.is_ascii() {
        return folded;
    }
    DecomposingNormalizerBorrowed::new_nfd()
        .normalize(&folded)
        .chars()
        .filter(|character| !is_accent(character))
        .collect()
}

/// `0afe`
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text to compare with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    written: String,
    folded: String,
}

impl Text {
    pub fn new(written: impl Into<String>) -> Self {
        let written = written.into();
        let folded = fold(&written);
        Self { written, folded }
    }

    pub fn written(&self) -> &str {
        &self.written
    }

    /// The form to compare.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fold_ignores_case_and_normal_form_in_every_script() {
        for (left, right) in [
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("ИВАН", "иван"),
            ("É", "é"),
            ("Jos\u{e9}", "JOSE\u{301}"),
            ("\u{212b}", "a\u{30a}"),
            ("한", "\u{1112}\u{1161}\u{11ab}"),
            ("\u{1e69}", "S\u{323}\u{307}"),
            ("\u{1e69}", "s\u{307}\u{323}"),
            ("\u{345}\u{301}a", "\u{345}\u{301}A"),
            ("\u{1f80}", "Α\u{345}\u{313}"),
        ] {
            assert_eq!(fold(left), fold(right), "{left} {right}");
        }
        for (left, right) in [("a%", "a_"), ("e", "\u{e9}"), ("\u{fb01}x", "f\u{131}x")] {
            assert_ne!(fold(left), fold(right), "{left} {right}");
        }
        assert!(!fold("JOSE\u{301}").contains(&fold("jose")));
    }

    proptest! {
        #[test]
        fn fold_of_any_normal_form_is_the_same_and_stable(text in ".*") {
            let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&text);
            let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(&text);
            prop_assert_eq!(fold(&composed), fold(&text));
            prop_assert_eq!(fold(&decomposed), fold(&text));
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn fold_of_ascii_is_that_of_unicode(text in "[ -~]*") {
            prop_assert_eq!(fold(&text), CaseMapper::new().fold_string(&text));
        }
    }
}
