//! A file with all attributes, which is the same in every environment. Attributes that it lacks are archived.

use std::fmt;

use domain::{
    attribute::{Attribute, Attributes, check_change, read_all},
    criteria::Fault,
    period::Moment,
    shard::Shard,
};
use persistence::{ConnectionTrait, Database, DbErr, attributes};
use serde_json::{Value as Json, json};

use super::{AttributeError, refuse_if_used};
use crate::{audit::Audit, support::retry::with_retry};

/// Why a file has no declarations.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("line {line}: {message}")]
    Syntax {
        /// From 1.
        line: usize,
        message: String,
    },
    /// All of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Faults(Vec<Fault>),
}

/// Reads TOML: a table `[[attributes]]` for each.
pub fn parse(text: &str) -> Result<Attributes, FileError> {
    let file: toml::Table = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        FileError::Syntax { line, message: error.message().replace('\n', ", ") }
    })?;
    let fault = |path: &str, expected: &str, found: &str| Fault {
        path: path.into(),
        expected: expected.into(),
        found: found.into(),
    };
    let unknown = file.keys().filter(|key| *key != "attributes");
    let mut faults: Vec<_> = unknown.map(|key| fault(key, "nothing but [[attributes]]", "another key")).collect();
    match serde_json::to_value(file.get("attributes")) {
        Ok(Json::Array(list)) => match read_all(&list) {
            Ok(attributes) if faults.is_empty() => return Ok(attributes),
            Ok(_) => {}
            Err(found) => faults.extend(found),
        },
        _ => faults.push(fault("attributes", "a table [[attributes]] for each attribute", "none")),
    }
    Err(FileError::Faults(faults))
}

/// What applying a file changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeChange {
    Declared(Attribute),
    /// Before and after.
    Changed(Attribute, Attribute),
    Archived(Attribute),
}

/// A line of a diff.
impl fmt::Display for AttributeChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared(new) => write!(f, "+ {} ({}): {}", new.key(), new.kind(), new.label()),
            Self::Archived(old) => write!(f, "- {} ({}): {}", old.key(), old.kind(), old.label()),
            Self::Changed(old, new) => {
                write!(f, "~ {}:", new.key())?;
                let mut separator = "";
                let options = |one: &Attribute| one.options().collect::<Vec<_>>().join(", ");
                for (name, before, after) in [
                    ("label", old.label().to_owned(), new.label().to_owned()),
                    ("type", old.kind().to_string(), new.kind().to_string()),
                    ("options", format!("[{}]", options(old)), format!("[{}]", options(new))),
                    ("personal", old.is_personal().to_string(), new.is_personal().to_string()),
                ] {
                    if before != after {
                        write!(f, "{separator} {name} {before} -> {after}")?;
                        separator = ",";
                    }
                }
                Ok(())
            }
        }
    }
}

/// How a file differs from what is declared, by key.
pub async fn changes(connection: &impl ConnectionTrait, file: &Attributes) -> Result<Vec<AttributeChange>, DbErr> {
    Ok(between(&attributes::declared(connection).await?, file))
}

fn between(declared: &Attributes, file: &Attributes) -> Vec<AttributeChange> {
    let of_file = file.iter().filter_map(|new| match declared.get(new.key().as_str()) {
        None => Some(AttributeChange::Declared((**new).clone())),
        Some(old) if old != new => Some(AttributeChange::Changed((**old).clone(), (**new).clone())),
        Some(_) => None,
    });
    let archived = declared.iter().filter(|old| file.get(old.key().as_str()).is_none());
    of_file.chain(archived.map(|old| AttributeChange::Archived((**old).clone()))).collect()
}

/// Declares all attributes of a file, and archives all others, in one transaction. Without changes, nothing is written.
pub async fn apply(
    database: &Database,
    file: &Attributes,
    moment: Moment,
    audit: &Audit,
) -> Result<Vec<AttributeChange>, AttributeError> {
    with_retry(|| async {
        let tx = database.begin_definition_change(Shard::FIRST).await?;
        let declared = attributes::declared(&tx).await?;
        let changes = between(&declared, file);
        if changes.is_empty() {
            return Ok(changes);
        }
        check(&tx, file, moment).await?;
        for change in &changes {
            match change {
                AttributeChange::Declared(new) | AttributeChange::Changed(_, new) => attributes::save(&tx, new).await?,
                AttributeChange::Archived(old) => attributes::archive(&tx, old.key(), moment.now).await?,
            }
        }
        let detail = json!({"changes": changes.iter().map(in_short).collect::<Vec<_>>()});
        audit.record(&tx, moment.now, None, Some(detail)).await?;
        tx.commit().await?;
        Ok(changes)
    })
    .await
}

/// Refuses a file that cannot be applied.
pub async fn check(connection: &impl ConnectionTrait, file: &Attributes, moment: Moment) -> Result<(), AttributeError> {
    let mut faults = Vec::new();
    for attribute in file.iter() {
        let former = attributes::kind(connection, attribute.key()).await?;
        // How many there are, the file's reader has checked.
        let check = check_change(attribute, former, Attributes::none());
        faults.extend(check.err().map(|fault| Fault { path: format!("{}.{}", attribute.key(), fault.path), ..fault }));
    }
    if !faults.is_empty() {
        return Err(AttributeError::Invalid(faults));
    }
    refuse_if_used(connection, &attributes::declared(connection).await?, file, moment).await
}

fn in_short(change: &AttributeChange) -> String {
    match change {
        AttributeChange::Declared(new) => format!("+ {}", new.key()),
        AttributeChange::Changed(_, new) => format!("~ {}", new.key()),
        AttributeChange::Archived(old) => format!("- {}", old.key()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        [[attributes]]
        key = "country"
        label = "Country"
        type = "text"
        options = ["DE", "AT"]

        [[attributes]]
        key = "trial_ends"
        label = "Trial ends"
        type = "date"
        personal = true
    "#;

    #[test]
    fn attributes_file_gives_a_diff() {
        let file = parse(FILE).expect("a good file");
        let lines = |declared: &Attributes, file: &Attributes| {
            between(declared, file).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            lines(&Attributes::default(), &file),
            ["+ country (text): Country", "+ trial_ends (date): Trial ends"]
        );
        let changed = parse(&FILE.replace("\"AT\"", "\"CH\"").replace("= true", "= false")).expect("a good file");
        assert_eq!(
            lines(&file, &changed.without("trial_ends")),
            ["~ country: options [DE, AT] -> [DE, CH]", "- trial_ends (date): Trial ends"]
        );
        assert_eq!(lines(&file, &file), [""; 0]);
    }

    #[test]
    fn attributes_file_that_cannot_be_used_has_all_its_faults() {
        let error = |text: &str| parse(text).expect_err("faults").to_string();
        assert_eq!(
            error(&FILE.replace("\"text\"", "\"enum\"").replace("key = \"trial_ends\"", "name = 7")),
            "attributes[0].type: expected one of text, number, decimal, boolean, date, list, found a string; \
             attributes[1]: expected only the keys key, label, type, options, personal, found the key \"name\"; \
             attributes[1].key: expected 1 to 64 of the characters a to z, 0 to 9, and _, found nothing"
        );
        assert_eq!(
            error("version = 1"),
            "version: expected nothing but [[attributes]], found another key; \
             attributes: expected a table [[attributes]] for each attribute, found none"
        );
        assert!(error("[[attributes]]\nkey = ").starts_with("line 2: "), "{}", error("[[attributes]]\nkey = "));
    }
}
