//! The states that a full run starts from, and what it must leave.

use integration_tests::World;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// No user was ever evaluated.
    Empty,
    /// Nothing changed.
    Unchanged,
    /// 1 % of users changed plan or streak.
    OnePercent,
}

impl State {
    pub(crate) const ALL: [Self; 3] = [Self::Empty, Self::Unchanged, Self::OnePercent];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "from empty",
            Self::Unchanged => "nothing changed",
            Self::OnePercent => "1 % of users changed",
        }
    }
}

/// No memberships, ledger or runs, and every user marked as changed, as after an import.
pub(crate) async fn empty(world: &World) {
    if world.database().is_embedded() {
        world.execute("DELETE FROM user_segment; DELETE FROM segment_event; DELETE FROM segment_flow; DELETE FROM segmentation_run").await;
    } else {
        world.execute("TRUNCATE user_segment, segment_event, segment_flow, segmentation_run, user_dirty").await;
    }
    world.execute("UPDATE segment_count SET member_count = 0").await;
    mark(world, "true").await;
    settle(world).await;
}

/// Every n-th user, starting at one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changed {
    pub(crate) every: usize,
    pub(crate) from: usize,
}

/// Changes users, or undoes the change.
pub(crate) async fn change(world: &World, Changed { every, from }: Changed) {
    let condition = format!("no % {every} = {}", from % every);
    world
        .execute(&format!(
            "UPDATE users SET plan = CASE plan WHEN 'FREE' THEN 'PRO' WHEN 'PRO' THEN 'FREE' ELSE plan END, \
             current_streak = 29 - current_streak WHERE {condition}"
        ))
        .await;
    mark(world, &condition).await;
    settle(world).await;
}

/// In the order of users, as imports do; SQLite would choose another.
async fn mark(world: &World, condition: &str) {
    let sql = format!(
        "INSERT INTO user_dirty (user_no{shard}) SELECT no{shard} FROM users WHERE {condition} ORDER BY no \
         ON CONFLICT DO NOTHING",
        shard = world.and_shard(),
    );
    world.execute(&sql).await;
}

/// Maintenance that the database would do at any moment is done now, outside of measured time.
pub(crate) async fn settle(world: &World) {
    if world.database().is_embedded() {
        world.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    } else {
        for sql in
            ["VACUUM ANALYZE users, user_stats, user_segment, segment_event, segment_flow, user_dirty", "CHECKPOINT"]
        {
            world.execute(sql).await;
        }
    }
}

/// Compared: the members of each segment, events, and marks of change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    members: Vec<(i32, i64, i64)>,
    events: i64,
    marks: i64,
}

/// The folded ledger and the stored counts must give the same members.
pub(crate) async fn checksum(world: &World) -> Checksum {
    let hash = "(user_no * 31 + segment_id) * 1000003 % 2147483647";
    let members = format!(
        "SELECT segment_id, count(*), CAST(sum({hash}) AS bigint) FROM user_segment WHERE removed_at IS NULL \
         GROUP BY segment_id ORDER BY segment_id"
    );
    let folded = format!(
        "SELECT segment_id, CAST(sum(sign) AS bigint), CAST(sum(sign * ({hash})) AS bigint) FROM (\
         SELECT user_no, segment_id, CASE WHEN entered THEN 1 ELSE -1 END AS sign FROM segment_event) AS signed \
         GROUP BY segment_id ORDER BY segment_id"
    );
    let members = world.query::<(i32, i64, i64)>(&members).await;
    assert_eq!(world.query::<(i32, i64, i64)>(&folded).await, members, "the ledger gives the members");
    let stored = "SELECT segment_id, member_count FROM segment_count WHERE member_count <> 0 ORDER BY segment_id";
    let stored = world.query::<(i32, i64)>(stored).await;
    let counted: Vec<_> = members.iter().map(|(id, count, _)| (*id, *count)).collect();
    assert_eq!(stored, counted, "the stored counts are those of the members");
    Checksum {
        members,
        events: world.query::<(i64,)>("SELECT count(*) FROM segment_event").await[0].0,
        marks: world.query::<(i64,)>("SELECT count(*) FROM user_dirty").await[0].0,
    }
}
