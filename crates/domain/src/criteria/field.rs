//! The catalogue of fields: name, kind, operators, nullability. Whoever adds a field begins here; the parser, both
//! interpreters and the query builder follow.

use crate::certification::Provider;

use super::{DateField, NumberField, TextField};

/// A field that a condition may test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Which.
    pub field: Field,
    /// The name on the wire.
    pub name: &'static str,
    /// The name in words, as it stands within a sentence.
    pub words: &'static str,
    /// Whether a user may have none.
    pub nullable: bool,
}

/// What a condition tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `plan`
    Plan,
    /// A number that every user has.
    Number(NumberField),
    /// A provider's share of the latest attempts.
    Share(Provider),
    /// A date.
    Date(DateField),
    /// A text.
    Text(TextField),
    /// `quizAttempts`
    QuizAttempts,
    /// `segment`
    Segment,
}

/// What values a field has, and so which operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One of a few options.
    Select,
    /// A whole number within these bounds.
    Number {
        /// The least value a condition may name.
        min: i64,
        /// The greatest value a condition may name.
        max: i64,
    },
    /// A whole percentage, which may be unset.
    Percentage,
    /// An instant.
    Date,
    /// A text.
    Text,
    /// The number of events, perhaps in a window.
    EventCount,
    /// Membership in segments.
    Membership,
}

/// Every field, in the order in which a query builder shows them.
pub const FIELDS: [FieldSpec; 17] = [
    spec(Field::Plan, "plan", "plan", false),
    spec(Field::Number(NumberField::CurrentStreak), "currentStreak", "current streak", false),
    spec(Field::Number(NumberField::TotalPoints), "totalPoints", "total points", false),
    spec(Field::Number(NumberField::Level), "level", "level", false),
    spec(Field::Number(NumberField::QuizCount), "quizCount", "quiz count", false),
    spec(Field::Share(Provider::Aws), "awsShare", "AWS share of recent quizzes", true),
    spec(Field::Share(Provider::Azure), "azureShare", "Azure share of recent quizzes", true),
    spec(Field::Share(Provider::Gcp), "gcpShare", "GCP share of recent quizzes", true),
    spec(Field::Date(DateField::CreatedAt), "createdAt", "sign-up", false),
    spec(Field::Date(DateField::LastActivityAt), "lastActivityAt", "last activity", true),
    spec(Field::Date(DateField::LastQuizAt), "lastQuizAt", "last quiz", true),
    spec(Field::Text(TextField::Email), "email", "e-mail address", false),
    spec(Field::Text(TextField::FirstName), "firstName", "first name", true),
    spec(Field::Text(TextField::LastName), "lastName", "last name", true),
    spec(Field::QuizAttempts, "quizAttempts", "quiz attempts", false),
    spec(Field::Segment, "segment", "segment", false),
    spec(Field::Number(NumberField::RandomBucket), "randomBucket", "random bucket", false),
];

const fn spec(field: Field, name: &'static str, words: &'static str, nullable: bool) -> FieldSpec {
    FieldSpec { field, name, words, nullable }
}

impl Field {
    /// The field of a name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        FIELDS.iter().find(|spec| spec.name == name).map(|spec| spec.field)
    }

    /// What the catalogue says of it.
    pub fn spec(self) -> &'static FieldSpec {
        FIELDS.iter().find(|spec| spec.field == self).unwrap_or(&FIELDS[0])
    }

    /// What values it has.
    pub fn kind(self) -> FieldKind {
        match self {
            Self::Plan => FieldKind::Select,
            Self::Number(NumberField::RandomBucket) => FieldKind::Number { min: 0, max: 99 },
            Self::Number(_) => FieldKind::Number { min: i64::MIN, max: i64::MAX },
            Self::Share(_) => FieldKind::Percentage,
            Self::Date(_) => FieldKind::Date,
            Self::Text(_) => FieldKind::Text,
            Self::QuizAttempts => FieldKind::EventCount,
            Self::Segment => FieldKind::Membership,
        }
    }

    /// Its operators, in the order in which a query builder shows them.
    pub fn operators(self) -> Vec<Operator> {
        use Operator as Op;
        let mut operators = match self.kind() {
            FieldKind::Select => vec![Op::Equals, Op::NotEquals, Op::In, Op::NotIn],
            FieldKind::Number { .. } | FieldKind::EventCount => {
                vec![Op::Equals, Op::NotEquals, Op::Greater, Op::Less, Op::AtLeast, Op::AtMost, Op::Between]
            }
            FieldKind::Percentage => vec![Op::Greater, Op::Less, Op::AtLeast, Op::AtMost, Op::Between],
            FieldKind::Date => {
                vec![Op::Greater, Op::Less, Op::Between, Op::WithinLast, Op::NotWithinLast, Op::InPeriod]
            }
            FieldKind::Text => {
                vec![Op::Equals, Op::NotEquals, Op::Contains, Op::NotContains, Op::StartsWith, Op::EndsWith]
            }
            FieldKind::Membership => vec![Op::In, Op::NotIn],
        };
        // A share is unset where there is no attempt, which `quizCount` asks in plainer words.
        if self.spec().nullable && self.kind() != FieldKind::Percentage {
            operators.extend([Op::IsSet, Op::IsNotSet]);
        }
        operators
    }
}

/// What is asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `equals`
    Equals,
    /// `not_equals`
    NotEquals,
    /// `in`
    In,
    /// `not_in`
    NotIn,
    /// `>`, of a date: after.
    Greater,
    /// `<`, of a date: before.
    Less,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `between`, both ends included.
    Between,
    /// `within_last`
    WithinLast,
    /// `not_within_last`
    NotWithinLast,
    /// `in_period`
    InPeriod,
    /// `contains`
    Contains,
    /// `not_contains`
    NotContains,
    /// `starts_with`
    StartsWith,
    /// `ends_with`
    EndsWith,
    /// `is_set`
    IsSet,
    /// `is_not_set`
    IsNotSet,
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Equals,
        Self::NotEquals,
        Self::In,
        Self::NotIn,
        Self::Greater,
        Self::Less,
        Self::AtLeast,
        Self::AtMost,
        Self::Between,
        Self::WithinLast,
        Self::NotWithinLast,
        Self::InPeriod,
        Self::Contains,
        Self::NotContains,
        Self::StartsWith,
        Self::EndsWith,
        Self::IsSet,
        Self::IsNotSet,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::NotEquals => "not_equals",
            Self::In => "in",
            Self::NotIn => "not_in",
            Self::Greater => ">",
            Self::Less => "<",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Between => "between",
            Self::WithinLast => "within_last",
            Self::NotWithinLast => "not_within_last",
            Self::InPeriod => "in_period",
            Self::Contains => "contains",
            Self::NotContains => "not_contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::IsSet => "is_set",
            Self::IsNotSet => "is_not_set",
        }
    }

    /// The operator of a name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.name() == name)
    }
}
