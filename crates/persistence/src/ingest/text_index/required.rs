//! What the text index must find of a user for a definition to hold: an expression in FTS5's own language. It travels in a
//! parameter, and what comes from a text is quoted.

use domain::criteria::{Combine, Condition, Criteria, Item, ItemSet, TextField, TextTest};

/// A text's letters are looked for three at a time.
const LETTERS: usize = 3;
/// So many of them tell texts apart; more only take time.
const AT_MOST: usize = 32;

/// The fields whose texts are in the index, each with its column there.
const INDEXED: [(TextField, &str); 3] =
    [(TextField::Email, "email"), (TextField::FirstName, "name"), (TextField::LastName, "name")];

/// What must be found for a definition to hold. `None` if it may hold whatever the texts are.
pub(crate) fn of(criteria: &Criteria) -> Option<String> {
    of_set(criteria.root())
}

/// What must be found for a folded text to be in a user's e-mail address or name. `None` if it is too short to look for.
pub(crate) fn of_text(folded: &str) -> Option<String> {
    trigrams(folded)
}

fn of_set(set: &ItemSet) -> Option<String> {
    let required = set.items.iter().map(of_item);
    match set.combine {
        _ if set.negated => None,
        // Each that is required of one item is required of all of them.
        Combine::And => joined(required.flatten().collect(), " AND "),
        Combine::Or => joined(required.collect::<Option<_>>()?, " OR "),
    }
}

fn of_item(item: &Item) -> Option<String> {
    match item {
        Item::Set(set) => of_set(set),
        Item::Condition(Condition::Text { field, test }) => of_test(*field, test),
        Item::Condition(_) => None,
    }
}

fn of_test(field: TextField, test: &TextTest) -> Option<String> {
    let (_, column) = INDEXED.into_iter().find(|(indexed, _)| *indexed == field)?;
    match test {
        TextTest::Equals(text) | TextTest::Contains(text) | TextTest::StartsWith(text) | TextTest::EndsWith(text) => {
            trigrams(text.folded()).map(|trigrams| format!("{{{column}}} : {trigrams}"))
        }
        TextTest::NotEquals(_) | TextTest::NotContains(_) | TextTest::IsSet | TextTest::IsNotSet => None,
    }
}

fn trigrams(folded: &str) -> Option<String> {
    // What is kept of users has no NUL, and SQLite's `LIKE` ends a pattern there.
    let letters: Vec<char> = folded.chars().take_while(|letter| *letter != '\0').collect();
    let mut trigrams: Vec<String> = letters.windows(LETTERS).map(quoted).collect();
    trigrams.sort_unstable();
    trigrams.dedup();
    trigrams.truncate(AT_MOST);
    joined(trigrams, " AND ")
}

fn quoted(letters: &[char]) -> String {
    let text: String = letters.iter().collect();
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn joined(parts: Vec<String>, word: &str) -> Option<String> {
    (!parts.is_empty()).then(|| format!("({})", parts.join(word)))
}

#[cfg(test)]
mod tests {
    use domain::criteria::{ParseContext, parse_value};
    use serde_json::{Value as Json, json};

    use super::*;

    fn required(definition: Json) -> Option<String> {
        let context = ParseContext { zone: chrono_tz::Tz::UTC, segment_exists: &|_| true };
        of(&parse_value(&definition, &context).expect("a definition"))
    }

    fn all(criteria: Json) -> Json {
        json!({"combineWith": "AND", "criteria": criteria})
    }

    #[test]
    fn what_a_definition_requires_of_the_texts() {
        let ann = json!({"field": "firstName", "operator": "contains", "value": "Anna"});
        let mail = json!({"field": "email", "operator": "ends_with", "value": ".de"});
        let pro = json!({"field": "plan", "operator": "equals", "value": "PRO"});
        let (by_name, by_mail) = (r#"{name} : ("ann" AND "nna")"#, r#"{email} : (".de")"#);
        for (definition, expected) in [
            (all(json!([ann])), Some(format!("({by_name})"))),
            (all(json!([ann, pro, mail])), Some(format!("({by_name} AND {by_mail})"))),
            (json!({"combineWith": "OR", "criteria": [ann, mail]}), Some(format!("({by_name} OR {by_mail})"))),
            (all(json!([mail, all(json!([ann]))])), Some(format!("({by_mail} AND ({by_name}))"))),
            // Someone else may match as well.
            (json!({"combineWith": "OR", "criteria": [ann, pro]}), None),
            (json!({"combineWith": "AND", "not": true, "criteria": [ann]}), None),
            (all(json!([{"field": "email", "operator": "not_contains", "value": "example"}])), None),
            (all(json!([{"field": "firstName", "operator": "is_set"}])), None),
            (all(json!([{"field": "email", "operator": "contains", "value": "xy"}])), None),
        ] {
            assert_eq!(required(definition.clone()), expected, "{definition}");
        }
    }

    #[test]
    fn a_text_is_quoted_and_bounded() {
        assert_eq!(of_text(r#"a"b*"#).as_deref(), Some(r#"("""b*" AND "a""b")"#));
        assert_eq!(of_text("ab\0cd"), None);
        assert_eq!(of_text("aaaaaa").as_deref(), Some(r#"("aaa")"#));
        let long: String = ('\u{4e00}'..).take(256).collect();
        assert_eq!(of_text(&long).expect("an expression").matches(" AND ").count(), AT_MOST - 1);
    }
}
