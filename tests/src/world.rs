//! A database with users and attempts, one line each.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    attribute::{Attribute, AttributeChanges, AttributeKey, AttributeType, AttributeValue, Attributes},
    criteria::{ParseContext, parse_value},
    event::{Currency, Event, EventName, Money},
    ids::{SegmentId, UserId, UserNo},
    instant::{Instant, parse_instant},
    membership::Cause,
    period::Moment,
    profile::{QuizAttempt, User, UserChange},
    segment::SegmentKey,
    segment_health::SegmentHealth,
    shard::Shard,
};
use persistence::{
    Database, MembershipTx, attributes,
    ingest::{attempts, erasure, events, users},
    membership::ledger::ChangeContext,
    segments::{
        self,
        custom::{self, Draft, NewCustomSegment},
    },
};
use sea_orm::{ConnectionTrait, Statement, TryGetableMany};
use segmentation_engine::{
    run::{NoObserver, RunOptions, RunReport, run},
    verify::verify,
};
use serde_json::Value as Json;

use crate::TestDatabase;

/// The clock of the tests.
pub const NOW: &str = "2026-03-10T12:00:00Z";

/// The clock of the tests.
pub fn now() -> Instant {
    at(NOW)
}

pub fn at(text: &str) -> Instant {
    parse_instant(text).expect("an instant")
}

/// That instant, in UTC.
pub fn moment(now: Instant) -> Moment {
    Moment { now, zone: Tz::UTC }
}

/// Days before the clock of the tests.
pub fn ago(days: i64) -> Instant {
    now() - TimeDelta::days(days)
}

/// A user who signed up a year ago and did nothing since. Change what the test is about.
pub fn user(id: &str) -> User {
    User::new(UserId(id.into()), format!("{id}@example.org"), ago(365))
}

/// An event some days ago, with an amount in minor units and its currency if it is a purchase.
pub fn event(user: &str, id: &str, name: &str, days: i64, amount: Option<(i64, &str)>) -> Event {
    let money = |(minor, code)| Money { minor, currency: Currency::parse(code).expect("a code of a currency") };
    Event {
        id: id.into(),
        user_id: UserId(user.into()),
        name: EventName::parse(name).expect("a name of events"),
        occurred_at: ago(days),
        amount: amount.map(money),
        refund_of: None,
    }
}

/// An attempt ten days ago. Its id is the number.
pub fn quiz(user: &str, number: usize, certification: &str) -> QuizAttempt {
    QuizAttempt {
        id: number.to_string(),
        user_id: UserId(user.into()),
        certification: certification.into(),
        score: None,
        completed_at: ago(10),
    }
}

/// Each shard in one transaction, in the order of the users given.
pub async fn write_users(database: &Database, users: &[UserChange]) {
    for (shard, users) in database.shards().divide(users.iter().cloned(), |change| &change.user.id) {
        let tx = database.begin_membership_change(shard).await.expect("a transaction");
        users::upsert(&tx, &users, now()).await.expect("users are written");
        tx.commit().await.expect("a commit");
    }
}

/// Each shard in one transaction, in the order of the attempts given. Their users must exist.
pub async fn write_attempts(database: &Database, attempts: &[QuizAttempt]) {
    for (shard, attempts) in database.shards().divide(attempts.iter().cloned(), |attempt| &attempt.user_id) {
        let tx = database.begin_membership_change(shard).await.expect("a transaction");
        let changes = attempts::upsert(&tx, &attempts, attempts::Origin::Partial).await;
        let changes = changes.expect("attempts are written");
        assert!(!changes.contains(&attempts::Change::WithoutUser), "attempts of unknown users");
        tx.commit().await.expect("a commit");
    }
}

#[derive(Debug)]
pub struct World {
    pub test_database: TestDatabase,
}

impl World {
    pub fn new(test_database: TestDatabase) -> Self {
        Self { test_database }
    }

    pub async fn open(url: &str) -> Self {
        Self::new(TestDatabase::open(url).await)
    }

    /// An existing database, with this many connections.
    pub async fn open_with(url: &str, connections: u32) -> Self {
        Self::new(TestDatabase::open_with(url, connections).await)
    }

    pub fn database(&self) -> &Database {
        &self.test_database.database
    }

    pub async fn users(&self, users: &[User]) {
        let users: Vec<_> = users.iter().cloned().map(UserChange::from).collect();
        write_users(self.database(), &users).await;
    }

    pub async fn declare(&self, attributes: &Attributes) {
        let tx = self.database().begin_definition_change(Shard::FIRST).await.expect("a transaction");
        for attribute in attributes.iter() {
            attributes::save(&tx, attribute).await.expect("the attribute is declared");
        }
        tx.commit().await.expect("a commit");
    }

    /// Declares attributes by their keys and types. The label is the key.
    pub async fn declare_types(&self, types: &[(&str, AttributeType)]) {
        let attribute = |(key, kind): &(&str, AttributeType)| {
            Attribute::stored(AttributeKey::parse(key).expect("a key"), (*key).into(), *kind, &[], false)
        };
        self.declare(&types.iter().map(attribute).collect()).await;
    }

    /// Of a user who exists. Attributes that are not among them stay as they are.
    pub async fn attributes(&self, id: &str, attributes: AttributeChanges) {
        let nothing = UserChange::nothing_but(UserId(id.into()));
        write_users(self.database(), &[UserChange { attributes, ..nothing }]).await;
    }

    /// The same, as calls have them. They must be declared.
    pub async fn values(&self, id: &str, values: Json) {
        let declared = attributes::declared(self.database().connection()).await.expect("a query");
        let change = |(key, value): (&String, &Json)| {
            let attribute = declared.get(key).expect("a declared attribute");
            (attribute.key().clone(), AttributeValue::of_json(attribute, value).expect("a value of its type"))
        };
        self.attributes(id, values.as_object().expect("an object").iter().map(change).collect()).await;
    }

    /// Their users must exist.
    pub async fn record_events(&self, events: &[Event]) {
        let changes = self.try_record_events(events).await;
        let is_written =
            |change: &events::Change| matches!(change, events::Change::Recorded | events::Change::Unchanged);
        assert!(changes.iter().all(is_written), "{changes:?}");
    }

    /// What became of each, by shard.
    pub async fn try_record_events(&self, events: &[Event]) -> Vec<events::Change> {
        let mut all = Vec::new();
        for (shard, events) in self.database().shards().divide(events.iter().cloned(), |event| &event.user_id) {
            let tx = self.database().begin_membership_change(shard).await.expect("a transaction");
            let changes = events::upsert(&tx, &events, now()).await.expect("events are written");
            tx.commit().await.expect("a commit");
            all.extend(changes);
        }
        all
    }

    pub async fn void_event(&self, user: &str, id: &str) {
        let tx = self.change_of(user).await;
        events::void(&tx, &[(UserId(user.into()), id.into())]).await.expect("it is deleted");
        tx.commit().await.expect("a commit");
    }

    pub async fn attempts(&self, attempts: &[QuizAttempt]) {
        write_attempts(self.database(), attempts).await;
    }

    /// The next run adds its members.
    pub async fn custom_segment(&self, id: &str, name: &str, definition: Json) {
        let declared = attributes::declared(self.database().connection()).await.expect("a query");
        let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: &declared };
        let criteria = parse_value(&definition, &context).expect("a definition");
        let draft = Draft { name: name.into(), description: None, criteria, author: "token:ops".into() };
        let tx = self.database().begin_definition_change(Shard::FIRST).await.expect("a transaction");
        let new = NewCustomSegment { id: id.into(), draft };
        custom::insert(&tx, &new, now()).await.expect("the segment is made");
        tx.commit().await.expect("a commit");
    }

    pub async fn erase(&self, id: &str) {
        let no = self.no(id).await;
        let tx = self.change_of(id).await;
        let change = ChangeContext { at: now(), cause: Cause::Erasure, run: None, actor: None };
        erasure::erase(&tx, (no, &UserId(id.into())), &change).await.expect("the user is erased");
        tx.commit().await.expect("a commit");
    }

    /// The column of the shard, after others of a list, in an `INSERT` of what a `SELECT` from `users` gives.
    pub fn and_shard(&self) -> &'static str {
        if self.database().is_embedded() { "" } else { ", shard" }
    }

    /// As if nothing had been heard of the active run for half a minute.
    pub async fn expire_leases(&self) {
        for table in ["segmentation_run", "run_shard"] {
            self.execute(&format!("UPDATE {table} SET lease_until = '2000-01-01T00:00:00+00:00'")).await;
        }
    }

    /// How many users the active run has evaluated, with their changes written.
    pub async fn progress_of_the_active_run(&self) -> Option<(i64, i64)> {
        let sql = "SELECT run_id, CAST(sum(users_processed) AS bigint) FROM run_shard \
                   WHERE run_id IN (SELECT id FROM segmentation_run WHERE state = 'running') GROUP BY run_id";
        self.query::<(i64, i64)>(sql).await.first().copied()
    }

    /// A transaction that may change a user.
    pub async fn change_of(&self, id: &str) -> MembershipTx {
        let shard = self.database().shards().of(&UserId(id.into()));
        self.database().begin_membership_change(shard).await.expect("a transaction")
    }

    /// Runs the engine and checks the invariants.
    pub async fn run(&self, as_of: Instant) -> RunReport {
        self.run_with(&RunOptions::at(as_of)).await
    }

    /// Runs the engine and checks the invariants.
    pub async fn run_with(&self, options: &RunOptions) -> RunReport {
        let report = run(self.database(), options, &NoObserver).await.expect("the run succeeds");
        self.verify().await;
        report
    }

    /// Checks the invariants.
    pub async fn verify(&self) {
        if self.database().is_embedded() {
            // Fails unless the index matches the texts of all users.
            self.execute("INSERT INTO users_text (users_text, rank) VALUES ('integrity-check', 1)").await;
        }
        for finding in verify(self.database()).await.expect("the checks run") {
            assert_eq!(finding.broken, 0, "{}: {:?}", finding.promise, finding.first);
        }
    }

    /// The id of another user in the same shard.
    pub fn beside(&self, id: &str) -> String {
        self.another(id, |is_same| is_same)
    }

    /// The id of a user in another shard. There must be several.
    pub fn apart_from(&self, id: &str) -> String {
        self.another(id, |is_same| !is_same)
    }

    fn another(&self, id: &str, fits: impl Fn(bool) -> bool) -> String {
        let shard = |id: &str| self.database().shards().of(&UserId(id.into()));
        let others = (0..10_000).map(|number| format!("{id}-{number}"));
        others.into_iter().find(|other| fits(shard(other) == shard(id))).expect("one of 10,000")
    }

    /// Users in the order in which lists have them, if they were written in the order given: by shard first.
    pub fn as_listed(&self, ids: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
        let mut ids: Vec<_> = ids.into_iter().map(Into::into).collect();
        ids.sort_by_key(|id| self.database().shards().of(&UserId(id.clone())));
        ids
    }

    pub async fn no(&self, id: &str) -> UserNo {
        let (database, id) = (self.database(), UserId(id.into()));
        let found = users::find(database.connection(), database.shards().of(&id), &id).await;
        found.expect("a query").expect("the user exists")
    }

    /// By `type:value`.
    pub async fn segment(&self, key: &str) -> SegmentId {
        let key: SegmentKey = key.parse().expect("a segment key");
        segments::find(self.database().connection(), &key).await.expect("a query").expect("the segment exists").id
    }

    /// Ids of current members, sorted.
    pub async fn members(&self, key: &str) -> Vec<String> {
        self.memberships().await.remove(key).unwrap_or_default().into_iter().collect()
    }

    /// Sorted.
    pub async fn segments_of(&self, id: &str) -> Vec<String> {
        let memberships = self.memberships().await;
        memberships.into_iter().filter(|(_, members)| members.contains(id)).map(|(segment, _)| segment).collect()
    }

    /// Every segment with members, with their ids.
    pub async fn memberships(&self) -> BTreeMap<String, BTreeSet<String>> {
        let sql =
            "SELECT segment_type || ':' || segment_value, user_id FROM user_segment_by_name WHERE removed_at IS NULL";
        let mut memberships: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (segment, user) in self.query::<(String, String)>(sql).await {
            memberships.entry(segment).or_default().insert(user);
        }
        memberships
    }

    pub async fn counts(&self) -> BTreeMap<String, i64> {
        let stored = segments::all_counted(self.database().connection()).await.expect("a query");
        stored.into_iter().map(|segment| (segment.key.to_string(), segment.member_count)).collect()
    }

    pub async fn unhealthy(&self) -> Vec<(String, SegmentHealth)> {
        let stored = segments::all(self.database().connection()).await.expect("a query");
        let unhealthy = stored.into_iter().filter(|segment| segment.health != SegmentHealth::Ok);
        unhealthy.map(|segment| (segment.key.to_string(), segment.health)).collect()
    }

    pub async fn events(&self) -> i64 {
        self.query::<(i64,)>("SELECT count(*) FROM segment_event").await[0].0
    }

    pub async fn query<T: TryGetableMany>(&self, sql: &str) -> Vec<T> {
        let connection = self.database().connection();
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(statement).await.expect("the query is answered");
        rows.iter().map(|row| T::try_get_many_by_index(row).expect("columns of these types")).collect()
    }

    pub async fn execute(&self, sql: &str) {
        self.database().connection().execute_unprepared(sql).await.expect("the statement is executed");
    }
}
