//! Divides the text of a migration into its statements.

/// A statement ends with a semicolon at the end of a line, outside of a text between `$$`. Comments have lines of their own.
pub(crate) fn statements(text: &str) -> Vec<&str> {
    let (mut statements, mut start, mut end, mut is_quoted) = (Vec::new(), 0, 0, false);
    for line in text.split_inclusive('\n') {
        end += line.len();
        if line.trim_start().starts_with("--") {
            continue;
        }
        is_quoted ^= line.matches("$$").count() % 2 == 1;
        if !is_quoted && line.trim_end().ends_with(';') {
            statements.push(text[start..end].trim());
            start = end;
        }
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_divided_into_statements() {
        let text =
            "-- Two; tables;\nCREATE TABLE a (\n    n integer\n);\n\nCREATE FUNCTION f() AS $$\n    SELECT 1;\n$$;\n";
        let expected =
            ["-- Two; tables;\nCREATE TABLE a (\n    n integer\n);", "CREATE FUNCTION f() AS $$\n    SELECT 1;\n$$;"];
        assert_eq!(statements(text), expected);
    }

    #[test]
    fn every_migration_ends_with_a_statement() {
        for migration in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).expect("a folder") {
            let path = migration.expect("a file").path();
            if path.extension().is_some_and(|extension| extension == "sql") {
                let text = std::fs::read_to_string(&path).expect("a text");
                let last = statements(&text).pop().expect("a statement");
                assert!(text.trim_end().ends_with(last), "{}", path.display());
            }
        }
    }
}
