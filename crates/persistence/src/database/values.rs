//! Stored texts and JSON as types of the domain. Errors do not repeat what is stored.

use std::str::FromStr;

use domain::text_enum::UnknownText;
use sea_orm::DbErr;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// A text that a later version of the program wrote, or a person by hand, is an error.
pub(crate) fn from_text<T: FromStr<Err = UnknownText>>(text: &str) -> Result<T, DbErr> {
    text.parse().map_err(|unknown: UnknownText| DbErr::Type(format!("a stored text: {unknown}")))
}

pub(crate) fn from_json<T: DeserializeOwned>(json: Json, name: &'static str) -> Result<T, DbErr> {
    serde_json::from_value(json).map_err(|_| DbErr::Type(format!("the stored {name} cannot be read")))
}
