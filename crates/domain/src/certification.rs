//! The one table from the text of a certification, as the host application writes it, to its provider.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    Aws,
    Azure,
    Gcp,
    /// Counts only in the total.
    Other,
}

impl Provider {
    pub const ALL: [Self; 4] = [Self::Aws, Self::Azure, Self::Gcp, Self::Other];

    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Azure => "Azure",
            Self::Gcp => "GCP",
            Self::Other => "Other",
        }
    }

    /// As stored in the database. Never reuse a code.
    pub fn code(self) -> i16 {
        match self {
            Self::Other => 0,
            Self::Aws => 1,
            Self::Azure => 2,
            Self::Gcp => 3,
        }
    }

    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.code() == code)
    }

    /// Ignores case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name().eq_ignore_ascii_case(name))
    }

    /// By the first word, or by an exam code such as `SAA-C03`. Words are of letters and digits: people, spreadsheets and
    /// keyboards separate them by anything else.
    pub fn of_certification(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let mut words = lower.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty());
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_code = words.next().is_none();
        match first {
            "aws" | "amazon" => Self::Aws,
            "azure" | "microsoft" => Self::Azure,
            "gcp" | "google" => Self::Gcp,
            _ if is_code && AWS_EXAMS.contains(&first) && is_aws_number(second) => Self::Aws,
            _ if is_code && AZURE_EXAMS.contains(&first) && is_digits(second, 3) => Self::Azure,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const AWS_EXAMS: [&str; 13] =
    ["saa", "clf", "dva", "soa", "sap", "dop", "ans", "scs", "mls", "das", "dbs", "dea", "aif"];
const AZURE_EXAMS: [&str; 6] = ["az", "ai", "dp", "sc", "pl", "ms"];

fn is_aws_number(word: &str) -> bool {
    word.strip_prefix('c').is_some_and(|digits| is_digits(digits, 2))
}

fn is_digits(word: &str, count: usize) -> bool {
    word.len() == count && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_is_recognized_by_first_word_or_exam_code() {
        use Provider::{Aws, Azure, Gcp, Other};
        for (text, expected) in [
            ("AWS-SAA-C03", Aws),
            ("aws", Aws),
            ("Amazon Web Services", Aws),
            ("SAA-C03", Aws),
            ("saa_c03", Aws),
            ("AIF/C01", Aws),
            ("SAA-C3", Other),
            ("SAA-003", Other),
            ("SAAC03", Other),
            ("AWSome", Other),
            ("my aws notes", Other),
            ("AZ-104", Azure),
            ("az 900", Azure),
            ("AZ-1040", Other),
            ("Azure Fundamentals", Azure),
            ("microsoft+azure", Azure),
            ("MS-900", Azure),
            ("GCP ACE", Gcp),
            ("google_cloud", Gcp),
            ("googleplex", Other),
            ("CompTIA Security+", Other),
            ("  -AWS", Aws),
            ("AWS: Solutions Architect", Aws),
            ("AWS\u{a0}SAA-C03", Aws),
            ("AWS–SAA–C03", Aws),
            ("AWS\tSAA", Aws),
            ("AWS, SAA", Aws),
            ("(AWS)", Aws),
            ("SAA.C03", Aws),
            ("SAA\u{2011}C03.", Aws),
            ("SAA — C03", Aws),
            ("SAA-C03 (2024)", Other),
            ("Google: ACE", Gcp),
            ("AZ–104", Azure),
            ("AZ:104", Azure),
            ("AZ\u{2009}900", Azure),
            ("awsé", Other),
            ("aws2", Other),
            ("", Other),
            ("+/-_", Other),
            (" ,.:–\t", Other),
        ] {
            assert_eq!(Provider::of_certification(text), expected, "{text:?}");
        }
    }

    #[test]
    fn provider_codes_and_names_round_trip() {
        for provider in Provider::ALL {
            assert_eq!(Provider::from_code(provider.code()), Some(provider));
            assert_eq!(Provider::from_name(&provider.name().to_lowercase()), Some(provider));
        }
    }
}
