//! JSON Schemas in words, for the page of the API.

use std::{collections::BTreeSet, fmt::Write};

use serde_json::{Map, Value as Json};

use super::markdown::{anchor, code};

/// The named schemas of a document.
pub(super) struct Schemas<'a>(Option<&'a Map<String, Json>>);

/// A property: its name, its schema, and whether it is always there.
type Row<'a> = (&'a str, &'a Json, bool);

impl<'a> Schemas<'a> {
    pub(super) fn new(named: &'a Json) -> Self {
        Self(named.as_object())
    }

    fn get(&self, name: &str) -> Option<&'a Json> {
        self.0?.get(name)
    }

    /// A section for each type that is shown nowhere else.
    pub(super) fn sections(&self, shown: &BTreeSet<&str>) -> String {
        let others = self.0.into_iter().flatten().filter(|(name, _)| !shown.contains(name.as_str()) || is_shared(name));
        let mut text = String::new();
        for (name, schema) in others {
            let _ = writeln!(text, "\n### {name}\n\n{}", description(schema));
            text += &self.body(schema);
        }
        text
    }

    /// What a method answers.
    pub(super) fn result(&self, schema: &Json) -> String {
        match reference(schema).filter(|name| !is_shared(name)).and_then(|name| self.get(name)) {
            Some(schema) => format!(": {}\n{}", description(schema), self.body(schema)),
            None => format!(": {}\n", self.type_in_words(schema)),
        }
    }

    fn body(&self, schema: &Json) -> String {
        if schema["properties"].is_object() {
            return format!("\n{}", self.table(rows(schema)));
        }
        let choices = schema["oneOf"].as_array().into_iter().flatten();
        let lines: Vec<_> = choices.filter_map(|choice| self.choice_in_words(choice)).collect();
        if lines.is_empty() {
            let range = range(schema);
            let range = if range.is_empty() { range } else { format!("; {range}") };
            return format!("\n{}{range}\n", self.type_in_words(schema));
        }
        format!("\n{}", lines.concat())
    }

    /// A line for a fixed value, or for an object that its `kind` tells from the others.
    fn choice_in_words(&self, choice: &Json) -> Option<String> {
        let kind = &choice["properties"]["kind"]["const"];
        let value = [&choice["const"], kind].into_iter().find(|value| value.is_string())?;
        let others = rows(choice).into_iter().filter(|(name, ..)| *name != "kind");
        let keys: Vec<_> = others
            .map(|(name, schema, _)| {
                format!("{} ({}): {}", code(name), self.type_in_words(schema), description(schema))
            })
            .collect();
        let label = if kind.is_string() { format!("`kind` {}", code(value)) } else { code(value) };
        let keys: String = keys.iter().map(|key| format!("  - {key}\n")).collect();
        Some(format!("- {label}: {}\n{keys}", description(choice)))
    }

    /// One line for each property.
    pub(super) fn table(&self, rows: Vec<Row<'_>>) -> String {
        let cells = |(name, schema, required): Row<'_>| {
            let named = reference(schema).and_then(|name| self.get(name)).unwrap_or(schema);
            let default = schema.get("default").filter(|default| !default.is_null());
            [
                code(name),
                self.type_in_words(schema),
                if required { "yes" } else { "no" }.into(),
                default.map(code).unwrap_or_default(),
                range(named),
                description(schema),
            ]
        };
        let names = ["Name", "Type", "Required", "Default", "Range", "Description"];
        columns(names, &rows.into_iter().map(cells).collect::<Vec<_>>())
    }

    /// The keys of a named object, with their types.
    pub(super) fn fields_in_words(&self, name: &str) -> String {
        let Some(schema) = self.get(name) else { return "none".into() };
        let fields: Vec<_> = rows(schema)
            .into_iter()
            .map(|(name, schema, _)| format!("{}: {}", code(name), self.type_in_words(schema)))
            .collect();
        if fields.is_empty() { description(schema) } else { fields.join(", ") }
    }

    fn type_in_words(&self, schema: &Json) -> String {
        if let Some(name) = reference(schema) {
            return format!("[{name}](#{})", anchor(name));
        }
        if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            return choices.iter().map(|choice| self.type_in_words(choice)).collect::<Vec<_>>().join(" or ");
        }
        if let Some(value) = schema.get("const") {
            return code(value);
        }
        if let Some(values) = schema["enum"].as_array() {
            return values.iter().map(code).collect::<Vec<_>>().join(", ");
        }
        let one = |name: &str| match (name, schema["format"].as_str()) {
            ("array", _) => format!("list of {}", self.type_in_words(&schema["items"])),
            ("string", Some(format)) => format!("string ({format})"),
            _ => name.to_owned(),
        };
        match &schema["type"] {
            Json::String(name) => one(name),
            Json::Array(names) => names.iter().filter_map(Json::as_str).map(one).collect::<Vec<_>>().join(" or "),
            _ => "any".into(),
        }
    }
}

/// The name that a schema stands for.
pub(super) fn reference(schema: &Json) -> Option<&str> {
    let only = schema["allOf"].as_array().filter(|all| all.len() == 1).map_or(schema, |all| &all[0]);
    only["$ref"].as_str()?.rsplit('/').next()
}

/// Types that do not belong to one method alone.
fn is_shared(name: &str) -> bool {
    !name.ends_with("Result")
}

fn rows(schema: &Json) -> Vec<Row<'_>> {
    let required: BTreeSet<_> = schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.map(|(name, schema)| (name.as_str(), schema, required.contains(name.as_str()))).collect()
}

/// A table without the columns that would be empty.
fn columns<const N: usize>(names: [&str; N], rows: &[[String; N]]) -> String {
    let kept: Vec<_> = (0..N).filter(|column| rows.iter().any(|row| !row[*column].is_empty())).collect();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = line(kept.iter().map(|column| names[*column].to_owned()).collect());
    let body = rows.iter().map(|row| line(kept.iter().map(|column| row[*column].replace('|', "\\|")).collect()));
    head + "|" + &"---|".repeat(kept.len()) + "\n" + &body.collect::<String>()
}

/// The limits of a value, in words.
fn range(schema: &Json) -> String {
    let span = |least: &str, most: &str, unit: &str| match (schema.get(least), schema.get(most)) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    };
    let parts = [
        span("minimum", "maximum", ""),
        span("minLength", "maxLength", " characters"),
        span("minItems", "maxItems", " items"),
        schema["pattern"].as_str().map(|pattern| format!("matches {}", code(pattern))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// On one line, as tables want it.
fn description(schema: &Json) -> String {
    schema["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_are_put_in_words() {
        let named = json!({"Days": {"type": "integer", "minimum": 7, "maximum": 90}});
        let schemas = Schemas::new(&named);
        let words = |schema: Json| schemas.type_in_words(&schema);
        assert_eq!(words(json!({"type": ["string", "null"], "format": "date-time"})), "string (date-time) or null");
        assert_eq!(words(json!({"allOf": [{"$ref": "#/components/schemas/Days"}]})), "[Days](#days)");
        assert_eq!(words(json!({"type": "array", "items": {"enum": ["a", 1]}})), "list of `\"a\"`, `1`");
        assert_eq!(words(json!({"anyOf": [{"type": "boolean"}, {"type": "null"}]})), "boolean or null");
        assert_eq!(words(json!({"description": "What it is."})), "any");
    }

    #[test]
    fn objects_are_told_apart_by_their_kind() {
        let schema = json!({"oneOf": [
            {"type": "object", "properties": {"kind": {"const": "ok"}}, "description": "All is well."},
            {"type": "object", "description": "Too few.", "properties": {
                "kind": {"const": "few"},
                "left": {"type": "integer", "description": "How many."},
            }},
        ]});
        let body = Schemas::new(&json!({})).body(&schema);
        let expected =
            "\n- `kind` `\"ok\"`: All is well.\n- `kind` `\"few\"`: Too few.\n  - `left` (integer): How many.\n";
        assert_eq!(body, expected);
    }

    #[test]
    fn a_table_takes_the_range_of_a_named_type_and_leaves_empty_columns_out() {
        let named = json!({"Days": {"type": "integer", "minimum": 7, "maximum": 90}});
        let schema = json!({"$ref": "#/components/schemas/Days", "default": 30});
        let table = Schemas::new(&named).table(vec![("days", &schema, false)]);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[0], "| Name | Type | Required | Default | Range |");
        assert_eq!(lines[2], "| `days` | [Days](#days) | no | `30` | 7 to 90 |");
    }
}
