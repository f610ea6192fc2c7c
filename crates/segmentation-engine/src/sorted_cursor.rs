//! Cursors of lists of users that are sorted by a value.

use chrono::DateTime;
use domain::{
    ids::UserNo,
    member_sort::{MemberOrder, MemberSort, SortDirection},
    text,
};
use persistence::reads::member_pages::{Position, SortedBy};

use crate::cursor::{EXPECTED, OTHER_ORDER, after, read};

/// The cursor that continues a list after a position in it.
pub fn sorted(order: MemberOrder, position: &Position) -> String {
    if order == MemberOrder::default() {
        return after(position.no);
    }
    let value = match &position.sorted {
        SortedBy::Time(Some(at)) => format!("x{}", at.timestamp_micros()),
        SortedBy::Text(Some(text)) => format!("x{}", text::hex(text.as_bytes())),
        SortedBy::Arrival | SortedBy::Time(None) | SortedBy::Text(None) => String::new(),
    };
    format!("{}{value}-{:x}", prefix(order), position.no.0)
}

/// The position that a cursor continues after, or what is wrong with the cursor.
pub fn read_sorted(order: MemberOrder, cursor: &str) -> Result<Position, &'static str> {
    let is_other = || MemberOrder::all().any(|order| position(order, cursor).is_some());
    position(order, cursor).ok_or_else(|| if is_other() { OTHER_ORDER } else { EXPECTED })
}

fn position(order: MemberOrder, cursor: &str) -> Option<Position> {
    if order == MemberOrder::default() {
        return read(cursor).map(|no| Position { sorted: SortedBy::Arrival, no });
    }
    let (value, no) = cursor.strip_prefix(prefix(order).as_str())?.rsplit_once('-')?;
    let no = UserNo(i64::from_str_radix(no, 16).ok()?);
    let value = match value {
        "" => None,
        given => Some(given.strip_prefix('x')?),
    };
    let sorted = match order.sort {
        MemberSort::Arrival => value.is_none().then_some(SortedBy::Arrival)?,
        MemberSort::AddedAt | MemberSort::LastActivityAt | MemberSort::CreatedAt => SortedBy::Time(match value {
            Some(micros) => Some(DateTime::from_timestamp_micros(micros.parse().ok()?)?),
            None => None,
        }),
        MemberSort::Name | MemberSort::Email => SortedBy::Text(match value {
            Some(hex) => Some(text_of(hex)?),
            None => None,
        }),
    };
    Some(Position { sorted, no })
}

/// Two letters.
fn prefix(MemberOrder { sort, direction }: MemberOrder) -> String {
    let sort = match sort {
        MemberSort::Arrival => 'r',
        MemberSort::AddedAt => 'a',
        MemberSort::Name => 'n',
        MemberSort::Email => 'e',
        MemberSort::LastActivityAt => 'l',
        MemberSort::CreatedAt => 'c',
    };
    let direction = match direction {
        SortDirection::Asc => 'a',
        SortDirection::Desc => 'd',
    };
    [sort, direction].iter().collect()
}

fn text_of(hex: &str) -> Option<String> {
    let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let bytes: Option<Vec<_>> = hex.as_bytes().chunks(2).map(byte).collect();
    // PostgreSQL text cannot contain NUL.
    String::from_utf8(bytes?).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(sort: MemberSort, direction: SortDirection) -> MemberOrder {
        MemberOrder { sort, direction }
    }

    fn positions(sort: MemberSort) -> Vec<SortedBy> {
        let at = |micros| SortedBy::Time(DateTime::from_timestamp_micros(micros));
        let text = |text: &str| SortedBy::Text(Some(text.into()));
        match sort {
            MemberSort::Arrival => vec![SortedBy::Arrival],
            MemberSort::AddedAt | MemberSort::LastActivityAt | MemberSort::CreatedAt => {
                vec![at(0), at(1_775_000_000_123_456), at(-62_135_596_800_000_000), SortedBy::Time(None)]
            }
            MemberSort::Name | MemberSort::Email => vec![text("ann lee"), text("zoë-x 王"), SortedBy::Text(None)],
        }
    }

    #[test]
    fn cursor_of_every_order_is_read_back_and_refused_in_every_other() {
        for order in MemberOrder::all() {
            for sorted_by in positions(order.sort) {
                let position = Position { sorted: sorted_by, no: UserNo(i64::MAX) };
                let cursor = sorted(order, &position);
                for asked in MemberOrder::all() {
                    let expected = if asked == order { Ok(position.clone()) } else { Err(OTHER_ORDER) };
                    assert_eq!(read_sorted(asked, &cursor), expected, "{cursor} for {asked:?}");
                }
            }
        }
    }

    #[test]
    fn cursor_of_a_sorted_list_is_nothing_else() {
        let by_name = order(MemberSort::Name, SortDirection::Asc);
        for wrong in ["", "na", "na-", "na-g", "nax6-", "nax00-1", "naxff-1", "naxé-1", "na6d-1", "t1-1", "x"] {
            assert_eq!(read_sorted(by_name, wrong), Err(EXPECTED), "{wrong:?}");
        }
        let by_time = order(MemberSort::CreatedAt, SortDirection::Desc);
        for wrong in ["cdx-1", "cdx1.5-1", "cdx9223372036854775807-1"] {
            assert_eq!(read_sorted(by_time, wrong), Err(EXPECTED), "{wrong:?}");
        }
    }
}
