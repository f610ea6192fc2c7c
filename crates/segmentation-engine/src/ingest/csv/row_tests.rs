//! Rows of users.csv and quiz_attempts.csv: the meaning of cells, and their faults.

use domain::{
    ids::UserId,
    instant::{format_instant, parse_instant},
    profile::{QuizAttempt, User, UserChange},
};

use super::chunks::testing::{read_all, refused_lines};

const USERS: &str = "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt\n";
const ATTEMPTS: &str = "id,userId,certification,score,completedAt\n";

#[test]
fn import_users_empty_cells_have_their_defaults() {
    let read = read_all::<UserChange>(format!("{USERS}u1,a@x,,,,,,,,,2014-01-01T00:00:00Z\n").as_bytes());
    let created_at = parse_instant("2014-01-01T00:00:00Z").expect("a time");
    let expected = User::new(UserId("u1".into()), "a@x".into(), created_at);
    assert_eq!((read.records, read.refused), (vec![(2, expected.into())], vec![]));
}

#[test]
fn import_users_cells_of_only_spaces_are_empty() {
    let row = |space: &str| format!("{USERS}u1,a@x,{space},{space},{space},{space},,,,,2014-01-01T00:00:00Z\n");
    let read = |space| read_all::<UserChange>(row(space).as_bytes()).records;
    assert_eq!(read(" \u{3000}"), read(""));
}

#[test]
fn import_users_say_nothing_about_columns_that_are_not_there() {
    let read = read_all::<UserChange>(b"totalPoints,id,lastName\n7,u1,\n");
    let nothing = UserChange::nothing_but(UserId("u1".into()));
    let expected =
        UserChange::of_fields(User { total_points: 7, ..nothing.user }, &["lastName", "totalPoints", "deletedAt"]);
    assert_eq!((read.records, read.refused), (vec![(2, expected)], vec![]));
}

#[test]
fn import_users_drops_spaces_around_cells() {
    let row = "\" u1 \", a@x ,\" Anna\nMaria \",\t\u{a0}O' Neill, pro ,admin, 7 ,-5,+3, 2014-01-01T00:00:00Z ,\
               2014-01-01T02:00:00+02:00\n";
    let read = read_all::<UserChange>(format!("{USERS}{row}").as_bytes());
    let (_, UserChange { user, .. }) = read.records.first().expect("a user");
    assert_eq!((user.id.0.as_str(), user.email.as_str()), ("u1", "a@x"));
    assert_eq!(user.first_name.as_deref(), Some("Anna\nMaria"));
    assert_eq!(user.last_name.as_deref(), Some("O' Neill"));
    assert_eq!((user.plan.as_str(), user.role.as_str()), ("PRO", "ADMIN"));
    assert_eq!((user.current_streak, user.total_points, user.level), (7, -5, 3));
    assert_eq!(user.last_activity_at, Some(user.created_at));
    assert_eq!(format_instant(user.created_at), "2014-01-01T00:00:00Z");
}

#[test]
fn import_users_names_everything_that_is_wrong_with_a_line() {
    let long = "x".repeat(70_000);
    for (row, expected) in [
        (",a@x,,,,,,,,,2014-01-01T00:00:00Z", "id is required"),
        ("  ,a@x,,,,,,,,,2014-01-01T00:00:00Z", "id is required"),
        ("u1,,,,,,,,,,", "email is required; createdAt is required"),
        (
            "u1,a@x,,,,,many,1.5,99999999999999999999,yesterday,2014-01-01",
            "currentStreak must be an integer; totalPoints must be an integer; level must be an integer; \
             lastActivityAt must be an RFC 3339 time; createdAt must be an RFC 3339 time",
        ),
        ("u1,a@x,,,,,-1,0,-1,,2014-01-01T00:00:00Z", "currentStreak must not be negative; level must not be negative"),
        ("u1,a@x,\0,,,,,,,,2014-01-01T00:00:00Z", "firstName must not contain a NUL character"),
        ("u1,a@x", "the number of columns is 2 instead of 11"),
        ("u1,a@x,\"Anna,,,,,,,,2014-01-01T00:00:00Z", "a quote is opened and not closed"),
        (&format!("u1,a@x,{long},,,,,,,,2014-01-01T00:00:00Z"), "firstName must not be longer than 65536 bytes"),
        (&format!("{long},a@x,,,,,,,,,2014-01-01T00:00:00Z"), "id must not be longer than 1024 bytes"),
    ] {
        let good = "u9,i@x,,,,,,,,,2014-01-01T00:00:00Z";
        let read = read_all::<UserChange>(format!("{USERS}{row}\n{good}\n").as_bytes());
        assert_eq!(refused_lines(&read.refused), [(2, expected.to_owned())]);
        assert_eq!(read.records.len(), 1, "the good line is in: {expected}");
    }
}

#[test]
fn import_users_names_bytes_that_are_not_text() {
    let read = read_all::<UserChange>(&[USERS.as_bytes(), b"u1,\xff@x,,,,,,,,,2014-01-01T00:00:00Z"].concat());
    assert_eq!(refused_lines(&read.refused), [(2, "email must be UTF-8".to_owned())]);
}

#[test]
fn import_users_takes_the_first_usable_line_of_a_user() {
    let row = |id, points| format!("{id},a@x,,,,,,{points},,,2014-01-01T00:00:00Z\n");
    let text = [USERS.into(), row("u1", "many"), row("u1", "1"), row("u2", "2"), row("u1", "3"), row("u1", "1")];
    let read = read_all::<UserChange>(text.concat().as_bytes());
    let kept: Vec<_> = read.records.iter().map(|(line, change)| (*line, change.user.total_points)).collect();
    assert_eq!(kept, [(3, 1), (4, 2)]);
    let repeated = "id was already used on line 3".to_owned();
    assert_eq!(
        refused_lines(&read.refused),
        [(2, "totalPoints must be an integer".to_owned()), (5, repeated.clone()), (6, repeated)]
    );
}

#[test]
fn import_attempts_are_read() {
    let text = format!(
        "{ATTEMPTS} a1, u1, CompTIA Security+ , 87.5 ,2014-01-01T00:00:00Z\na2,u1,AZ-104,,2014-01-01T00:00:00Z"
    );
    let read = read_all::<QuizAttempt>(text.as_bytes());
    let kept: Vec<_> = read
        .records
        .iter()
        .map(|(line, attempt)| (*line, attempt.id.as_str(), attempt.certification.as_str(), attempt.score))
        .collect();
    assert_eq!(kept, [(2, "a1", "CompTIA Security+", Some(Some(87.5))), (3, "a2", "AZ-104", Some(None))]);
    assert_eq!(read.refused, []);
}

#[test]
fn import_attempts_names_everything_that_is_wrong_with_a_line() {
    for (row, expected) in [
        (",,,1,", "id is required; userId is required; certification is required; completedAt is required"),
        (
            "a1,u1, ,good,soon",
            "certification is required; score must be a number; completedAt must be an RFC 3339 time",
        ),
        ("a1,u1,AZ-104,NaN,2014-01-01T00:00:00Z", "score must be a number"),
        ("a1,u1,AZ-104,1e999,2014-01-01T00:00:00Z", "score must be a number"),
        ("a1,u1,AZ-104,1,2014-01-01T00:00:00Z,", "the number of columns is 6 instead of 5"),
    ] {
        let read = read_all::<QuizAttempt>(format!("{ATTEMPTS}{row}\n").as_bytes());
        assert_eq!(refused_lines(&read.refused), [(2, expected.to_owned())]);
    }
}

#[test]
fn import_attempts_may_repeat_a_line_with_the_same_content_only() {
    let text = format!(
        "{ATTEMPTS}a1,u1,AZ-104,1,2014-01-01T00:00:00Z\na1,u2,AZ-104,1,2014-01-01T00:00:00Z\n\
         a1,u1,AZ-104,1.0,2014-01-01T01:00:00+01:00\na1,u1,AZ-104,2,2014-01-01T00:00:00Z\n"
    );
    let read = read_all::<QuizAttempt>(text.as_bytes());
    assert_eq!(read.records.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(read.repeats, [(4, 2)]);
    let expected = "id was already used for this user on line 2, with different content";
    assert_eq!(refused_lines(&read.refused), [(5, expected.to_owned())]);
}
