//! Where each fact of a user is stored. Both readers, the columns that definitions compile to, and the columns that an upsert
//! writes follow from this table.

use domain::{
    certification::Provider,
    criteria::{DateField, FIELDS, Field, Needs, NumberField, TextField},
};
use sea_orm::{ColumnTrait, IdenStatic, sea_query::Expr};

use self::Column::{Stats, User};
use crate::entity::{
    user_stats::{self, Column as S},
    users::{self, Column as U},
};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    User(users::Column),
    Stats(user_stats::Column),
}

pub(crate) fn number(field: NumberField) -> Column {
    match field {
        NumberField::CurrentStreak => User(U::CurrentStreak),
        NumberField::TotalPoints => User(U::TotalPoints),
        NumberField::Level => User(U::Level),
        NumberField::QuizCount => Stats(S::QuizCount),
        NumberField::PurchaseCount => Stats(S::PurchaseCount),
        NumberField::RandomBucket => User(U::RandomBucket),
    }
}

pub(crate) fn date(field: DateField) -> Column {
    match field {
        DateField::CreatedAt => User(U::CreatedAt),
        DateField::LastActivityAt => User(U::LastActivityAt),
        DateField::LastQuizAt => Stats(S::LastQuizAt),
        DateField::FirstPurchaseAt => Stats(S::FirstPurchaseAt),
        DateField::LastPurchaseAt => Stats(S::LastPurchaseAt),
    }
}

pub(crate) fn text(field: TextField) -> TextColumns {
    match field {
        TextField::Email => TextColumns { written: U::Email, folded: U::EmailFolded },
        TextField::FirstName => TextColumns { written: U::FirstName, folded: U::FirstNameFolded },
        TextField::LastName => TextColumns { written: U::LastName, folded: U::LastNameFolded },
    }
}

pub(crate) struct TextColumns {
    /// As the host application wrote it.
    pub(crate) written: users::Column,
    /// As it is compared.
    pub(crate) folded: users::Column,
}

impl Column {
    pub(crate) fn name(self) -> &'static str {
        match self {
            User(column) => column.as_str(),
            Stats(column) => column.as_str(),
        }
    }

    pub(crate) fn expr(self) -> Expr {
        match self {
            User(column) => column.into_expr(),
            Stats(column) => column.into_expr(),
        }
    }

    /// Numbers are read as 64-bit integers, which only this column is not.
    pub(super) fn selected(self) -> String {
        match self {
            User(U::RandomBucket) => "CAST(users.random_bucket AS bigint)".into(),
            User(column) => format!("users.{}", column.as_str()),
            Stats(column) => format!("user_stats.{}", column.as_str()),
        }
    }
}

/// One column that is read of a user, by what it holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fact {
    Plan,
    Number(NumberField),
    Date(DateField),
    Text(TextField),
    /// How many of the latest attempts there are: see [`domain::facts::RecentQuizzes`].
    RecentTotal,
    RecentAws,
    RecentAzure,
    RecentGcp,
}

impl Fact {
    /// The facts to read, in the order of their columns.
    pub(super) fn needed(needs: &Needs) -> Vec<Self> {
        // A run counts the users whose plan has no segment, even if no rule reads plans.
        let mut facts = vec![Self::Plan];
        for field in FIELDS.iter().map(|spec| spec.field).filter(|field| needs.include(*field)) {
            match field {
                Field::Number(field) => facts.push(Self::Number(field)),
                Field::Date(field) => facts.push(Self::Date(field)),
                Field::Text(field) => facts.push(Self::Text(field)),
                Field::Share(Provider::Aws) => facts.push(Self::RecentAws),
                Field::Share(Provider::Azure) => facts.push(Self::RecentAzure),
                Field::Share(Provider::Gcp) => facts.push(Self::RecentGcp),
                Field::Plan
                | Field::Share(Provider::Other)
                | Field::QuizAttempts
                | Field::Events
                | Field::Purchases
                | Field::TotalSpent
                | Field::Segment
                | Field::Attribute(_) => {}
            }
        }
        if facts.iter().any(|fact| matches!(fact, Self::RecentAws | Self::RecentAzure | Self::RecentGcp)) {
            facts.push(Self::RecentTotal);
        }
        facts
    }

    pub(super) fn column(self) -> Column {
        match self {
            Self::Plan => User(U::Plan),
            Self::Number(field) => number(field),
            Self::Date(field) => date(field),
            Self::Text(field) => User(text(field).folded),
            Self::RecentTotal => Stats(S::RecentTotal),
            Self::RecentAws => Stats(S::RecentAws),
            Self::RecentAzure => Stats(S::RecentAzure),
            Self::RecentGcp => Stats(S::RecentGcp),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::system_segments::catalogue;

    use super::*;

    #[test]
    fn facts_that_no_rule_needs_are_not_read() {
        let needs = catalogue().iter().map(|segment| Needs::of(&segment.criteria)).fold(Needs::default(), Needs::and);
        let columns =
            |needs: &Needs| Fact::needed(needs).into_iter().map(|fact| fact.column().name()).collect::<Vec<_>>();
        let expected = "plan current_streak quiz_count recent_aws recent_azure recent_gcp created_at last_activity_at \
                        recent_total";
        assert_eq!(columns(&needs).join(" "), expected);
        assert_eq!(columns(&Needs::default()), ["plan"]);
    }
}
