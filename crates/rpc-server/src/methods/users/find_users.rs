//! `adminAudience.findUsers`: finds people by name, email address or id.

use chrono::{DateTime, Utc};
use domain::ids::UserNo;
use persistence::reads::{
    members::Search,
    people::{Person, people},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{cursor, user::UserSummary},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FindUsersParams {
    /// Only users with this id, or whose name or email address contains this text, ignoring case. Default: all.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 256), regex(pattern = r"^[^\u0000]*$"))]
    search_query: Option<String>,
    /// Maximum number of results.
    #[serde(default = "default_of::<20>")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// The `nextCursor` of an earlier response.
    #[schemars(length(max = 40))]
    cursor: Option<String>,
}

/// A page of users.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindUsersResult {
    /// In the order in which they were first stored. Users deleted in the host application are among them.
    users: Vec<FoundUser>,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A user who was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundUser {
    #[serde(flatten)]
    user: UserSummary,
    /// When the host application deleted the user, who then is in no segment. Null if it has the user.
    deleted_at: Option<DateTime<Utc>>,
}

pub(crate) struct FindUsers;

impl Method for FindUsers {
    const NAME: &'static str = "adminAudience.findUsers";
    const SUMMARY: &'static str = "Finds users by name, email address or id";
    const EXAMPLE: &'static str = include_str!("find_users.example.json");
    type Params = FindUsersParams;
    type Result = FindUsersResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(cursor::fault(&params).into_iter().collect())
    }

    async fn call(call: &Call, params: FindUsersParams) -> Result<FindUsersResult, MethodError> {
        let above = params.cursor.as_deref().map(cursor::read).transpose()?.unwrap_or(UserNo(0));
        let search = params.search_query.as_deref().and_then(Search::new);
        let mut found =
            people(call.database().connection(), search.as_ref(), above, u64::from(params.limit) + 1).await?;
        let next_cursor = cursor::cut(&mut found, params.limit, |last| cursor::after(last.no()));
        Ok(FindUsersResult { users: found.into_iter().map(FoundUser::from).collect(), next_cursor })
    }
}

impl From<Person> for FoundUser {
    fn from(person: Person) -> Self {
        let Person { id, email, first_name, last_name, plan, last_activity_at, created_at, deleted_at, .. } = person;
        let user = UserSummary { id, email, first_name, last_name, plan, last_activity_at, created_at };
        Self { user, deleted_at }
    }
}
