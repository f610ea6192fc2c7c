//! `adminAudience.eraseUser`: erases all data about a person.

use domain::{ids::UserId, membership::Cause};
use persistence::{ingest::users, membership::ledger::ChangeContext};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    audited,
    auth::Role,
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
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
        let tx = call.database().begin_membership_change().await?;
        let id = UserId::from(params.user_id);
        let user = lookup::user(&tx, &id).await?;
        let actor = Some(call.caller.subject.clone());
        let change = ChangeContext { at: call.context.now(), cause: Cause::Erasure, run: None, actor };
        users::erase(&tx, (user, &id), &change).await?;
        // The id in the host application is erased with the person. Only our number remains, as in the ledger.
        audited::record::<Self>(&tx, call, format!("user number {user}"), None).await?;
        tx.commit().await?;
        Ok(Success::DONE)
    }
}
