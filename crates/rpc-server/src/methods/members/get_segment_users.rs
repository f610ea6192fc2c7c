//! `adminAudience.getSegmentUsers`: lists the members of a segment, or the excluded users, in pages.

use domain::{ids::UserNo, instant::Instant};
use persistence::{
    ConnectionTrait, DbErr,
    reads::members::{self, PageStart, Search},
    segments::CountedSegment,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{
        cursor,
        key::{SegmentParams, find_segment},
        user::SegmentUser,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentUsersParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// The page number, starting at 1. Ignored if a cursor is given.
    #[serde(default = "default_of::<1>")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    page: u32,
    /// Number of users per page.
    #[serde(default = "default_of::<20>")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// Only users whose name or email address contains this text, ignoring case.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 256), regex(pattern = r"^[^\u0000]*$"))]
    search_query: Option<String>,
    /// The `nextCursor` of an earlier response. Equally fast for any page.
    #[schemars(length(max = 40))]
    cursor: Option<String>,
    /// Whether to list members or excluded users.
    #[serde(default)]
    show: Show,
}

/// Which users to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Show {
    /// Current members.
    #[default]
    Members,
    /// Users excluded by an admin, each with the override.
    Excluded,
}

/// A page of users, in a stable order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentUsersResult {
    /// The users of the page.
    users: Vec<SegmentUser>,
    /// Total number of users on all pages.
    total: i64,
    /// The requested page number.
    page: u32,
    /// Number of users per page.
    limit: u32,
    /// Number of pages.
    total_pages: i64,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub(crate) struct GetSegmentUsers;

impl Method for GetSegmentUsers {
    const NAME: &'static str = "adminAudience.getSegmentUsers";
    const SUMMARY: &'static str = "Lists the members of a segment, or the users excluded from it";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_segment_users.example.json");
    type Params = GetSegmentUsersParams;
    type Result = GetSegmentUsersResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(cursor::fault(&params).into_iter().collect())
    }

    async fn call(call: &Call, params: GetSegmentUsersParams) -> Result<GetSegmentUsersResult, MethodError> {
        let above = params.cursor.as_deref().map(cursor::read).transpose()?;
        let search = params.search_query.as_deref().and_then(Search::new);
        let key = params.segment.key();
        // One snapshot, so that the total matches the list.
        let snapshot = call.database().begin_snapshot().await?;
        let segment = find_segment(&snapshot, &key).await?;
        let list = List { segment: &segment, show: params.show, search: search.as_ref(), now: call.context.now() };
        let total = list.count(&snapshot).await?;
        let (mut users, last) =
            list.page(&snapshot, page_start(above, params.page, params.limit), params.limit).await?;
        snapshot.close().await?;
        let has_more = users.len() > params.limit as usize;
        users.truncate(params.limit as usize);
        Ok(GetSegmentUsersResult {
            users,
            total,
            page: params.page,
            limit: params.limit,
            total_pages: (total + i64::from(params.limit) - 1) / i64::from(params.limit),
            next_cursor: last.filter(|_| has_more).map(cursor::after),
        })
    }
}

fn page_start(above: Option<UserNo>, page: u32, limit: u32) -> PageStart {
    above.map_or(PageStart::Offset(u64::from(page - 1) * u64::from(limit)), PageStart::Above)
}

struct List<'a> {
    segment: &'a CountedSegment,
    show: Show,
    search: Option<&'a Search>,
    now: Instant,
}

impl List<'_> {
    async fn count(&self, connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
        match (self.show, self.search) {
            (Show::Members, None) => Ok(self.segment.member_count),
            (Show::Members, Some(search)) => members::count_members(connection, self.segment.id, search).await,
            (Show::Excluded, search) => members::count_excluded(connection, self.segment.id, self.now, search).await,
        }
    }

    /// Reads one user more than the limit, to learn whether there are more. Also returns the last user within the
    /// limit.
    async fn page(
        &self,
        connection: &impl ConnectionTrait,
        start: PageStart,
        limit: u32,
    ) -> Result<(Vec<SegmentUser>, Option<UserNo>), DbErr> {
        let (id, search, count) = (self.segment.id, self.search, u64::from(limit) + 1);
        let last = limit as usize - 1;
        Ok(match self.show {
            Show::Members => {
                let found = members::members(connection, id, search, start, count).await?;
                let last = found.get(last).map(|user| user.no());
                (found.into_iter().map(SegmentUser::from).collect(), last)
            }
            Show::Excluded => {
                let found = members::excluded(connection, id, self.now, search, start, count).await?;
                let last = found.get(last).map(|excluded| excluded.user.no());
                (found.into_iter().map(SegmentUser::from).collect(), last)
            }
        })
    }
}
