//! Every fact of a user: which fields look at it, where it is stored, and where it goes. What a run selects, both readers and
//! the columns that definitions compile to follow from this one list.

use std::convert::Infallible;

use domain::{
    certification::Provider,
    criteria::{DateField as D, Field, Needs, NumberField as N, TextField as T},
    facts::UserFacts,
};
use sea_orm::{ColumnTrait, IdenStatic, sea_query::Expr};

use self::Column::{Stats, User};
use super::array_row::Value;
use crate::entity::{
    user_stats::{self, Column as S},
    users::{self, Column as U},
};

/// In the order of the columns that are read.
fn every<V: Visitor>(facts: &mut Facts<'_, V>) -> Result<(), V::Stop> {
    // Also without a rule that looks at it: a run counts the users whose plan has no segment.
    facts.always(Field::Plan, User(U::Plan), "plan", |user, it| user.plan = it)?;
    facts.of(N::CurrentStreak, User(U::CurrentStreak), "current streak", |user, it| user.current_streak = it)?;
    facts.of(D::CreatedAt, User(U::CreatedAt), "created_at", |user, it| user.created_at = it)?;
    facts.of(D::LastActivityAt, User(U::LastActivityAt), "last_activity_at", |user, it| user.last_activity_at = it)?;
    facts.of(N::QuizCount, Stats(S::QuizCount), "quiz count", |user, it| user.quizzes.count = it)?;
    facts.of_several(&SHARES, Stats(S::RecentTotal), "recent quizzes", |user, it| user.quizzes.recent = it)?;
    facts.of(SHARES[0], Stats(S::RecentAws), "recent AWS quizzes", |user, it| user.quizzes.recent_aws = it)?;
    facts.of(SHARES[1], Stats(S::RecentAzure), "recent Azure quizzes", |user, it| user.quizzes.recent_azure = it)?;
    facts.of(SHARES[2], Stats(S::RecentGcp), "recent GCP quizzes", |user, it| user.quizzes.recent_gcp = it)?;
    facts.of(N::TotalPoints, User(U::TotalPoints), "total points", |user, it| user.total_points = it)?;
    facts.of(N::Level, User(U::Level), "level", |user, it| user.level = it)?;
    facts
        .of(N::RandomBucket, User(U::RandomBucket), "random bucket", |user, it: i16| user.random_bucket = it.into())?;
    facts.of(D::LastQuizAt, Stats(S::LastQuizAt), "last quiz", |user, it| user.quizzes.last_at = it)?;
    facts.of(T::Email, User(U::EmailFolded), "email", |user, it| user.email = it)?;
    facts.of(T::FirstName, User(U::FirstNameFolded), "first name", |user, it| user.first_name = it)?;
    facts.of(T::LastName, User(U::LastNameFolded), "last name", |user, it| user.last_name = it)
}

const SHARES: [Field; 3] = [Field::Share(Provider::Aws), Field::Share(Provider::Azure), Field::Share(Provider::Gcp)];

/// Where a fact is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    User(users::Column),
    Stats(user_stats::Column),
}

impl Column {
    /// Such as `users.plan`.
    pub(crate) fn sql(self) -> String {
        match self {
            User(column) => format!("users.{}", column.as_str()),
            Stats(column) => format!("user_stats.{}", column.as_str()),
        }
    }

    pub(crate) fn expr(self) -> Expr {
        match self {
            User(column) => column.into_expr(),
            Stats(column) => column.into_expr(),
        }
    }
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact<'a> {
    fields: &'a [Field],
    column: Column,
    /// What it is called in a report of what cannot be read.
    pub(super) name: &'static str,
}

/// What is done with each line.
pub(super) trait Visitor {
    /// Why to go no further.
    type Stop;

    fn fact<T: Value>(&mut self, fact: Fact<'_>, set: impl Fn(&mut UserFacts, T)) -> Result<(), Self::Stop>;
}

/// Shows a visitor the facts that are needed.
pub(super) fn visit<V: Visitor>(needs: Needs, visitor: &mut V) -> Result<(), V::Stop> {
    every(&mut Facts { needs, visitor })
}

struct Facts<'a, V> {
    needs: Needs,
    visitor: &'a mut V,
}

impl<V: Visitor> Facts<'_, V> {
    fn always<T: Value>(
        &mut self,
        field: Field,
        column: Column,
        name: &'static str,
        set: impl Fn(&mut UserFacts, T),
    ) -> Result<(), V::Stop> {
        self.visitor.fact(Fact { fields: &[field], column, name }, set)
    }

    fn of<T: Value>(
        &mut self,
        field: impl Into<Field>,
        column: Column,
        name: &'static str,
        set: impl Fn(&mut UserFacts, T),
    ) -> Result<(), V::Stop> {
        self.of_several(&[field.into()], column, name, set)
    }

    fn of_several<T: Value>(
        &mut self,
        fields: &[Field],
        column: Column,
        name: &'static str,
        set: impl Fn(&mut UserFacts, T),
    ) -> Result<(), V::Stop> {
        if !fields.iter().any(|field| self.needs.include(*field)) {
            return Ok(());
        }
        self.visitor.fact(Fact { fields, column, name }, set)
    }
}

/// The columns of the facts that are needed.
pub(super) fn columns(needs: Needs) -> Vec<String> {
    let mut columns = Columns(Vec::new());
    let Ok(()) = visit(needs, &mut columns);
    columns.0
}

struct Columns(Vec<String>);

impl Visitor for Columns {
    type Stop = Infallible;

    fn fact<T: Value>(&mut self, fact: Fact<'_>, _: impl Fn(&mut UserFacts, T)) -> Result<(), Infallible> {
        self.0.push(fact.column.sql());
        Ok(())
    }
}

/// Where a field is stored that is one: see [`find`].
pub(crate) fn column(field: Field) -> Column {
    find(field).unwrap_or_else(|| unreachable!("{field:?} has no line in the table of facts, or is no column"))
}

/// Where a field is stored; of a share, its provider's part. Quiz attempts and segments are rows of other tables.
pub(crate) fn find(field: Field) -> Option<Column> {
    visit(Needs::everything(), &mut Find(field)).err()
}

struct Find(Field);

impl Visitor for Find {
    type Stop = Column;

    fn fact<T: Value>(&mut self, fact: Fact<'_>, _: impl Fn(&mut UserFacts, T)) -> Result<(), Column> {
        if fact.fields == [self.0] { Err(fact.column) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        criteria::{FIELDS, FieldKind},
        system_segments::catalogue,
    };

    use super::*;

    #[test]
    fn every_field_of_the_catalogue_is_stored() {
        for spec in &FIELDS {
            let is_counted = matches!(spec.field.kind(), FieldKind::EventCount | FieldKind::Membership);
            assert_eq!(find(spec.field).is_none(), is_counted, "{} has no line in the table", spec.name);
        }
    }

    #[test]
    fn the_system_segments_read_neither_names_nor_what_only_custom_ones_ask_for() {
        let needs = catalogue().iter().map(|segment| Needs::of(&segment.criteria)).fold(Needs::default(), Needs::and);
        let expected = [
            "users.plan",
            "users.current_streak",
            "users.created_at",
            "users.last_activity_at",
            "user_stats.quiz_count",
            "user_stats.recent_total",
            "user_stats.recent_aws",
            "user_stats.recent_azure",
            "user_stats.recent_gcp",
        ];
        assert_eq!(columns(needs), expected);
        assert_eq!(columns(Needs::default()), ["users.plan"]);
    }
}
