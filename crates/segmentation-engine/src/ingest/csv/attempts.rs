//! Rows of `quiz_attempts.csv`.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use domain::profile::QuizAttempt;

use crate::ingest::fields::{self, ATTEMPT_FIELDS};

use super::{chunks::Format, table::Row};

/// The format of `quiz_attempts.csv`.
pub(super) struct Attempts;

impl Format for Attempts {
    type Record = QuizAttempt;

    const COLUMNS: &'static [&'static str] = ATTEMPT_FIELDS;
    const CHUNK: usize = 20_000;

    fn read(row: &mut Row<'_>) -> Option<QuizAttempt> {
        fields::attempt(row)
    }

    fn identity(attempt: &QuizAttempt) -> (&str, &str) {
        (&attempt.user_id.0, &attempt.id)
    }

    /// Exports that overlap, put one behind the other, repeat lines: that is no fault as long as they agree.
    fn may_repeat(attempt: &QuizAttempt) -> Option<u32> {
        let score = attempt.score.map(f64::to_bits);
        let content = (&attempt.certification, score, attempt.completed_at.timestamp_micros());
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(content);
        Some((hash >> 32) as u32)
    }

    fn repeated(line: u64) -> String {
        format!("the attempt already stands on line {line}, with other content")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::csv::chunks::testing::read_all;

    const HEADER: &str = "id,userId,certification,score,completedAt\n";

    #[test]
    fn attempts_are_read() {
        let text =
            format!("{HEADER}a1,u1,CompTIA Security+, 87.5 ,2014-01-01T00:00:00Z\na2,u1,AZ-104,,2014-01-01T00:00:00Z");
        let read = read_all::<Attempts>(text.as_bytes());
        let kept: Vec<_> = read
            .records
            .iter()
            .map(|(line, attempt)| (*line, attempt.id.as_str(), attempt.certification.as_str(), attempt.score))
            .collect();
        assert_eq!(kept, [(2, "a1", "CompTIA Security+", Some(87.5)), (3, "a2", "AZ-104", None)]);
        assert_eq!(read.faults, []);
    }

    #[test]
    fn a_line_names_everything_that_is_wrong_with_it() {
        for (row, expected) in [
            (",,,,", "id is missing; userId is missing; certification is missing; completedAt is missing"),
            ("a1,u1, ,good,soon", "certification is missing; score is no number; completedAt is no RFC 3339 time"),
            ("a1,u1,AZ-104,NaN,2014-01-01T00:00:00Z", "score is no number"),
            ("a1,u1,AZ-104,1e999,2014-01-01T00:00:00Z", "score is no number"),
            ("a1,u1,AZ-104,1,2014-01-01T00:00:00Z,", "the number of columns is 6 instead of 5"),
        ] {
            let read = read_all::<Attempts>(format!("{HEADER}{row}\n").as_bytes());
            assert_eq!(read.faults.iter().map(|fault| fault.reason.as_str()).collect::<Vec<_>>(), [expected]);
        }
    }

    #[test]
    fn the_same_line_again_is_no_fault_and_another_one_is() {
        let text = format!(
            "{HEADER}a1,u1,AZ-104,1,2014-01-01T00:00:00Z\na1,u2,AZ-104,1,2014-01-01T00:00:00Z\n\
             a1,u1,AZ-104,1.0,2014-01-01T01:00:00+01:00\na1,u1,AZ-104,2,2014-01-01T00:00:00Z\n"
        );
        let read = read_all::<Attempts>(text.as_bytes());
        assert_eq!(read.records.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(read.repeats, [(4, 2)]);
        let faults: Vec<_> = read.faults.iter().map(|fault| (fault.line, fault.reason.as_str())).collect();
        assert_eq!(faults, [(5, "the attempt already stands on line 2, with other content")]);
    }
}
