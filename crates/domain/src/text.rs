//! Comparing text ignores case, by Unicode's full case folding, in both interpreters.
//!
//! The databases fold only ASCII, or by locale, so we fold once when text comes in, and store the folded form.

use icu_casemap::CaseMapper;

/// `fold("Straße") == fold("STRASSE")`
pub fn fold(text: &str) -> String {
    CaseMapper::new().fold_string(text).into_owned()
}

/// `0afe`
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
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
