//! The page of the API, from its OpenRPC document.

use std::{collections::BTreeSet, fmt::Write};

use anyhow::{Context, Result};
use serde_json::{Value as Json, json};

use super::{
    markdown::{anchor, code},
    schema::Schemas,
};

/// What holds for all methods, written by hand.
const PREFACE: &str = include_str!("api_preface.md");

/// The page.
pub(super) fn text(openrpc: &str) -> Result<String> {
    let document: Json = serde_json::from_str(openrpc).context("the server prints no JSON")?;
    let schemas = Schemas::new(&document["components"]["schemas"]);
    let methods: Vec<_> = document["methods"].as_array().into_iter().flatten().collect();
    let everywhere = methods.iter().map(|method| codes(method)).reduce(|some, more| &some & &more).unwrap_or_default();
    let errors = Errors { named: &document["components"]["errors"], everywhere };
    let mut text = PREFACE.replace("{errors}", &errors.table(&schemas));
    text += "\n## Methods\n\n";
    for method in &methods {
        let name = words(&method["name"]);
        let _ = writeln!(text, "- [{}](#{}): {}", code(name), anchor(name), words(&method["summary"]));
    }
    for method in &methods {
        text += &section(method, &schemas, &errors);
    }
    text += "\n## Types\n";
    let results = methods.iter().filter_map(|method| super::schema::reference(&method["result"]["schema"])).collect();
    text += &schemas.sections(&results);
    Ok(text)
}

fn section(method: &Json, schemas: &Schemas<'_>, errors: &Errors<'_>) -> String {
    let name = words(&method["name"]);
    let mut text = format!("\n### {name}\n\n{}\n", words(&method["description"]));
    let params = method["params"].as_array().into_iter().flatten();
    let rows: Vec<_> =
        params.map(|param| (words(&param["name"]), &param["schema"], param["required"] == true)).collect();
    text += &if rows.is_empty() {
        "\n**Params**: none\n".into()
    } else {
        format!("\n**Params**\n\n{}", schemas.table(rows))
    };
    text += &format!("\n**Result**{}", schemas.result(&method["result"]["schema"]));
    let _ = writeln!(text, "\n**Errors**: {}", errors.of(method));
    for example in method["examples"].as_array().into_iter().flatten() {
        text += &exchange(name, example);
    }
    text
}

/// What goes over the wire.
fn exchange(method: &str, example: &Json) -> String {
    let pair = |param: &Json| Some((param["name"].as_str()?.to_owned(), param["value"].clone()));
    let params: serde_json::Map<_, _> = example["params"].as_array().into_iter().flatten().filter_map(pair).collect();
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let response = json!({"jsonrpc": "2.0", "id": 1, "result": example["result"]["value"]});
    format!("\nRequest:\n\n```json\n{request:#}\n```\n\nResponse:\n\n```json\n{response:#}\n```\n")
}

/// The errors of the API.
struct Errors<'a> {
    named: &'a Json,
    /// The codes that every method can answer.
    everywhere: BTreeSet<i64>,
}

impl Errors<'_> {
    fn table(&self, schemas: &Schemas<'_>) -> String {
        let mut text = String::from("| Code | Kind | Message | `data` |\n|---|---|---|---|\n");
        for (kind, error) in self.named.as_object().into_iter().flatten() {
            let data = schemas.fields_in_words(&format!("{kind}Data"));
            let _ = writeln!(text, "| {} | {} | {} | {data} |", error["code"], code(kind), words(&error["message"]));
        }
        text
    }

    /// Those of a method, in words.
    fn of(&self, method: &Json) -> String {
        let own = &codes(method) - &self.everywhere;
        let kind = |number: &i64| {
            let named = self.named.as_object().into_iter().flatten().find(|(_, error)| error["code"] == *number);
            format!("{} ({number})", code(named.map_or("", |(kind, _)| kind)))
        };
        let own: Vec<_> = own.iter().map(kind).chain(["those of every method".into()]).collect();
        own.join(", ")
    }
}

fn codes(method: &Json) -> BTreeSet<i64> {
    method["errors"].as_array().into_iter().flatten().filter_map(|error| error["code"].as_i64()).collect()
}

fn words(text: &Json) -> &str {
    text.as_str().unwrap_or_default()
}
