//! `adminAudience.eraseUser`: erases all data about a person.

use schemars::JsonSchema;
use segmentation_engine::{erase, naming};
use serde::{Deserialize, Serialize};

use crate::{
    auth::Role,
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::key::UserIdText,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EraseUserParams {
    /// The user's id in the host application.
    user_id: UserIdText,
}

/// The user is erased.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EraseUserResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// Versions of custom segments that still name the person. An erasure does not change them.
    named_in: Vec<NamingVersion>,
}

/// A version of a custom segment that contains a person's email address, or has the person's id as a value.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NamingVersion {
    /// The segment's value: its id.
    segment_value: String,
    /// The name in this version.
    name: String,
    /// The version number.
    version: i32,
    /// Whether this version is in effect. If so, change the definition; earlier versions go when the segment is deleted.
    is_current: bool,
}

impl From<naming::NamingVersion> for NamingVersion {
    fn from(naming::NamingVersion { segment, name, version, is_current }: naming::NamingVersion) -> Self {
        Self { segment_value: segment.value, name, version, is_current }
    }
}

pub(crate) struct EraseUser;

impl Method for EraseUser {
    const NAME: &'static str = "adminAudience.eraseUser";
    const SUMMARY: &'static str = "Erases a user for good: the person, attempts, events, memberships and overrides";
    const ROLE: Role = Role::Superadmin;
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("erase_user.example.json");
    type Params = EraseUserParams;
    type Result = EraseUserResult;

    async fn call(call: &Call, params: EraseUserParams) -> Result<EraseUserResult, MethodError> {
        let (user, now) = (params.user_id.into(), call.context.now());
        let erased = erase::erase_user(call.database(), &user, now, &call.audit).await?;
        Ok(EraseUserResult { success: true, named_in: erased.named_in.into_iter().map(NamingVersion::from).collect() })
    }
}
