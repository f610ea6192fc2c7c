//! Text compares without regard to case, by Unicode's full case folding, in both evaluators.
//!
//! The databases fold only ASCII, or by a locale, so we fold once on the way in and keep the folded form.

use icu_casemap::CaseMapper;

/// The case-folded form of a text: `fold("Straße") == fold("STRASSE")`.
pub fn fold(text: &str) -> String {
    CaseMapper::new().fold_string(text).into_owned()
}

/// A text to compare with: as it was written, and folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    written: String,
    folded: String,
}

impl Text {
    /// Keeps the text as written beside its folded form.
    pub fn new(written: impl Into<String>) -> Self {
        let written = written.into();
        let folded = fold(&written);
        Self { written, folded }
    }

    /// As it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// In the form that comparisons use.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_case_in_every_script_and_is_stable() {
        for (left, right) in [("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("ИВАН", "иван"), ("É", "é")]
        {
            assert_eq!(fold(left), fold(right), "{left} {right}");
            assert_eq!(fold(&fold(left)), fold(left), "{left}");
        }
        assert_ne!(fold("a%"), fold("a_"));
    }
}
