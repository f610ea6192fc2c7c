//! Rows of `users.csv`.

use domain::profile::User;

use crate::ingest::fields::{self, USER_FIELDS};

use super::{chunks::Format, table::Row};

/// The format of `users.csv`.
pub(super) struct Users;

impl Format for Users {
    type Record = User;

    const COLUMNS: &'static [&'static str] = USER_FIELDS;
    const CHUNK: usize = 5_000;

    fn read(row: &mut Row<'_>) -> Option<User> {
        fields::user(row)
    }

    fn identity(user: &User) -> (&str, &str) {
        (&user.id.0, "")
    }

    /// A user has one line in a file, so that the order of lines cannot matter.
    fn may_repeat(_: &User) -> Option<u32> {
        None
    }

    fn repeated(line: u64) -> String {
        format!("id was already used on line {line}")
    }
}

#[cfg(test)]
mod tests {
    use domain::{ids::UserId, instant::format_instant};

    use super::*;
    use crate::ingest::csv::chunks::testing::read_all;

    const HEADER: &str =
        "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt\n";

    #[test]
    fn empty_cells_have_their_defaults() {
        let read = read_all::<Users>(format!("{HEADER}u1,a@x,,,,,,,,,2014-01-01T00:00:00Z\n").as_bytes());
        let expected = User {
            id: UserId("u1".into()),
            email: "a@x".into(),
            first_name: None,
            last_name: None,
            plan: "FREE".into(),
            role: "USER".into(),
            current_streak: 0,
            total_points: 0,
            level: 1,
            last_activity_at: None,
            created_at: domain::instant::parse_instant("2014-01-01T00:00:00Z").expect("a time"),
        };
        assert_eq!((read.records, read.faults), (vec![(2, expected)], vec![]));
    }

    #[test]
    fn cells_are_kept_as_they_are_but_for_words_numbers_and_times() {
        let row = "\" u1 \", a@x ,\" Anna\nMaria \",O'Neill, pro ,admin, 7 ,-5,+3, 2014-01-01T00:00:00Z ,\
                   2014-01-01T02:00:00+02:00\n";
        let read = read_all::<Users>(format!("{HEADER}{row}").as_bytes());
        let (_, user) = read.records.first().expect("a user");
        assert_eq!((user.id.0.as_str(), user.email.as_str()), (" u1 ", " a@x "));
        assert_eq!(user.first_name.as_deref(), Some(" Anna\nMaria "));
        assert_eq!((user.plan.as_str(), user.role.as_str()), ("PRO", "ADMIN"));
        assert_eq!((user.current_streak, user.total_points, user.level), (7, -5, 3));
        assert_eq!(user.last_activity_at, Some(user.created_at));
        assert_eq!(format_instant(user.created_at), "2014-01-01T00:00:00Z");
    }

    #[test]
    fn a_line_names_everything_that_is_wrong_with_it() {
        let long = "x".repeat(70_000);
        for (row, expected) in [
            (",a@x,,,,,,,,,2014-01-01T00:00:00Z", "id is missing"),
            ("  ,a@x,,,,,,,,,2014-01-01T00:00:00Z", "id is missing"),
            ("u1,,,,,,,,,,", "email is missing; createdAt is missing"),
            (
                "u1,a@x,,,,,many,1.5,99999999999999999999,yesterday,2014-01-01",
                "currentStreak is no whole number; totalPoints is no whole number; level is no whole number; \
                 lastActivityAt is no RFC 3339 time; createdAt is no RFC 3339 time",
            ),
            ("u1,a@x,,,,,-1,0,-1,,2014-01-01T00:00:00Z", "currentStreak is negative; level is negative"),
            ("u1,a@x,\0,,,,,,,,2014-01-01T00:00:00Z", "firstName is not text: it contains a NUL"),
            ("u1,a@x", "the number of columns is 2 instead of 11"),
            ("u1,a@x,\"Anna,,,,,,,,2014-01-01T00:00:00Z", "a quote is opened and not closed"),
            (&format!("u1,a@x,{long},,,,,,,,2014-01-01T00:00:00Z"), "firstName is longer than 65536 bytes"),
            (&format!("{long},a@x,,,,,,,,,2014-01-01T00:00:00Z"), "id is longer than 1024 bytes"),
        ] {
            let good = "u9,i@x,,,,,,,,,2014-01-01T00:00:00Z";
            let read = read_all::<Users>(format!("{HEADER}{row}\n{good}\n").as_bytes());
            let faults: Vec<_> = read.faults.iter().map(ToString::to_string).collect();
            assert_eq!(faults, [format!("test.csv:2: {expected}")]);
            assert_eq!(read.records.len(), 1, "the good line is in: {expected}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_named() {
        let read = read_all::<Users>(&[HEADER.as_bytes(), b"u1,\xff@x,,,,,,,,,2014-01-01T00:00:00Z"].concat());
        assert_eq!(read.faults[0].reason, "email is not UTF-8");
    }

    #[test]
    fn the_first_usable_line_of_a_user_counts() {
        let row = |id, points| format!("{id},a@x,,,,,,{points},,,2014-01-01T00:00:00Z\n");
        let text = [HEADER.into(), row("u1", "many"), row("u1", "1"), row("u2", "2"), row("u1", "3"), row("u1", "1")];
        let read = read_all::<Users>(text.concat().as_bytes());
        let kept: Vec<_> = read.records.iter().map(|(line, user)| (*line, user.total_points)).collect();
        let faults: Vec<_> = read.faults.iter().map(|fault| (fault.line, fault.reason.as_str())).collect();
        assert_eq!(kept, [(3, 1), (4, 2)]);
        assert_eq!(
            faults,
            [
                (2, "totalPoints is no whole number"),
                (5, "id was already used on line 3"),
                (6, "id was already used on line 3")
            ]
        );
    }
}
