//! `adminAudience.getSegmentUsers`: lists the members of a segment, or the users with an override, in pages.

use domain::{
    attribute::Attribute,
    ids::{SegmentId, UserNo},
    instant::Instant,
    mail::MailFilter,
    member_sort::{MemberOrder, MemberSort, SortDirection},
    overrides::OverrideKind,
};
use persistence::{
    ConnectionTrait, DbErr, Snapshot,
    reads::{
        self,
        member_pages::{Page, PageStart, Position},
        members::{self, Search, Which},
    },
    segments::CountedSegment,
    sync::{figures, segments as synced_segments},
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
        attribute, cursor,
        key::{SegmentParams, find_segment},
        sync::MailOfMember,
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
    /// Only users with this id, or whose name or email address contains this text, ignoring case.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 256), regex(pattern = r"^[^\u0000]*$"))]
    search_query: Option<String>,
    /// The `nextCursor` of an earlier response with the same sort and direction. In the order `arrival`, every
    /// page is equally fast.
    // Up to 256 letters of a name are in it, of up to four bytes, each of which takes two digits.
    #[schemars(length(max = 4096))]
    cursor: Option<String>,
    /// What the users are sorted by. Those without it come last.
    #[serde(default)]
    sort: MemberSort,
    /// The direction of the sort.
    #[serde(default)]
    direction: SortDirection,
    /// Whether to list members, or users whom an admin included or excluded.
    #[serde(default)]
    show: Show,
    /// Which members to list, by whether mail may reach them. Ignored in the other lists.
    #[serde(default)]
    mail: MailFilter,
    /// Keys of declared attributes: each user has their values.
    #[serde(default)]
    #[schemars(length(max = 200))]
    attributes: Vec<String>,
}

/// Which users to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Show {
    /// Current members.
    #[default]
    Members,
    /// Users included by an admin, each with the override: whatever the rule says, they are members.
    Included,
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
    const SUMMARY: &'static str = "Lists the members of a segment, or the users whom an admin included or excluded";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_segment_users.example.json");
    type Params = GetSegmentUsersParams;
    type Result = GetSegmentUsersResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(fault_of_cursor(&params).into_iter().collect())
    }

    async fn call(call: &Call, params: GetSegmentUsersParams) -> Result<GetSegmentUsersResult, MethodError> {
        let order = MemberOrder { sort: params.sort, direction: params.direction };
        let after = params.cursor.as_deref().map(|cursor| cursor::read_sorted(order, cursor)).transpose()?;
        let search = params.search_query.as_deref().and_then(Search::new);
        let asked = Asked { params: &params, order, after, search, now: call.context.now() };
        // Any other sort reads all users of the list, and a search may.
        if order.sort == MemberSort::Arrival && asked.search.is_none() {
            let snapshot = call.database().begin_snapshot().await?;
            let result = asked.read(&snapshot).await?;
            snapshot.close().await?;
            return Ok(result);
        }
        call.read_until(async |tx| asked.read(tx).await).await
    }
}

struct Asked<'a> {
    params: &'a GetSegmentUsersParams,
    order: MemberOrder,
    after: Option<Position>,
    search: Option<Search>,
    now: Instant,
}

impl Asked<'_> {
    /// From one snapshot, so that the total matches the list.
    async fn read(&self, snapshot: &Snapshot) -> Result<GetSegmentUsersResult, MethodError> {
        let Self { params, order, .. } = *self;
        let segment = find_segment(snapshot, &params.segment.clone().key()).await?;
        let attributes = attribute::requested(snapshot, &params.attributes).await?;
        let which = Which { search: self.search.as_ref(), mail: params.mail };
        let list = List { segment: &segment, show: params.show, which, now: self.now };
        let total = list.count(snapshot).await?;
        let start = page_start(self.after.clone(), params.page, params.limit);
        // One more than the limit, to learn whether there are more.
        let page = Page { order, start, limit: u64::from(params.limit) + 1 };
        let (mut found, last) = list.page(snapshot, &page).await?;
        let has_more = found.len() > params.limit as usize;
        found.truncate(params.limit as usize);
        let found = match params.show {
            Show::Members => with_mail(snapshot, segment.id, found).await?,
            Show::Included | Show::Excluded => found,
        };
        Ok(GetSegmentUsersResult {
            users: with_attributes(snapshot, found, &attributes).await?,
            total,
            page: params.page,
            limit: params.limit,
            total_pages: (total + i64::from(params.limit) - 1) / i64::from(params.limit),
            next_cursor: last.filter(|_| has_more).map(|last| cursor::sorted(order, &last)),
        })
    }
}

/// The fault of the params' `cursor`, if the order is one.
fn fault_of_cursor(params: &Json) -> Option<Fault> {
    let cursor = params.get("cursor").and_then(Json::as_str)?;
    let sort = params.get("sort").map_or(Ok(MemberSort::default()), MemberSort::deserialize).ok()?;
    let direction = params.get("direction").map_or(Ok(SortDirection::default()), SortDirection::deserialize).ok()?;
    cursor::read_sorted(MemberOrder { sort, direction }, cursor).err()
}

fn page_start(after: Option<Position>, page: u32, limit: u32) -> PageStart {
    after.map_or(PageStart::Offset(u64::from(page - 1) * u64::from(limit)), PageStart::After)
}

async fn with_mail(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    users: Vec<(UserNo, SegmentUser)>,
) -> Result<Vec<(UserNo, SegmentUser)>, DbErr> {
    let is_synced = synced_segments::find(connection, segment).await?.is_some();
    let keys: Vec<_> = users.iter().map(|(no, _)| *no).collect();
    let standings = figures::of_users(connection, segment, &keys).await?;
    let with_mail = |(no, user): (UserNo, SegmentUser)| {
        let mail = standings.get(&no).map(|standing| MailOfMember::new(*standing, is_synced));
        (no, SegmentUser { mail, ..user })
    };
    Ok(users.into_iter().map(with_mail).collect())
}

async fn with_attributes(
    connection: &impl ConnectionTrait,
    users: Vec<(UserNo, SegmentUser)>,
    requested: &[Attribute],
) -> Result<Vec<SegmentUser>, DbErr> {
    if requested.is_empty() {
        return Ok(users.into_iter().map(|(_, user)| user).collect());
    }
    let keys = users.iter().map(|(no, _)| *no);
    let mut values = reads::attributes::of_users(connection, &attribute::by_key(requested), keys).await?;
    let with_values = |(no, user): (UserNo, SegmentUser)| {
        let values = values.remove(&no).unwrap_or_default();
        SegmentUser { attributes: Some(attribute::values_by_key(values)), ..user }
    };
    Ok(users.into_iter().map(with_values).collect())
}

struct List<'a> {
    segment: &'a CountedSegment,
    show: Show,
    which: Which<'a>,
    now: Instant,
}

impl List<'_> {
    async fn count(&self, connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
        match self.show {
            Show::Members if self.which.is_all() => Ok(self.segment.member_count),
            Show::Members => members::count_members(connection, self.segment.id, self.which).await,
            Show::Included => self.count_overridden(connection, OverrideKind::Include).await,
            Show::Excluded => self.count_overridden(connection, OverrideKind::Exclude).await,
        }
    }

    async fn count_overridden(&self, connection: &impl ConnectionTrait, kind: OverrideKind) -> Result<i64, DbErr> {
        members::count_overridden(connection, self.segment.id, kind, self.now, self.which.search).await
    }

    /// Also returns where the last user but one stands.
    async fn page(
        &self,
        connection: &impl ConnectionTrait,
        page: &Page,
    ) -> Result<(Vec<(UserNo, SegmentUser)>, Option<Position>), DbErr> {
        let found: Vec<_> = match self.show {
            Show::Members => {
                let found = members::members(connection, self.segment.id, self.which, page).await?;
                found.into_iter().map(|user| (user.position(), user.into())).collect()
            }
            Show::Included => self.overridden(connection, OverrideKind::Include, page).await?,
            Show::Excluded => self.overridden(connection, OverrideKind::Exclude, page).await?,
        };
        let last = found.iter().rev().nth(1).map(|(position, _): &(Position, _)| position.clone());
        Ok((found.into_iter().map(|(position, user)| (position.no, user)).collect(), last))
    }

    async fn overridden(
        &self,
        connection: &impl ConnectionTrait,
        kind: OverrideKind,
        page: &Page,
    ) -> Result<Vec<(Position, SegmentUser)>, DbErr> {
        let (id, search) = (self.segment.id, self.which.search);
        let found = members::overridden(connection, id, kind, self.now, search, page).await?;
        Ok(found.into_iter().map(|overridden| (overridden.user.position(), overridden.into())).collect())
    }
}
