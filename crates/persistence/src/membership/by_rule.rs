//! The members of one segment by its rule and its overrides, set against set: applied by a save, counted by a preview.
//! One select says for each user whether they are wanted and whether they are a member.

use std::collections::BTreeMap;

use domain::{
    criteria::Criteria,
    ids::{SegmentId, UserNo},
    overrides::OverrideKind,
    period::Moment,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, QueryResult, Statement,
    sea_query::{Alias, Condition as Sql, Expr, ExprTrait, JoinType, Query, SelectStatement},
};

use super::{
    applied::Applied,
    change::{self, Source},
    ledger::{Before, before_changes},
    parameters::context_values,
};
use crate::{
    criteria_sql::{self, Reading, Supposed},
    database::{
        DefinitionTx,
        backend::{Backend, Inserts},
        json_rows::{shard_value, statement},
    },
    entity::{segment_event, segment_override, user_segment, users},
    membership::ledger::{ChangeContext, Membership},
    reads::preview::{Sampled, sampled},
    user_range::UserRange,
    webhooks::outbox,
};

/// Users who change in one statement.
const PAGE: u64 = 50_000;
const CURRENT: &str = "current";
const OVERRIDE: &str = "active";
/// A column: whether the rule and the overrides want the user.
pub(super) const WANTED: &str = "wanted";
/// A column: whether the user is a member.
pub(super) const MEMBER: &str = "member";

/// A segment and a rule for it.
#[derive(Clone, Copy)]
pub struct Rule<'a> {
    pub segment: SegmentId,
    pub criteria: &'a Criteria,
    pub moment: Moment,
}

/// What a rule would do to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipEffect {
    /// Wanted and not a member.
    Enters,
    /// A member and not wanted.
    Leaves,
    /// A member and wanted.
    Stays,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectCounts {
    pub users: i64,
    pub enter: i64,
    pub leave: i64,
    pub stay: i64,
}

impl EffectCounts {
    /// The columns of [`counts`], in order.
    pub(super) const NAMES: [&'static str; Self::COLUMNS] = ["users", "enter", "leave", "stay"];
    pub(super) const COLUMNS: usize = 4;

    /// Reads the counts that begin at a column.
    pub(super) fn read(row: &QueryResult, column: usize) -> Result<Self, DbErr> {
        Ok(Self {
            users: row.try_get_by_index(column)?,
            enter: row.try_get_by_index(column + 1)?,
            leave: row.try_get_by_index(column + 2)?,
            stay: row.try_get_by_index(column + 3)?,
        })
    }
}

/// Counts effects. The caller adds the subquery of tests.
pub(super) fn counts() -> SelectStatement {
    let (wanted, member) = (|| Expr::col(Alias::new(WANTED)), || Expr::col(Alias::new(MEMBER)));
    let tests = [
        Expr::cust("count(*)"),
        criteria_sql::count(Sql::all().add(wanted()).add(member().not())),
        criteria_sql::count(Sql::all().add(wanted().not()).add(member())),
        criteria_sql::count(Sql::all().add(wanted()).add(member())),
    ];
    let mut select = Query::select();
    for (test, name) in tests.into_iter().zip(EffectCounts::NAMES) {
        select.expr_as(test, Alias::new(name));
    }
    select
}

impl Rule<'_> {
    /// Makes the members in the shard of the transaction follow the rule, each change with its event.
    pub async fn follow(&self, tx: &DefinitionTx, context: &ChangeContext) -> Result<Applied, DbErr> {
        let changes = match tx.inserts() {
            Inserts::Server => change::by_segment(&tx.query_all_raw(self.rows_then_events(tx, context)).await?)?,
            Inserts::File => self.events_then_rows(tx, context).await?,
            Inserts::Citus => return self.in_pages(tx, context).await,
        };
        super::note(tx, &changes, context.at).await
    }

    /// Citus: the users who change are read, and written as a run writes them.
    async fn in_pages(&self, tx: &DefinitionTx, context: &ChangeContext) -> Result<Applied, DbErr> {
        let (mut sum, mut after) = (Applied::default(), tx.shard().start());
        loop {
            let of_shard = Expr::col((users::Entity, Alias::new("shard"))).eq(shard_value(tx.shard()));
            let mut page = self.changing(Backend::Postgres);
            page.and_where(of_shard)
                .and_where(users::Column::No.into_expr().gt(after.0))
                .expr(Expr::col(users::Column::No.as_column_ref()))
                .expr(Expr::from(is_member()))
                .limit(PAGE);
            let (mut enter, mut leave) = (Vec::new(), Vec::new());
            for row in tx.query_all(&page).await? {
                after = UserNo(row.try_get_by_index(0)?);
                let changes = if row.try_get_by_index(1)? { &mut leave } else { &mut enter };
                changes.push(Membership { user: after, segment: self.segment });
            }
            if enter.is_empty() && leave.is_empty() {
                return Ok(sum);
            }
            sum += super::apply(tx, &enter, &leave, context).await?;
        }
    }

    /// PostgreSQL: one statement, as for [the changes of a run](change).
    fn rows_then_events(&self, tx: &DefinitionTx, context: &ChangeContext) -> Statement {
        let of_shard = Expr::col((users::Entity, Alias::new("shard"))).eq(shard_value(tx.shard()));
        let users = tx.get_database_backend().build(
            self.changing(Backend::Postgres)
                .and_where(of_shard)
                .expr_as(Expr::col(users::Column::No.as_column_ref()), Alias::new("user_no"))
                .expr_as(Expr::value(self.segment.0), Alias::new("segment_id"))
                .expr_as(Expr::from(is_member()), Alias::new(MEMBER)),
        );
        let values = users.values.map_or_else(Vec::new, |values| values.0);
        let source = Source {
            to_enter: format!("input WHERE NOT input.{MEMBER}"),
            to_leave: format!("input WHERE input.{MEMBER}"),
        };
        let sql = format!("WITH input AS MATERIALIZED ({}), {}", users.sql, source.changes(values.len() + 1));
        tx.statement(sql, values.into_iter().chain(context_values(context)))
    }

    /// SQLite: first the events, then the rows by the new events.
    async fn events_then_rows(
        &self,
        tx: &DefinitionTx,
        context: &ChangeContext,
    ) -> Result<BTreeMap<SegmentId, Applied>, DbErr> {
        let Before { last: before, is_heard } = before_changes(tx).await?;
        tx.execute(&self.events(context)?).await?;
        let enter = "INSERT INTO user_segment (user_no, segment_id, added_at) \
                     SELECT user_no, segment_id, at FROM segment_event WHERE no > $1 AND entered ORDER BY user_no \
                     ON CONFLICT (user_no, segment_id) DO UPDATE SET added_at = excluded.added_at, removed_at = NULL";
        let leave = "UPDATE user_segment SET removed_at = $2 WHERE segment_id = $3 AND removed_at IS NULL AND user_no IN \
                     (SELECT user_no FROM segment_event WHERE no > $1 AND NOT entered)";
        let entered = tx.execute_raw(statement(tx, enter, [before.into()])).await?.rows_affected();
        let values = [before.into(), context.at.into(), self.segment.0.into()];
        let left = tx.execute_raw(statement(tx, leave, values)).await?.rows_affected();
        if is_heard && entered + left > 0 {
            outbox::from_events(tx, before).await?;
        }
        Ok(BTreeMap::from([(self.segment, Applied { entered, left })]))
    }

    /// Counts effects in one pass over all users or those in the range.
    pub async fn effects(
        &self,
        connection: &impl ConnectionTrait,
        range: Option<UserRange>,
    ) -> Result<EffectCounts, DbErr> {
        let backend = Backend::of(connection);
        let mut tests = self.users(range, backend);
        tests.expr_as(Expr::from(self.wanted(&Supposed::new(), backend)), Alias::new(WANTED));
        tests.expr_as(Expr::from(is_member()), Alias::new(MEMBER));
        criteria_sql::fence(&mut tests, backend);
        let mut select = counts();
        select.from_subquery(tests, Alias::new("tested"));
        let row = connection.query_one(&select).await?.ok_or_else(|| DbErr::RecordNotFound("the counts".into()))?;
        EffectCounts::read(&row, 0)
    }

    /// Up to `size` users with an effect, in the order of our keys. `count` is how many there are.
    pub async fn sample(
        &self,
        connection: &impl ConnectionTrait,
        effect: MembershipEffect,
        range: Option<UserRange>,
        count: i64,
        size: u64,
    ) -> Result<Vec<Sampled>, DbErr> {
        // A limit of no more than there are ends the search at the last one.
        let size = Ord::min(size, count.unsigned_abs());
        if size == 0 {
            return Ok(Vec::new());
        }
        let backend = Backend::of(connection);
        let mut select = self.users(range, backend);
        select
            .cond_where(self.meets(effect, backend))
            .order_by(users::Column::No.as_column_ref(), sea_orm::Order::Asc)
            .limit(size);
        sampled(connection, select).await
    }

    /// Every user, or those in the range, with their membership and override, if any.
    pub(super) fn users(&self, range: Option<UserRange>, backend: Backend) -> SelectStatement {
        let no = || users::Column::No.as_column_ref();
        let current = Sql::all()
            .add(Expr::col((CURRENT, user_segment::Column::UserNo)).equals(no()))
            .add(Expr::col((CURRENT, user_segment::Column::SegmentId)).eq(self.segment.0))
            .add(Expr::col((CURRENT, user_segment::Column::RemovedAt)).is_null())
            .add_option(backend.same_shard_expr(CURRENT, users::Entity))
            .add_option(range.map(|range| range.hold((CURRENT, user_segment::Column::UserNo))));
        let expires = || Expr::col((OVERRIDE, segment_override::Column::ExpiresAt));
        let of_user = Sql::all()
            .add(Expr::col((OVERRIDE, segment_override::Column::UserNo)).equals(no()))
            .add(Expr::col((OVERRIDE, segment_override::Column::SegmentId)).eq(self.segment.0))
            .add(expires().is_null().or(expires().gt(self.moment.now)))
            .add_option(backend.same_shard_expr(OVERRIDE, users::Entity))
            .add_option(range.map(|range| range.hold((OVERRIDE, segment_override::Column::UserNo))));
        criteria_sql::from_users(self.criteria, range, backend)
            .join_as(JoinType::LeftJoin, user_segment::Entity, CURRENT, current)
            .join_as(JoinType::LeftJoin, segment_override::Entity, OVERRIDE, of_user)
            .to_owned()
    }

    /// (matches the rule ∪ include) − exclude, never NULL. The tables of `supposed` must be joined.
    pub(super) fn wanted(&self, supposed: &Supposed, backend: Backend) -> Sql {
        let decision = || Expr::col((OVERRIDE, segment_override::Column::Decision));
        let by_rule = Sql::all()
            .add(decision().is_null())
            .add(criteria_sql::condition_supposing(self.criteria, Reading { moment: self.moment, supposed, backend }));
        let included = Sql::all().add(decision().is_not_null()).add(decision().eq(OverrideKind::Include.as_str()));
        Sql::any().add(by_rule).add(included)
    }

    fn meets(&self, effect: MembershipEffect, backend: Backend) -> Sql {
        let wanted = self.wanted(&Supposed::new(), backend);
        match effect {
            MembershipEffect::Enters => Sql::all().add(wanted).add(is_member().not()),
            MembershipEffect::Leaves => Sql::all().add(wanted.not()).add(is_member()),
            MembershipEffect::Stays => Sql::all().add(wanted).add(is_member()),
        }
    }

    /// The users who enter or leave, in the order of their keys.
    fn changing(&self, backend: Backend) -> SelectStatement {
        let meets = |effect| self.meets(effect, backend);
        let changes = Sql::any().add(meets(MembershipEffect::Enters)).add(meets(MembershipEffect::Leaves));
        self.users(None, backend)
            .cond_where(changes)
            .order_by(users::Column::No.as_column_ref(), sea_orm::Order::Asc)
            .to_owned()
    }

    /// Appends an event for everyone who enters or leaves.
    fn events(&self, context: &ChangeContext) -> Result<sea_orm::sea_query::InsertStatement, DbErr> {
        let select = self
            .changing(Backend::Sqlite)
            .column(users::Column::No.as_column_ref())
            .expr(Expr::value(self.segment.0))
            // Of the users that change, those who are not members enter.
            .expr(Expr::from(is_member().not()))
            .expr(Expr::value(context.at))
            .expr(Expr::value(context.cause.as_str()))
            .expr(Expr::value(context.run.map(|run| run.0)))
            .expr(Expr::value(context.actor.clone()))
            .expr(Expr::col((CURRENT, user_segment::Column::AddedAt)))
            .to_owned();
        use segment_event::Column as Event;
        let columns = [
            Event::UserNo,
            Event::SegmentId,
            Event::Entered,
            Event::At,
            Event::Cause,
            Event::RunId,
            Event::Actor,
            Event::Since,
        ];
        let insert = Query::insert()
            .into_table(segment_event::Entity)
            .columns(columns)
            .select_from(select)
            .map(|it| it.to_owned());
        insert.map_err(|error| DbErr::Custom(error.to_string()))
    }
}

pub(super) fn is_member() -> Sql {
    Sql::all().add(Expr::col((CURRENT, user_segment::Column::UserNo)).is_not_null())
}
