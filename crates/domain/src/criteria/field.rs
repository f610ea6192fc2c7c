//! The catalogue of fields: name, kind, operators, nullability. Whoever adds a field begins here; the parser, both
//! interpreters and the query builder follow.

use std::ops::RangeInclusive;

use crate::{certification::Provider, paid_plan::PaidPlan, period::Period};

use super::{FieldKind, Operator, ValueShape};

/// A field that a condition may test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Which.
    pub field: Field,
    /// The name on the wire.
    pub name: &'static str,
    /// The name in words, as it stands within a sentence.
    pub words: &'static str,
    /// What it says for people to choose it by.
    pub label: &'static str,
    /// What it means that a user has none, as the end of a sentence about them; `None` if every user has one.
    pub unset: Option<&'static str>,
}

impl FieldSpec {
    /// Whether a user may have none.
    pub fn nullable(&self) -> bool {
        self.unset.is_some()
    }
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

impl From<NumberField> for Field {
    fn from(field: NumberField) -> Self {
        Self::Number(field)
    }
}

impl From<DateField> for Field {
    fn from(field: DateField) -> Self {
        Self::Date(field)
    }
}

impl From<TextField> for Field {
    fn from(field: TextField) -> Self {
        Self::Text(field)
    }
}

/// A number that every user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberField {
    /// `currentStreak`
    CurrentStreak,
    /// `totalPoints`
    TotalPoints,
    /// `level`
    Level,
    /// `quizCount`
    QuizCount,
    /// `randomBucket`
    RandomBucket,
}

impl NumberField {
    /// The numbers that a user can have. Days in a row and levels are counted up from nothing; points may be taken away
    /// below it.
    pub fn values(self) -> RangeInclusive<i64> {
        match self {
            Self::CurrentStreak | Self::Level | Self::QuizCount => 0..=i64::MAX,
            Self::TotalPoints => i64::MIN..=i64::MAX,
            Self::RandomBucket => 0..=99,
        }
    }
}

/// A date of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateField {
    /// `createdAt`
    CreatedAt,
    /// `lastActivityAt`, nullable.
    LastActivityAt,
    /// `lastQuizAt`, nullable.
    LastQuizAt,
}

/// A text of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextField {
    /// `email`
    Email,
    /// `firstName`, nullable.
    FirstName,
    /// `lastName`, nullable.
    LastName,
}

/// A key of a condition besides field, operator and value. It may always be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeySpec {
    /// The name on the wire.
    pub name: &'static str,
    /// What it says for people to choose it by.
    pub label: &'static str,
    /// What it takes.
    pub shape: ValueShape,
}

impl KeySpec {
    /// What it may be, if that is one of a few.
    pub fn options(&self) -> Vec<&'static str> {
        if self.shape == ValueShape::Option { Provider::ALL.map(Provider::name).to_vec() } else { Vec::new() }
    }
}

const EVENT_KEYS: [KeySpec; 3] = [
    KeySpec { name: "within", label: "Within the last", shape: ValueShape::Duration },
    KeySpec { name: "provider", label: "Provider", shape: ValueShape::Option },
    KeySpec { name: "certification", label: "Certification", shape: ValueShape::Text },
];

/// Every field, in the order in which a query builder shows them.
pub const FIELDS: [FieldSpec; 17] = [
    spec(Field::Plan, "plan", "plan", "Plan", None),
    spec(Field::Number(NumberField::CurrentStreak), "currentStreak", "current streak", "Current streak", None),
    spec(Field::Number(NumberField::TotalPoints), "totalPoints", "total points", "Total points", None),
    spec(Field::Number(NumberField::Level), "level", "level", "Level", None),
    spec(Field::Number(NumberField::QuizCount), "quizCount", "quiz count", "Quiz count", None),
    spec(
        Field::Share(Provider::Aws),
        "awsShare",
        "AWS share of recent quizzes",
        "AWS share",
        Some("has not completed a quiz"),
    ),
    spec(
        Field::Share(Provider::Azure),
        "azureShare",
        "Azure share of recent quizzes",
        "Azure share",
        Some("has not completed a quiz"),
    ),
    spec(
        Field::Share(Provider::Gcp),
        "gcpShare",
        "GCP share of recent quizzes",
        "GCP share",
        Some("has not completed a quiz"),
    ),
    spec(Field::Date(DateField::CreatedAt), "createdAt", "sign-up", "Sign-up", None),
    spec(
        Field::Date(DateField::LastActivityAt),
        "lastActivityAt",
        "last activity",
        "Last activity",
        Some("was never active"),
    ),
    spec(Field::Date(DateField::LastQuizAt), "lastQuizAt", "last quiz", "Last quiz", Some("has not completed a quiz")),
    spec(Field::Text(TextField::Email), "email", "e-mail address", "E-mail address", None),
    spec(Field::Text(TextField::FirstName), "firstName", "first name", "First name", Some("has no first name")),
    spec(Field::Text(TextField::LastName), "lastName", "last name", "Last name", Some("has no last name")),
    spec(Field::QuizAttempts, "quizAttempts", "quiz attempts", "Quiz attempts", None),
    spec(Field::Segment, "segment", "segment", "Segment", None),
    spec(Field::Number(NumberField::RandomBucket), "randomBucket", "random bucket", "Random bucket", None),
];

const fn spec(
    field: Field,
    name: &'static str,
    words: &'static str,
    label: &'static str,
    unset: Option<&'static str>,
) -> FieldSpec {
    FieldSpec { field, name, words, label, unset }
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
        if self.spec().nullable() && self.kind() != FieldKind::Percentage {
            operators.extend([Op::IsSet, Op::IsNotSet]);
        }
        operators
    }
    /// What the value of an operator may be, if that is one of a few. Segments are not listed here: they come and go.
    pub fn options(self, operator: Operator) -> Vec<&'static str> {
        match operator.value_shape(self.kind()) {
            ValueShape::Option | ValueShape::OptionList => PaidPlan::ALL.map(PaidPlan::stored).to_vec(),
            ValueShape::Period => Period::ALL.map(Period::name).to_vec(),
            _ => Vec::new(),
        }
    }

    /// The keys that narrow what is counted.
    pub fn keys(self) -> &'static [KeySpec] {
        if self.kind() == FieldKind::EventCount { &EVENT_KEYS } else { &[] }
    }
}
