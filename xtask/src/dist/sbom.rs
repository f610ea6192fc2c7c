//! The list of components for programs: CycloneDX, in JSON.

use anyhow::{Context, Result};
use chrono::DateTime;
use serde_json::{Value, json};

use super::{
    components::{Component, Origin, Sum},
    names::NAME,
};

/// `time` is in seconds since 1970.
pub(super) fn document(components: &[Component], version: &str, time: u64) -> Result<String> {
    let time = DateTime::from_timestamp(i64::try_from(time)?, 0).context("the commit has no time")?;
    let mut components: Vec<_> = components.iter().map(component).collect();
    components.sort_by_key(|component| component["bom-ref"].to_string());
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            "component": { "type": "application", "bom-ref": NAME, "name": NAME, "version": version, "licenses": licenses("MIT") },
        },
        "components": components,
    });
    Ok(format!("{document:#}\n"))
}

fn component(component: &Component) -> Value {
    let url = package_url(component);
    let mut value = json!({
        "type": "library",
        "bom-ref": url,
        "name": component.name,
        "version": component.version,
        "licenses": licenses(&component.license),
        "purl": url,
    });
    if let Some(sum) = &component.sum {
        let (algorithm, digits) = match sum {
            Sum::Sha256(digits) => ("SHA-256", digits),
            Sum::Sha512(digits) => ("SHA-512", digits),
        };
        value["hashes"] = json!([{ "alg": algorithm, "content": digits }]);
    }
    value
}

fn licenses(expression: &str) -> Value {
    json!([{ "expression": expression }])
}

/// By the specification of package URLs, a scope begins with `%40`.
fn package_url(component: &Component) -> String {
    let kind = match component.origin {
        Origin::Cargo => "cargo",
        Origin::Npm => "npm",
        Origin::Upstream => "generic",
    };
    format!("pkg:{kind}/{}@{}", component.name.replace('@', "%40"), component.version.replace('+', "%2B"))
}
