//! The catalogue of fields: name, kind, operators, nullability. To add a field, start here: the parser, both interpreters,
//! and the query builder follow.

use std::ops::RangeInclusive;

use crate::{
    attribute::{Attribute, AttributeType, Attributes},
    certification::Provider,
    event::{Basis, CURRENCIES},
    paid_plan::PaidPlan,
    period::Period,
};

use super::{FieldKind, Operator, ValueShape};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec<'a> {
    pub field: Field<'a>,
    pub name: &'a str,
    /// The name within a sentence.
    pub words: &'a str,
    /// The name in a list that people choose from.
    pub label: &'a str,
    /// What an unset value says about a user, as the end of a sentence. `None` if every user has a value.
    pub unset: Option<&'static str>,
    /// Whether the words are a plural.
    pub plural: bool,
    /// The least and the greatest number that a user can have. Only a number has them.
    numbers: (i64, i64),
}

impl FieldSpec<'_> {
    const fn unset(self, unset: &'static str) -> Self {
        Self { unset: Some(unset), ..self }
    }

    const fn plural(self) -> Self {
        Self { plural: true, ..self }
    }

    const fn between(self, least: i64, greatest: i64) -> Self {
        Self { numbers: (least, greatest), ..self }
    }

    pub fn nullable(&self) -> bool {
        self.unset.is_some()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'a> {
    Plan,
    Number(NumberField),
    Share(Provider),
    Date(DateField),
    Text(TextField),
    QuizAttempts,
    Events,
    Purchases,
    TotalSpent,
    Segment,
    Attribute(&'a Attribute),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberField {
    CurrentStreak,
    TotalPoints,
    Level,
    QuizCount,
    PurchaseCount,
    RandomBucket,
}

impl NumberField {
    pub(crate) const COUNT: usize = COUNTS[0];

    /// The numbers that a user can have.
    pub fn values(self) -> RangeInclusive<i64> {
        let (least, greatest) = Field::Number(self).spec().numbers;
        least..=greatest
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateField {
    CreatedAt,
    LastActivityAt,
    LastQuizAt,
    FirstPurchaseAt,
    LastPurchaseAt,
}

impl DateField {
    pub(crate) const COUNT: usize = COUNTS[1];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextField {
    Email,
    FirstName,
    LastName,
}

impl TextField {
    pub(crate) const COUNT: usize = COUNTS[2];
}

/// A key of a condition besides field, operator, and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeySpec {
    pub name: &'static str,
    /// The name in a list that people choose from.
    pub label: &'static str,
    pub shape: ValueShape,
    pub required: bool,
}

impl KeySpec {
    /// The allowed values; empty if there is no fixed list.
    pub fn options(&self) -> Vec<&'static str> {
        match *self {
            PROVIDER => Provider::ALL.map(Provider::name).to_vec(),
            BASIS => Basis::ALL.iter().map(|basis| basis.as_str()).collect(),
            _ if self.name == CURRENCY.name => CURRENCIES.map(|(code, _)| code).to_vec(),
            _ => Vec::new(),
        }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

const fn key(name: &'static str, label: &'static str, shape: ValueShape) -> KeySpec {
    KeySpec { name, label, shape, required: false }
}

pub(super) const WITHIN: KeySpec = key("within", "Within the last", ValueShape::Duration);
pub(super) const PROVIDER: KeySpec = key("provider", "Provider", ValueShape::Option);
pub(super) const CERTIFICATION: KeySpec = key("certification", "Certification", ValueShape::Text);
pub(super) const NAME: KeySpec = key("name", "Name", ValueShape::EventName);
pub(super) const CURRENCY: KeySpec = key("currency", "Currency", ValueShape::Option);
pub(super) const MIN_AMOUNT: KeySpec = key("minAmount", "Of at least", ValueShape::Amount);
pub(super) const BASIS: KeySpec = key("basis", "Refunds", ValueShape::Option);

/// In the order of a query builder. Numbers count up from zero unless they say otherwise.
pub const FIELDS: &[FieldSpec] = &[
    spec(Field::Plan, "plan", "plan", "Plan"),
    spec(Field::Number(NumberField::CurrentStreak), "currentStreak", "current streak", "Current streak"),
    spec(Field::Number(NumberField::TotalPoints), "totalPoints", "total points", "Total points")
        .plural()
        .between(i64::MIN, i64::MAX),
    spec(Field::Number(NumberField::Level), "level", "level", "Level"),
    spec(Field::Number(NumberField::QuizCount), "quizCount", "quiz count", "Quiz count"),
    spec(Field::Share(Provider::Aws), "awsShare", "AWS share of recent quizzes", "AWS share").unset(NO_QUIZ),
    spec(Field::Share(Provider::Azure), "azureShare", "Azure share of recent quizzes", "Azure share").unset(NO_QUIZ),
    spec(Field::Share(Provider::Gcp), "gcpShare", "GCP share of recent quizzes", "GCP share").unset(NO_QUIZ),
    spec(Field::Date(DateField::CreatedAt), "createdAt", "sign-up", "Sign-up"),
    spec(Field::Date(DateField::LastActivityAt), "lastActivityAt", "last activity", "Last activity")
        .unset("was never active"),
    spec(Field::Date(DateField::LastQuizAt), "lastQuizAt", "last quiz", "Last quiz").unset(NO_QUIZ),
    spec(Field::Text(TextField::Email), "email", "email address", "Email address"),
    spec(Field::Text(TextField::FirstName), "firstName", "first name", "First name").unset("has no first name"),
    spec(Field::Text(TextField::LastName), "lastName", "last name", "Last name").unset("has no last name"),
    spec(Field::QuizAttempts, "quizAttempts", "quiz attempts", "Quiz attempts"),
    spec(Field::Events, "events", "events", "Events"),
    spec(Field::Purchases, "purchases", "purchases", "Purchases"),
    spec(Field::TotalSpent, "totalSpent", "total spent", "Total spent").between(i64::MIN, i64::MAX),
    spec(Field::Number(NumberField::PurchaseCount), "purchaseCount", "purchase count", "Purchase count"),
    spec(Field::Date(DateField::FirstPurchaseAt), "firstPurchaseAt", "first purchase", "First purchase")
        .unset(NO_PURCHASE),
    spec(Field::Date(DateField::LastPurchaseAt), "lastPurchaseAt", "last purchase", "Last purchase").unset(NO_PURCHASE),
    spec(Field::Segment, "segment", "segment", "Segment"),
    spec(Field::Number(NumberField::RandomBucket), "randomBucket", "random bucket", "Random bucket").between(0, 99),
];

const NO_QUIZ: &str = "has not completed a quiz";
const NO_PURCHASE: &str = "has not bought anything";

const fn spec<'a>(field: Field<'a>, name: &'a str, words: &'a str, label: &'a str) -> FieldSpec<'a> {
    FieldSpec { field, name, words, label, unset: None, plural: false, numbers: (0, i64::MAX) }
}

/// How many fields are numbers, dates, and texts.
const COUNTS: [usize; 3] = {
    let (mut counts, mut place) = ([0; 3], 0);
    while place < FIELDS.len() {
        match FIELDS[place].field {
            Field::Number(_) => counts[0] += 1,
            Field::Date(_) => counts[1] += 1,
            Field::Text(_) => counts[2] += 1,
            Field::Plan
            | Field::Share(_)
            | Field::QuizAttempts
            | Field::Events
            | Field::Purchases
            | Field::TotalSpent
            | Field::Segment
            | Field::Attribute(_) => {}
        }
        place += 1;
    }
    counts
};

/// The fields that conditions can test: those of every user, and then the attributes.
pub fn fields(attributes: &Attributes) -> impl Iterator<Item = FieldSpec<'_>> {
    FIELDS.iter().copied().chain(attributes.iter().map(|attribute| Field::Attribute(attribute).spec()))
}

impl Field<'static> {
    /// Not of an attribute.
    pub fn from_name(name: &str) -> Option<Self> {
        FIELDS.iter().find(|spec| spec.name == name).map(|spec| spec.field)
    }
}

impl<'a> Field<'a> {
    pub fn spec(self) -> FieldSpec<'a> {
        match self {
            Self::Attribute(attribute) => FieldSpec {
                unset: Some("has no value"),
                numbers: (i64::MIN, i64::MAX),
                ..spec(self, attribute.field_name(), attribute.label(), attribute.label())
            },
            _ => *FIELDS.iter().find(|spec| spec.field == self).unwrap_or(&FIELDS[0]),
        }
    }

    pub fn kind(self) -> FieldKind {
        match self {
            Self::Plan => FieldKind::Select,
            Self::Number(_) => FieldKind::Number,
            Self::Share(_) => FieldKind::Percentage,
            Self::Date(_) => FieldKind::Date,
            Self::Text(_) => FieldKind::Text,
            Self::QuizAttempts | Self::Events | Self::Purchases => FieldKind::EventCount,
            Self::TotalSpent => FieldKind::Money,
            Self::Segment => FieldKind::Membership,
            Self::Attribute(attribute) => match attribute.kind() {
                AttributeType::Text if attribute.options().len() > 0 => FieldKind::Select,
                AttributeType::Text => FieldKind::Text,
                AttributeType::Number => FieldKind::Number,
                AttributeType::Decimal => FieldKind::Decimal,
                AttributeType::Boolean => FieldKind::Select,
                AttributeType::Date => FieldKind::Date,
                AttributeType::List => FieldKind::List,
            },
        }
    }

    /// The whole numbers that a condition may name; `None` if its value is not one.
    pub fn numbers(self) -> Option<RangeInclusive<i64>> {
        match self {
            Self::Number(NumberField::RandomBucket) => Some(0..=99),
            Self::Number(_) => Some(i64::MIN..=i64::MAX),
            Self::Share(_) => Some(0..=100),
            Self::QuizAttempts | Self::Events | Self::Purchases => Some(0..=i64::MAX),
            Self::TotalSpent => Some(i64::MIN..=i64::MAX),
            Self::Attribute(attribute) => (attribute.kind() == AttributeType::Number).then_some(i64::MIN..=i64::MAX),
            Self::Plan | Self::Date(_) | Self::Text(_) | Self::Segment => None,
        }
    }

    /// In the order of a query builder.
    pub fn operators(self) -> Vec<Operator> {
        use Operator as Op;
        const OF_TEXTS: [Operator; 4] = [Op::Contains, Op::NotContains, Op::StartsWith, Op::EndsWith];
        let mut operators = match self.kind() {
            FieldKind::Select => vec![Op::Equals, Op::NotEquals, Op::In, Op::NotIn],
            FieldKind::Number | FieldKind::Decimal | FieldKind::EventCount | FieldKind::Money => {
                vec![Op::Equals, Op::NotEquals, Op::Greater, Op::Less, Op::AtLeast, Op::AtMost, Op::Between]
            }
            FieldKind::Percentage => vec![Op::Greater, Op::Less, Op::AtLeast, Op::AtMost, Op::Between],
            FieldKind::Date => {
                vec![Op::Greater, Op::Less, Op::Between, Op::WithinLast, Op::NotWithinLast, Op::InPeriod]
            }
            FieldKind::Text => vec![Op::Equals, Op::NotEquals],
            FieldKind::Membership => vec![Op::In, Op::NotIn],
            FieldKind::List => vec![Op::ContainsAny, Op::ContainsAll, Op::ContainsNone],
        };
        let has_texts = match self {
            Self::Text(_) => true,
            Self::Attribute(attribute) => attribute.kind() == AttributeType::Text,
            _ => false,
        };
        if has_texts {
            operators.extend(OF_TEXTS);
        }
        // A share is unset if there is no attempt. `quizCount` is the plainer way to ask for that.
        if self.spec().nullable() && self.kind() != FieldKind::Percentage {
            operators.extend([Op::IsSet, Op::IsNotSet]);
        }
        operators
    }

    /// The form of the value that an operator takes with this field.
    pub fn value_shape(self, operator: Operator) -> ValueShape {
        let shape = operator.value_shape(self.kind());
        match self {
            Self::Attribute(attribute) if shape == ValueShape::TextList && attribute.options().len() > 0 => {
                ValueShape::OptionList
            }
            _ => shape,
        }
    }

    /// The allowed values; empty if there is no fixed list. Segments are not listed, because admins add and delete
    /// them.
    pub fn options(self, operator: Operator) -> Vec<&'a str> {
        match (self.value_shape(operator), self) {
            (ValueShape::Option | ValueShape::OptionList, Self::Attribute(attribute)) => match attribute.kind() {
                AttributeType::Boolean => BOOLEANS.map(|(name, _)| name).to_vec(),
                _ => attribute.options().collect(),
            },
            (ValueShape::Option | ValueShape::OptionList, _) => PaidPlan::ALL.map(PaidPlan::stored).to_vec(),
            (ValueShape::Period, _) => Period::ALL.map(Period::name).to_vec(),
            _ => Vec::new(),
        }
    }

    /// Keys that narrow what is counted or summed, in the order of a query builder.
    pub fn keys(self) -> &'static [KeySpec] {
        match self {
            Self::QuizAttempts => &[WITHIN, PROVIDER, CERTIFICATION],
            Self::Events => &[const { NAME.required() }, WITHIN],
            Self::Purchases => &[WITHIN, NAME, CURRENCY, MIN_AMOUNT],
            Self::TotalSpent => &[const { CURRENCY.required() }, WITHIN, BASIS],
            _ => &[],
        }
    }
}

/// The options of an attribute that is true or false.
pub(super) const BOOLEANS: [(&str, bool); 2] = [("true", true), ("false", false)];
