//! Frequent reads: pages of the largest segment, and the counts of all.

use domain::ids::{SegmentId, UserNo};
use integration_tests::{Kind, World};
use persistence::{
    reads::{
        member_pages::{Page, PageStart, Position, SortedBy},
        members,
    },
    segments,
};

use super::{Bar, Row, Unit, timed};

const LIMIT: u64 = 20;
const FAR: i64 = 5_000;

/// The first round only warms up.
pub(crate) async fn measure(world: &World, kind: Kind, rounds: usize) -> Vec<Row> {
    let connection = world.database().connection();
    let stored = segments::all_counted(connection).await.expect("the segments");
    let largest = stored.iter().max_by_key(|segment| segment.member_count).expect("a segment");
    let pages = FAR.min(largest.member_count / LIMIT as i64);
    let far = key_before(world, largest.id, pages).await;
    let of = largest.member_count;
    let row = |case, most| Row::new(kind, case, Unit::Milliseconds, Bar::AtMost(most));
    let mut rows = vec![
        row(format!("first page of a segment of {of}"), 5.0),
        row(format!("page {pages} of a segment of {of}, by cursor"), 5.0),
        row("counts of all segments".to_owned(), 2.0),
    ];
    for round in 0..=rounds {
        let mut times = Vec::new();
        for above in [UserNo(0), far] {
            let page = Page::by_key(PageStart::After(Position { sorted: SortedBy::Arrival, no: above }), LIMIT);
            let read = members::members(connection, largest.id, members::Which::default(), &page);
            let (time, members) = timed(read).await;
            assert_eq!(members.expect("a page").len(), LIMIT as usize);
            times.push(time);
        }
        let (time, all) = timed(segments::all_counted(connection)).await;
        assert_eq!(all.expect("the segments"), stored);
        times.push(time);
        for (row, time) in rows.iter_mut().zip(times).filter(|_| round > 0) {
            row.note(time.as_secs_f64() * 1e3);
        }
    }
    rows
}

/// The last member of the page before.
async fn key_before(world: &World, segment: SegmentId, page: i64) -> UserNo {
    let sql = format!(
        "SELECT user_no FROM user_segment WHERE segment_id = {segment} AND removed_at IS NULL ORDER BY user_no \
         LIMIT 1 OFFSET {}",
        (page - 1) * LIMIT as i64 - 1
    );
    UserNo(world.query::<(i64,)>(&sql).await[0].0)
}
