//! `adminAudience.saveAttribute`: declares an attribute, or changes its label, options, and whether it is personal.

use domain::attribute::read_one;
use schemars::JsonSchema;
use segmentation_engine::attributes::save;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    params::READ_BY_METHOD,
    wire::attribute::{AttributeType, DeclaredAttribute},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveAttributeParams {
    /// The key: 1 to 64 of the characters a to z, 0 to 9, and `_`. In conditions, the field is `attr.` and the key.
    #[schemars(with = "String", extend("$comment" = READ_BY_METHOD))]
    key: Json,
    /// The display name: 1 to 256 characters that can be seen.
    #[schemars(with = "String", extend("$comment" = READ_BY_METHOD))]
    label: Json,
    /// The type of the values. It cannot be changed, even if the attribute was archived.
    #[serde(rename = "type")]
    #[schemars(with = "AttributeType", extend("$comment" = READ_BY_METHOD))]
    kind: Json,
    /// The only strings that are allowed, for the types `text` and `list`: up to 1,000. With an empty list, any string is. Without
    /// the param they stay; a new attribute has none.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>", extend("$comment" = READ_BY_METHOD))]
    options: Json,
    /// Whether the values are personal: they are treated like names. Without the param it stays; a new attribute is not.
    #[serde(default)]
    #[schemars(with = "Option<bool>", extend("$comment" = READ_BY_METHOD))]
    personal: Json,
}

/// The declared attribute.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct SaveAttributeResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// The attribute as declared.
    attribute: DeclaredAttribute,
}

pub(crate) struct SaveAttribute;

impl Method for SaveAttribute {
    const NAME: &'static str = "adminAudience.saveAttribute";
    const SUMMARY: &'static str = "Declares an attribute, or changes its label, its options, and whether it is personal. \
                                   Refused if segments name options that are left out";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("save_attribute.example.json");
    type Params = SaveAttributeParams;
    type Result = SaveAttributeResult;

    /// The schema has found params that are missing, and unknown ones.
    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let faults = read_one(&params, "").err().unwrap_or_default();
        let is_given = |path: &str| path.split(['.', '[']).next().is_some_and(|name| params.get(name).is_some());
        Ok(faults.iter().filter(|fault| is_given(&fault.path)).map(Fault::from).collect())
    }

    async fn call(call: &Call, params: SaveAttributeParams) -> Result<SaveAttributeResult, MethodError> {
        let SaveAttributeParams { key, label, kind, options, personal } = params;
        let declaration = json!({"key": key, "label": label, "type": kind, "options": options, "personal": personal});
        let attribute = save(call.database(), &declaration, call.moment(), &call.audit).await?;
        Ok(SaveAttributeResult { success: true, attribute: DeclaredAttribute::from(&attribute) })
    }
}
