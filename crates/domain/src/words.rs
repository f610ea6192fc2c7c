//! Words for people.

/// A number with what it counts: `1 user`, `2 users`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", plural(count, one, many))
}

/// The word alone, such as `is` or `are`.
pub fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_their_number() {
        let said = [0, 1, 2].map(|count| counted(count, "user", "users"));
        assert_eq!(said, ["0 users", "1 user", "2 users"]);
        assert_eq!(plural(1, "is", "are"), "is");
    }
}
