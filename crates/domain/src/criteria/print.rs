//! From [`Criteria`] to JSON: the inverse of [`parse_value`](super::parse_value).

use serde_json::{Map, Value, json};

use super::{
    AttributeTest, Condition, Criteria, DateTest, Item, ItemSet, KeySpec, ListTest, Measure, NumberTest, TextTest,
    field::{BASIS, CERTIFICATION, CURRENCY, MIN_AMOUNT, NAME, PROVIDER, WITHIN},
};
use crate::{
    event::{Basis, Currency, EventName},
    paid_plan::PaidPlan,
    text::Text,
};

impl Criteria {
    /// Parsing the result gives the same definition.
    pub fn to_json(&self) -> Value {
        self.root.to_json()
    }
}

impl ItemSet {
    fn to_json(&self) -> Value {
        let items: Vec<_> = self.items.iter().map(Item::to_json).collect();
        let mut set = Map::new();
        set.insert("combineWith".into(), self.combine.name().into());
        set.insert("criteria".into(), items.into());
        if self.negated {
            set.insert("not".into(), true.into());
        }
        set.into()
    }
}

impl Item {
    fn to_json(&self) -> Value {
        match self {
            Self::Condition(condition) => condition.to_json(),
            Self::Set(set) => set.to_json(),
        }
    }
}

impl Condition {
    fn to_json(&self) -> Value {
        let mut condition = Map::new();
        condition.insert("field".into(), self.field().spec().name.into());
        condition.insert("operator".into(), self.operator().name().into());
        if let Some(value) = self.value() {
            condition.insert("value".into(), value);
        }
        if let Self::Measure { measure, within, .. } = self {
            condition.extend(within.map(|span| (WITHIN.name.to_owned(), span.to_string().into())));
            condition.extend(measure.keys().into_iter().map(|(key, value)| (key.name.to_owned(), value)));
        }
        condition.into()
    }

    fn value(&self) -> Option<Value> {
        match self {
            Self::Plan { plans, .. } => Some(match plans.as_slice() {
                [plan] => plan.stored().into(),
                plans => plans.iter().copied().map(PaidPlan::stored).collect(),
            }),
            Self::Number { test, .. } | Self::Share { test, .. } | Self::Measure { test, .. } => Some(test.value()),
            Self::Date { test, .. } => test.value(),
            Self::Text { test, .. } => test.value(),
            Self::Segment { segments, .. } => Some(segments.iter().map(ToString::to_string).collect()),
            Self::Attribute { test, .. } => test.value(),
        }
    }
}

impl Measure {
    /// The keys that narrow it, besides the span.
    fn keys(&self) -> Vec<(KeySpec, Value)> {
        let name = |name: &EventName| (NAME, name.as_str().into());
        let currency = |currency: Currency| (CURRENCY, currency.code().into());
        match self {
            Self::QuizAttempts { provider, certification } => {
                let provider = provider.map(|provider| (PROVIDER, provider.name().into()));
                let certification = certification.as_ref().map(|text| (CERTIFICATION, text.written().into()));
                provider.into_iter().chain(certification).collect()
            }
            Self::Events { name: of } => vec![name(of)],
            Self::Purchases { name: of, price } => {
                let least = price.least().map(|minor| (MIN_AMOUNT, minor.into()));
                of.iter().map(name).chain(price.currency().map(currency)).chain(least).collect()
            }
            Self::Spent { currency: of, basis } => {
                let basis = (*basis != Basis::Net).then(|| (BASIS, basis.as_str().into()));
                [currency(*of)].into_iter().chain(basis).collect()
            }
        }
    }
}

impl AttributeTest {
    fn value(&self) -> Option<Value> {
        match self {
            Self::Text(test) => test.value(),
            Self::Number(test) => Some(test.value()),
            Self::Decimal(test) => Some(test.value()),
            Self::Boolean { values, .. } => Some(one_or_list(values)),
            Self::Option { options, .. } => Some(one_or_list(&written(options))),
            Self::Date(test) => test.value(),
            Self::List(ListTest { texts, .. }) => Some(written(texts).into()),
            Self::IsSet | Self::IsNotSet => None,
        }
    }
}

fn written(texts: &[Text]) -> Vec<&str> {
    texts.iter().map(Text::written).collect()
}

fn one_or_list<T: Clone + Into<Value>>(values: &[T]) -> Value {
    match values {
        [value] => value.clone().into(),
        values => values.to_vec().into(),
    }
}

impl<T: Copy + Into<Value>> NumberTest<T> {
    fn value(self) -> Value {
        match self {
            Self::Equals(value)
            | Self::NotEquals(value)
            | Self::Greater(value)
            | Self::Less(value)
            | Self::AtLeast(value)
            | Self::AtMost(value) => value.into(),
            Self::Between(low, high) => vec![low, high].into(),
        }
    }
}

impl DateTest {
    fn value(self) -> Option<Value> {
        match self {
            Self::After(date) | Self::Before(date) => Some(date.to_string().into()),
            Self::Between(from, to) => Some(json!([from.to_string(), to.to_string()])),
            Self::WithinLast(span) | Self::NotWithinLast(span) => Some(span.to_string().into()),
            Self::InPeriod(period) => Some(period.name().into()),
            Self::IsSet | Self::IsNotSet => None,
        }
    }
}

impl TextTest {
    fn value(&self) -> Option<Value> {
        match self {
            Self::Equals(text)
            | Self::NotEquals(text)
            | Self::Contains(text)
            | Self::NotContains(text)
            | Self::StartsWith(text)
            | Self::EndsWith(text) => Some(text.written().into()),
            Self::IsSet | Self::IsNotSet => None,
        }
    }
}
