//! What the text index must find for a definition to hold: an FTS5 expression. It travels in a parameter, with texts
//! quoted.

use domain::criteria::{Combine, Condition, Criteria, Item, ItemSet, TextField, TextTest};

/// The index has groups of three letters.
const LETTERS: usize = 3;
/// More groups would not narrow down further and only take time.
const AT_MOST: usize = 32;

/// The fields whose texts are in the index, each with its column there.
const INDEXED: [(TextField, &str); 3] =
    [(TextField::Email, "email"), (TextField::FirstName, "name"), (TextField::LastName, "name")];

/// `None` if the definition may hold whatever the texts are.
pub(crate) fn of(criteria: &Criteria) -> Option<String> {
    of_set(criteria.root())
}

/// For a folded text in a user's email address or name. `None` if it is too short.
pub(crate) fn of_text(folded: &str) -> Option<String> {
    trigrams(folded)
}

fn of_set(set: &ItemSet) -> Option<String> {
    let required = set.items.iter().map(of_item);
    match set.combine {
        _ if set.negated => None,
        // What any item requires, the whole set requires.
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
    // Stored texts have no NUL, and SQLite's `LIKE` ends a pattern there.
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
    use domain::attribute::Attributes;
    use domain::criteria::{ParseContext, parse_value};
    use serde_json::{Value as Json, json};

    use super::*;

    fn required(definition: Json) -> Option<String> {
        let context =
            ParseContext { zone: chrono_tz::Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
        of(&parse_value(&definition, &context).expect("a definition"))
    }

    fn all(criteria: Json) -> Json {
        json!({"combineWith": "AND", "criteria": criteria})
    }

    #[test]
    fn text_index_expression_of_a_definition() {
        let ann = json!({"field": "firstName", "operator": "contains", "value": "Anna"});
        let mail = json!({"field": "email", "operator": "ends_with", "value": ".de"});
        let pro = json!({"field": "plan", "operator": "equals", "value": "PRO"});
        let (by_name, by_mail) = (r#"{name} : ("ann" AND "nna")"#, r#"{email} : (".de")"#);
        for (definition, expected) in [
            (all(json!([ann])), Some(format!("({by_name})"))),
            (all(json!([ann, pro, mail])), Some(format!("({by_name} AND {by_mail})"))),
            (json!({"combineWith": "OR", "criteria": [ann, mail]}), Some(format!("({by_name} OR {by_mail})"))),
            (all(json!([mail, all(json!([ann]))])), Some(format!("({by_mail} AND ({by_name}))"))),
            // Others may match too.
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
    fn text_index_expression_is_quoted_and_limited() {
        assert_eq!(of_text(r#"a"b*"#).as_deref(), Some(r#"("""b*" AND "a""b")"#));
        assert_eq!(of_text("ab\0cd"), None);
        assert_eq!(of_text("aaaaaa").as_deref(), Some(r#"("aaa")"#));
        let long: String = ('\u{4e00}'..).take(256).collect();
        assert_eq!(of_text(&long).expect("an expression").matches(" AND ").count(), AT_MOST - 1);
    }
}
