//! `adminAudience.eraseUser`: erases all data about a person.

use schemars::JsonSchema;
use segmentation_engine::erase;
use serde::Deserialize;

use crate::{
    auth::Role,
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{key::UserIdText, success::Success},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EraseUserParams {
    /// The user's id in the host application.
    user_id: UserIdText,
}

pub(crate) struct EraseUser;

impl Method for EraseUser {
    const NAME: &'static str = "adminAudience.eraseUser";
    const SUMMARY: &'static str = "Erases a user for good: the person, attempts, memberships and overrides";
    const ROLE: Role = Role::Superadmin;
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("erase_user.example.json");
    type Params = EraseUserParams;
    type Result = Success;

    async fn call(call: &Call, params: EraseUserParams) -> Result<Success, MethodError> {
        erase::erase_user(call.database(), &params.user_id.into(), call.context.now(), &call.audit).await?;
        Ok(Success::DONE)
    }
}
