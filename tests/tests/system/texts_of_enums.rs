//! States, modes, triggers, causes, kinds of overrides and roles are enums of the domain. Their texts are for tables and
//! for the API: code that compares them misses a typing error, and a new variant.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use domain::{
    membership::Cause,
    overrides::OverrideKind,
    role::Role,
    run::{RunMode, RunState, RunTrigger},
};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Where a text becomes an enum or the other way round.
const EXEMPT: [&str; 2] = ["persistence/src/entity", "rpc-server/src/wire"];
const COMPARING_METHODS: [&str; 6] = ["eq", "ne", "is_in", "is_not_in", "contains", "starts_with"];

fn texts() -> BTreeSet<&'static str> {
    fn all<T: Copy>(all: &[T], text: fn(T) -> &'static str) -> impl Iterator<Item = &'static str> {
        all.iter().map(move |one| text(*one))
    }
    all(RunState::ALL, RunState::as_str)
        .chain(all(RunMode::ALL, RunMode::as_str))
        .chain(all(RunTrigger::ALL, RunTrigger::as_str))
        .chain(all(Cause::ALL, Cause::as_str))
        .chain(all(OverrideKind::ALL, OverrideKind::as_str))
        .chain(all(Role::ALL, Role::as_str))
        .collect()
}

/// The texts of enums that a source compares something with.
fn compared(source: &str) -> Vec<String> {
    let tokens: TokenStream = source.parse().expect("Rust");
    let mut found = Vec::new();
    collect(tokens, false, &texts(), &mut found);
    found
}

fn collect(tokens: TokenStream, is_compared: bool, texts: &BTreeSet<&str>, found: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        let (before, after) = (&tokens[..place], &tokens[place + 1..]);
        match token {
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let is_text = text
                    .strip_prefix('"')
                    .and_then(|text| text.strip_suffix('"'))
                    .is_some_and(|text| texts.contains(text));
                if is_text && (is_compared || is_operand(before, after)) {
                    found.push(text);
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                if !is_test_module(before) {
                    collect(group.stream(), false, texts, found);
                }
            }
            TokenTree::Group(group) => {
                let is_compared = is_compared || is_operand(before, after) || is_argument(before);
                collect(group.stream(), is_compared, texts, found);
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// Of `==` or `!=`, in a pattern of a `match`, or after `let`.
fn is_operand(before: &[TokenTree], after: &[TokenTree]) -> bool {
    let (before, after) = (words(&before[before.len().saturating_sub(2)..]), words(&after[..after.len().min(2)]));
    let operators = ["==", "!="];
    operators.contains(&before.concat().as_str())
        || [&operators[..], &["=>"]].concat().contains(&after.concat().as_str())
        || before.last().is_some_and(|word| word == "let")
        || matches!(&after[..], [bar, next] if bar == "|" && next.starts_with('"'))
}

/// Of a method or a macro that compares.
fn is_argument(before: &[TokenTree]) -> bool {
    let before = words(&before[before.len().saturating_sub(2)..]);
    before.concat() == "matches!"
        || matches!(&before[..], [dot, method] if dot == "." && COMPARING_METHODS.contains(&method.as_str()))
}

fn is_test_module(before: &[TokenTree]) -> bool {
    let before = words(&before[before.len().saturating_sub(4)..]);
    matches!(&before[..], [hash, test, module, _] if hash == "#" && test == "[cfg(test)]" && module == "mod")
}

fn words(tokens: &[TokenTree]) -> Vec<String> {
    tokens.iter().map(|token| token.to_string().replace([' ', '\n'], "")).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    let is_product = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy();
        name.ends_with(".rs") && !name.ends_with("tests.rs")
    };
    files.filter(is_product).collect()
}

#[test]
fn texts_of_enums_are_not_compared() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut files = 0;
    for name in ["persistence", "segmentation-engine", "rpc-server"] {
        for file in sources(&crates.join(name).join("src")) {
            let shown = file.strip_prefix(&crates).expect("below it").display().to_string();
            if !EXEMPT.iter().any(|exempt| shown.starts_with(exempt)) {
                let found = compared(&fs::read_to_string(&file).expect("a source"));
                assert!(found.is_empty(), "{shown} compares with {found:?}: use the enum of the domain");
                files += 1;
            }
        }
    }
    assert!(files > 100, "{files} files were read");
}

#[test]
fn a_comparison_is_found_in_whatever_form() {
    for source in [
        r#"fn f() { if run.state == "running" {} }"#,
        r#"fn f() { vec![1, 2].iter().any(|run| "failed" != run.state) }"#,
        r#"fn f() { match mode { "full" => 1, _ => 2 } }"#,
        r#"fn f() { match mode { "full" | "other" => 1, _ => 2 } }"#,
        r#"fn f() { match mode { Some("full") => 1, _ => 2 } }"#,
        r#"fn f() { matches!(mode, Some("incremental")) }"#,
        r#"fn f() { if let "admin" = cause {} }"#,
        r#"fn f() { Entity::find().filter(Column::State.eq("running")) }"#,
        r#"fn f() { ["include", "other"].iter().any(|one| one == "include") }"#,
        r#"fn f() { Column::Decision.is_in(["exclude", "x"]) }"#,
        r#"fn f() { format!("{}", role == "ADMIN") }"#,
    ] {
        assert_eq!(compared(source).len(), 1, "{source}");
    }
    for source in [
        r#"fn f() { run(context, RunTrigger::Cron, "cron".into()) }"#,
        r#"fn f() { heads = ["run", "state"]; users.map(|_| "full") }"#,
        r#"fn f() { if name == "console" {} }"#,
        r#"fn f() { state == RunState::Running }"#,
        r#"#[cfg(test)] mod tests { fn f() { assert!(run.state == "running") } }"#,
    ] {
        assert_eq!(compared(source), [] as [String; 0], "{source}");
    }
}
