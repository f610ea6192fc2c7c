//! Attributes.

use std::collections::BTreeMap;

pub(crate) use domain::attribute::AttributeType;
use domain::attribute::{Attribute, AttributeKey, AttributeValue, AttributeValues, Attributes};
use persistence::{ConnectionTrait, attributes};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::errors::{Fault, MethodError};

/// A field of users that the host application declares.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct DeclaredAttribute {
    /// The key. In conditions, the field is `attr.` and the key.
    key: String,
    /// The display name.
    label: String,
    /// The type of the values.
    #[serde(rename = "type")]
    kind: AttributeType,
    /// The only strings that are allowed. Empty if any string is.
    options: Vec<String>,
    /// Whether the values are personal.
    personal: bool,
}

impl From<&Attribute> for DeclaredAttribute {
    fn from(attribute: &Attribute) -> Self {
        Self {
            key: attribute.key().to_string(),
            label: attribute.label().to_owned(),
            kind: attribute.kind(),
            options: attribute.options().map(str::to_owned).collect(),
            personal: attribute.is_personal(),
        }
    }
}

/// Values by key. Attributes that the user has no value of are left out.
pub(crate) type ValuesByKey = BTreeMap<String, Json>;

pub(crate) fn values_by_key(values: AttributeValues) -> ValuesByKey {
    values.iter().map(|(key, value): (&AttributeKey, &AttributeValue)| (key.to_string(), value.to_json())).collect()
}

/// The attributes that a caller asks for, in that order.
pub(crate) async fn requested(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<Vec<Attribute>, MethodError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let declared = attributes::declared(connection).await?;
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (place, key) in keys.iter().enumerate() {
        match declared.get(key) {
            Some(attribute) => found.push((**attribute).clone()),
            None => faults.push(Fault::new(format!("attributes[{place}]"), "expected the key of a declared attribute")),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(MethodError::InvalidParams(faults)) }
}

pub(crate) fn by_key(attributes: &[Attribute]) -> Attributes {
    attributes.iter().cloned().collect()
}
