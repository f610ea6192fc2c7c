//! Pages of the lists of users of a segment: how they are sorted, where one starts, and the keys of its users.

use domain::{
    ids::UserNo,
    instant::Instant,
    member_sort::{MemberOrder, MemberSort, SortDirection},
};
use sea_orm::{DbErr, QueryResult, Value};

use super::params::{bind, stored};
use crate::database::backend::Backend;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub order: MemberOrder,
    pub start: PageStart,
    pub limit: u64,
}

impl Page {
    /// In the order of our keys.
    pub fn by_key(start: PageStart, limit: u64) -> Self {
        Self { order: MemberOrder::default(), start, limit }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStart {
    /// After this many users.
    Offset(u64),
    /// After the user who was here when the page before was read.
    After(Position),
}

/// Where a user stands in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub sorted: SortedBy,
    pub no: UserNo,
}

/// What a list has sorted a user by. Those without a value come last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SortedBy {
    #[default]
    Arrival,
    Time(Option<Instant>),
    Text(Option<String>),
}

impl SortedBy {
    pub(super) fn read(row: &QueryResult, sort: MemberSort) -> Result<Self, DbErr> {
        Ok(match sort {
            MemberSort::Arrival => Self::Arrival,
            MemberSort::AddedAt | MemberSort::LastActivityAt | MemberSort::CreatedAt => {
                Self::Time(row.try_get("", "sorted")?)
            }
            MemberSort::Name | MemberSort::Email => Self::Text(row.try_get("", "sorted")?),
        })
    }

    fn value(&self) -> Option<Value> {
        match self {
            Self::Arrival => None,
            Self::Time(at) => at.map(Value::from),
            Self::Text(text) => text.clone().map(Value::from),
        }
    }
}

/// The first 256 letters, so that a cursor which holds them stays short. Who has them in common is in the order of the keys.
const NAME: &str = "nullif(substr(trim(coalesce(searched.first_name_folded, '') || ' ' || \
                    coalesce(searched.last_name_folded, '')), 1, 256), '')";
const EMAIL: &str = "substr(searched.email_folded, 1, 256)";

/// What users are sorted by, in the tables `member` and `searched`. `None` if it is their key.
pub(super) fn sorted_by(sort: MemberSort, added_at: &'static str) -> Option<&'static str> {
    match sort {
        MemberSort::Arrival => None,
        MemberSort::AddedAt => Some(added_at),
        MemberSort::Name => Some(NAME),
        MemberSort::Email => Some(EMAIL),
        MemberSort::LastActivityAt => Some("searched.last_activity_at"),
        MemberSort::CreatedAt => Some("searched.created_at"),
    }
}

/// Whether it is in the table `searched`.
pub(super) fn is_of_users(sort: MemberSort) -> bool {
    !matches!(sort, MemberSort::Arrival | MemberSort::AddedAt)
}

/// Selects the keys of a page, in order, each with what it is sorted by.
pub(super) fn keys(backend: Backend, from: &str, value: Option<&str>, page: &Page, values: &mut Vec<Value>) -> String {
    let limit = bind(values, stored(page.limit));
    let key = match backend {
        Backend::Sqlite => "member.user_no",
        Backend::Postgres => "member.user_no, member.shard",
    };
    let columns = value.map_or(key.to_owned(), |value| format!("{key}, {value} AS sorted"));
    let order = in_order(value, "member.user_no", page.order.direction);
    match &page.start {
        PageStart::Offset(offset) => {
            let offset = bind(values, stored(*offset));
            format!("SELECT {columns} {from} ORDER BY {order} LIMIT {limit} OFFSET {offset}")
        }
        PageStart::After(position) => {
            let after = after(value, position, page.order.direction, values);
            format!("SELECT {columns} {from} AND {after} ORDER BY {order} LIMIT {limit}")
        }
    }
}

/// Equal ones by their key, in either direction.
pub(super) fn in_order(value: Option<&str>, key: &str, direction: SortDirection) -> String {
    let direction = match direction {
        SortDirection::Asc => "ASC",
        SortDirection::Desc => "DESC",
    };
    match value {
        None => format!("{key} {direction}"),
        Some(value) => format!("{value} {direction} NULLS LAST, {key}"),
    }
}

fn after(value: Option<&str>, position: &Position, direction: SortDirection, values: &mut Vec<Value>) -> String {
    let beyond = match direction {
        SortDirection::Asc => ">",
        SortDirection::Desc => "<",
    };
    let no = bind(values, position.no.0);
    let Some(value) = value else { return format!("member.user_no {beyond} {no}") };
    match position.sorted.value() {
        None => format!("{value} IS NULL AND member.user_no > {no}"),
        Some(last) => {
            let last = bind(values, last);
            format!("({value} {beyond} {last} OR {value} = {last} AND member.user_no > {no} OR {value} IS NULL)")
        }
    }
}
