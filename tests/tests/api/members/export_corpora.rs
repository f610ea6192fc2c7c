//! No name runs in a spreadsheet: corpora of formulas and naughty strings as names and email addresses, ingested and
//! exported through the API.

use std::{collections::BTreeMap, path::Path};

use domain::profile::User;
use integration_tests::{Api, now, on_both_databases, shared_data, user};
use serde_json::{Value as Json, json};

/// Malicious names.
const OF_OUR_OWN: &[&str] = &[
    "=1",
    "+1",
    "-1",
    "@A1",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "   \t1",
    " \u{a0}+1",
    "\u{3000}=1",
    "\u{feff}=1",
    "\u{200b}@A1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
    "  ＝1",
    "'=1",
    "''=1",
    "' =1",
    "'",
    "''",
    "'a",
    "=",
    "-",
    "a\r\n=1",
    "\"=1\"",
    "=\"a\",\"b\"",
    ";=1",
];

fn corpora(naughty: &Path, formulas: &Path) -> Vec<String> {
    let read = |file: std::path::PathBuf| std::fs::read_to_string(file).expect("a corpus");
    let mut strings: Vec<String> = serde_json::from_str(&read(naughty.join("blns.json"))).expect("strings");
    for file in ["payloadbox.txt", "PayloadsAllTheThings-CSV.md"] {
        strings.extend(read(formulas.join(file)).lines().map(str::to_owned));
    }
    // Payloads are indented in the page.
    let trimmed: Vec<_> = strings.iter().map(|text| text.trim_start().to_owned()).collect();
    strings.extend(trimmed);
    strings.extend(OF_OUR_OWN.iter().map(|text| (*text).to_owned()));
    strings
}

/// A user with the string as names, and one with it as an address.
fn users(number: usize, text: &str) -> [Json; 2] {
    let created = "2025-01-01T00:00:00Z";
    [
        json!({"id": format!("n{number}"), "email": "a@example.org", "firstName": text, "lastName": text, "createdAt": created}),
        json!({"id": format!("e{number}"), "email": text, "createdAt": created}),
    ]
}

/// Ingests them all. Returns who was refused, and why.
async fn take_in(api: &Api, strings: &[String]) -> BTreeMap<String, String> {
    let all: Vec<_> = strings.iter().enumerate().flat_map(|(number, text)| users(number, text)).collect();
    let mut refused = BTreeMap::new();
    for users in all.chunks(500) {
        let answer =
            api.call("adminAudience.upsertUsers", json!({"users": users, "evaluate": true})).await.expect("an answer");
        for result in
            answer["results"].as_array().expect("results").iter().filter(|result| result["status"] == "refused")
        {
            let text = |value: &Json| value.as_str().expect("a text").to_owned();
            let fault = &result["faults"][0];
            refused.insert(text(&result["id"]), format!("{} {}", text(&fault["path"]), text(&fault["message"])));
        }
    }
    refused
}

/// Whether a spreadsheet would run a cell, independent of the product: the first visible character is an operator, or
/// the cell begins with a character that moves to another cell.
fn would_run(cell: &str) -> bool {
    let blank = |character: char| character.is_whitespace() || "\u{200b}\u{feff}".contains(character);
    let begins = cell.trim_start_matches(|character| blank(character) && !"\t\r\n".contains(character));
    let seen = cell.trim_start_matches(blank);
    begins.starts_with(['\t', '\r', '\n'])
        || ["=", "+", "-", "@", "＝", "＋", "－", "＠"].iter().any(|sign| seen.starts_with(sign))
}

/// The cell without its escape, which must be there if the rest would run.
fn stripped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if would_run(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

async fn export(api: &Api) -> BTreeMap<String, Vec<String>> {
    let params = json!({"segmentType": "plan", "segmentValue": "free"});
    let export = api.call("adminAudience.exportSegmentUsers", params).await.expect("an export");
    let mut reader = csv::Reader::from_reader(export["csv"].as_str().expect("a CSV").as_bytes());
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>());
    let rows: BTreeMap<_, _> = rows.map(|row| (row[0].clone(), row)).collect();
    assert_eq!((export["truncated"].clone(), export["rowCount"].clone()), (json!(false), json!(rows.len())));
    rows
}

on_both_databases! {
    async fn export_runs_and_changes_no_name_and_no_address(world: World) {
        let (Some(naughty), Some(formulas)) = (shared_data("blns"), shared_data("csv-injection")) else { return };
        let strings = corpora(&naughty, &formulas);
        assert!(strings.len() > 1_200, "whole corpora: {}", strings.len());
        let api = Api::at(&world, now(), integration_tests::options()).await;

        let refused = take_in(&api, &strings).await;
        // Earlier versions stored texts with the spaces around them.
        let stored = |(number, text): (usize, &&str)| User {
            email: (*text).into(),
            first_name: Some((*text).into()),
            ..user(&format!("o{number}"))
        };
        world.users(&OF_OUR_OWN.iter().enumerate().map(stored).collect::<Vec<_>>()).await;
        world.run(now()).await;
        let rows = export(&api).await;

        for (number, text) in strings.iter().enumerate() {
            let by_name = rows.get(&format!("n{number}"));
            let by_address = rows.get(&format!("e{number}"));
            if text.contains('\0') {
                assert_eq!((by_name, by_address), (None, None), "no database has to keep a NUL");
                continue;
            }
            let by_name = by_name.unwrap_or_else(|| panic!("a person called {text:?}"));
            let text = text.trim();
            assert_eq!([stripped(&by_name[2]), stripped(&by_name[3])], [text, text]);
            match by_address {
                Some(row) => assert_eq!(stripped(&row[1]), text),
                None => assert_eq!(text, "", "an address is missing only if it is blank"),
            }
        }
        for (number, text) in OF_OUR_OWN.iter().enumerate() {
            let row = &rows[&format!("o{number}")];
            assert_eq!([stripped(&row[1]), stripped(&row[2])], [*text, *text], "as stored");
        }
        for cell in rows.values().flatten() {
            assert!(!would_run(cell), "{cell:?}");
        }
        // A NUL refuses both users, a blank text the one with it as an address.
        let nul = strings.iter().filter(|text| text.contains('\0')).count();
        let blank = strings.iter().filter(|text| text.trim().is_empty()).count();
        assert!(blank > 0, "blank addresses are among the corpora");
        let reasons = refused.values().fold(BTreeMap::<_, usize>::new(), |mut counts, reason| {
            *counts.entry(reason.as_str()).or_default() += 1;
            counts
        });
        assert_eq!(reasons.get("email is required"), Some(&blank), "{reasons:?}");
        assert_eq!(refused.len(), 2 * nul + blank, "{reasons:?}");
        assert_eq!(rows.len(), 2 * strings.len() - refused.len() + OF_OUR_OWN.len());
    }
}
