//! Lists of texts as PostgreSQL writes them.

/// An array of texts as PostgreSQL writes it: `{vip,"two words",NULL}`. `None` if it is not one.
pub(super) fn postgres_array(cell: &str) -> Option<Vec<String>> {
    let mut characters = cell.strip_prefix('{')?.strip_suffix('}')?.chars();
    let (mut texts, mut text, mut is_quoted, mut was_quoted) = (Vec::new(), String::new(), false, false);
    loop {
        match characters.next() {
            Some('\\') => text.push(characters.next()?),
            Some('"') => (is_quoted, was_quoted) = (!is_quoted, true),
            Some(character) if is_quoted || character != ',' => text.push(character),
            end => {
                let text = std::mem::take(&mut text);
                if was_quoted || text != "NULL" {
                    texts.push(text);
                }
                was_quoted = false;
                if end.is_none() {
                    return (!is_quoted).then_some(texts);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_lists_are_read_as_postgres_writes_them() {
        for (cell, expected) in [
            ("{vip,beta}", Some(&["vip", "beta"][..])),
            (r#"{"two, words",NULL,"NULL","a \"b\" \\ c"}"#, Some(&["two, words", "NULL", r#"a "b" \ c"#])),
            ("{}", Some(&[""])),
            (r#"{"open}"#, None),
            ("vip;beta", None),
        ] {
            let expected = expected.map(|texts| texts.iter().map(ToString::to_string).collect());
            assert_eq!(postgres_array(cell), expected, "{cell}");
        }
    }
}
