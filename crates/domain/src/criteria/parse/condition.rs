//! Reads a condition: field, operator, and the value that they require.

use std::{collections::HashSet, hash::Hash, ops::RangeInclusive};

use serde_json::{Map, Value};

use super::{
    Reader,
    fault::{Path, ValueAt},
    value_at,
};
use crate::{
    attribute::{Attribute, AttributeType, PREFIX},
    criteria::{
        AttributeTest, Condition, Date, DateTest, FIELDS, Field, KeySpec, ListMatch, ListTest, Measure, NumberTest,
        Operator, Price, TextTest, ValueShape,
        field::{BASIS, CERTIFICATION, CURRENCY, MIN_AMOUNT, NAME, PROVIDER, WITHIN},
    },
    event::{Basis, LARGEST_AMOUNT, Money},
    paid_plan::PaidPlan,
    period::Period,
};

const KEYS: [&str; 3] = ["field", "operator", "value"];

impl Reader<'_> {
    pub(super) fn condition(&mut self, object: &Map<String, Value>, path: Path<'_>) -> Option<Condition> {
        let at = value_at(object, &path, "field");
        let attribute = at.value.and_then(Value::as_str).filter(|name| name.starts_with(PREFIX));
        let attribute = match attribute.map(|name| self.context.attributes.of_field(name)) {
            None => None,
            Some(Some(attribute)) => Some(attribute),
            Some(None) => {
                let _: Option<()> = self.fault(at.path, "a declared attribute", at.by_name());
                return None;
            }
        };
        let field = match attribute {
            Some(attribute) => Some(Field::Attribute(attribute)),
            None => self.name(at, &FIELDS.iter().map(|spec| spec.name).collect::<Vec<_>>(), Field::from_name),
        };
        let operator = self.operator(value_at(object, &path, "operator"), field);
        // Of an unknown field, any key may be right.
        let narrowing = match field {
            Some(field) => field.keys().iter().map(|key| key.name).collect(),
            None => every_key(),
        };
        let keys: Vec<_> = KEYS.into_iter().chain(narrowing).collect();
        self.refuse_other_keys(object, path, &keys);
        let value = value_at(object, &path, "value");
        if let Some(attribute) = attribute {
            let test = self.attribute_test(attribute, operator?, value)?;
            return Some(Condition::Attribute { attribute: attribute.clone(), test });
        }
        match field? {
            field @ (Field::QuizAttempts | Field::Events | Field::Purchases | Field::TotalSpent) => {
                // Every key is read, so that all faults are found.
                let test = operator.and_then(|operator| self.whole_number_test(operator, value, bounds(field)));
                let within = self.optional(value_at(object, &path, WITHIN.name), Self::span);
                let measure = self.measure(field, object, path);
                Some(Condition::Measure { measure: measure?, within: within?, test: test? })
            }
            field => self.test(field, operator?, value),
        }
    }

    /// Checks the operator even if the field is unknown.
    fn operator(&mut self, at: ValueAt<'_>, field: Option<Field<'_>>) -> Option<Operator> {
        let operators = field.map_or_else(|| Operator::ALL.to_vec(), Field::operators);
        let names: Vec<_> = operators.iter().map(|operator| operator.name()).collect();
        self.name(at, &names, |name| Operator::from_name(name).filter(|operator| operators.contains(operator)))
    }

    fn test(&mut self, field: Field<'_>, operator: Operator, value: ValueAt<'_>) -> Option<Condition> {
        match field {
            Field::Plan => self.plan(operator, value),
            Field::Number(number) => {
                Some(Condition::Number { field: number, test: self.whole_number_test(operator, value, bounds(field))? })
            }
            Field::Share(provider) => {
                Some(Condition::Share { provider, test: self.whole_number_test(operator, value, bounds(field))? })
            }
            Field::Date(field) => Some(Condition::Date { field, test: self.date_test(operator, value)? }),
            Field::Text(field) => Some(Condition::Text { field, test: self.text_test(operator, value)? }),
            Field::Segment => self.segment(operator, value),
            Field::QuizAttempts | Field::Events | Field::Purchases | Field::TotalSpent | Field::Attribute(_) => None,
        }
    }

    fn plan(&mut self, operator: Operator, value: ValueAt<'_>) -> Option<Condition> {
        let names = PaidPlan::ALL.map(PaidPlan::stored);
        let plans = match operator {
            Operator::Equals | Operator::NotEquals => vec![self.name(value, &names, PaidPlan::from_name)?],
            _ => self.list(value, "plans", |reader, at| reader.name(at, &names, PaidPlan::from_name))?,
        };
        Some(Condition::Plan { negated: matches!(operator, Operator::NotEquals | Operator::NotIn), plans })
    }

    fn segment(&mut self, operator: Operator, value: ValueAt<'_>) -> Option<Condition> {
        let segments = self.list(value, "segments", Self::segment_key)?;
        Some(Condition::Segment { negated: operator == Operator::NotIn, segments })
    }

    /// What is counted or summed. An optional key that is present must be valid.
    fn measure(&mut self, field: Field<'_>, object: &Map<String, Value>, path: Path<'_>) -> Option<Measure> {
        let at = |key: KeySpec| value_at(object, &path, key.name);
        Some(match field {
            Field::QuizAttempts => {
                let provider = self.optional(at(PROVIDER), Self::provider);
                let certification = self.optional(at(CERTIFICATION), Self::text);
                Measure::QuizAttempts { provider: provider?, certification: certification? }
            }
            Field::Events => Measure::Events { name: self.event_name(at(NAME))? },
            Field::Purchases => {
                let name = self.optional(at(NAME), Self::event_name);
                let price = self.price(at(CURRENCY), at(MIN_AMOUNT));
                Measure::Purchases { name: name?, price: price? }
            }
            Field::TotalSpent => {
                let currency = self.currency(at(CURRENCY));
                let basis = self.optional(at(BASIS), Self::basis);
                Measure::Spent { currency: currency?, basis: basis?.unwrap_or(Basis::Net) }
            }
            _ => return None,
        })
    }

    fn price(&mut self, currency: ValueAt<'_>, least: ValueAt<'_>) -> Option<Price> {
        let read = self.optional(currency, Self::currency);
        let minor = self.optional(least, |reader, at| reader.whole_number(at, &(0..=LARGEST_AMOUNT)));
        match (read?, minor?) {
            (None, None) => Some(Price::Any),
            (Some(currency), None) => Some(Price::In(currency)),
            (Some(currency), Some(minor)) => Some(Price::AtLeast(Money { minor, currency })),
            (None, Some(_)) => self.fault(currency.path, "the currency of minAmount", currency.in_words()),
        }
    }

    fn whole_number_test(
        &mut self,
        operator: Operator,
        value: ValueAt<'_>,
        bounds: RangeInclusive<i64>,
    ) -> Option<NumberTest> {
        self.number_test(operator, value, |reader, at| reader.whole_number(at, &bounds))
    }

    fn number_test<T: Copy + Ord>(
        &mut self,
        operator: Operator,
        value: ValueAt<'_>,
        read: impl Fn(&mut Self, ValueAt<'_>) -> Option<T>,
    ) -> Option<NumberTest<T>> {
        if operator == Operator::Between {
            let (low, high) = self.range(value, read, |low, high| low > high)?;
            return Some(NumberTest::Between(low, high));
        }
        let number = read(self, value)?;
        Some(match operator {
            Operator::Equals => NumberTest::Equals(number),
            Operator::NotEquals => NumberTest::NotEquals(number),
            Operator::Greater => NumberTest::Greater(number),
            Operator::Less => NumberTest::Less(number),
            Operator::AtLeast => NumberTest::AtLeast(number),
            Operator::AtMost => NumberTest::AtMost(number),
            _ => return None,
        })
    }

    /// The operators of an attribute are those of its type.
    fn attribute_test(
        &mut self,
        attribute: &Attribute,
        operator: Operator,
        value: ValueAt<'_>,
    ) -> Option<AttributeTest> {
        match operator {
            Operator::IsSet => return self.no_value(value, operator).map(|()| AttributeTest::IsSet),
            Operator::IsNotSet => return self.no_value(value, operator).map(|()| AttributeTest::IsNotSet),
            _ => {}
        }
        let negated = matches!(operator, Operator::NotEquals | Operator::NotIn);
        Some(match (attribute.kind(), Field::Attribute(attribute).value_shape(operator)) {
            (AttributeType::Text, ValueShape::Text) => AttributeTest::Text(self.text_test(operator, value)?),
            (AttributeType::Text, _) => {
                let options =
                    self.one_or_list(operator, value, "options", |reader, at| reader.option(attribute, at))?;
                AttributeTest::Option { negated, options }
            }
            (AttributeType::Number, _) => {
                AttributeTest::Number(self.whole_number_test(operator, value, i64::MIN..=i64::MAX)?)
            }
            (AttributeType::Decimal, _) => AttributeTest::Decimal(self.number_test(operator, value, Self::decimal)?),
            (AttributeType::Boolean, _) => {
                let values = self.one_or_list(operator, value, "of true and false", Self::boolean)?;
                AttributeTest::Boolean { negated, values }
            }
            (AttributeType::Date, _) => AttributeTest::Date(self.date_test(operator, value)?),
            (AttributeType::List, _) => AttributeTest::List(self.list_test(attribute, operator, value)?),
        })
    }

    fn list_test(&mut self, attribute: &Attribute, operator: Operator, value: ValueAt<'_>) -> Option<ListTest> {
        let how = match operator {
            Operator::ContainsAny => ListMatch::Any,
            Operator::ContainsAll => ListMatch::All,
            Operator::ContainsNone => ListMatch::None,
            _ => return None,
        };
        let mut texts = match attribute.options().len() {
            0 => self.list(value, "strings", Self::text)?,
            _ => self.list(value, "options", |reader, at| reader.option(attribute, at))?,
        };
        let mut seen = HashSet::new();
        texts.retain(|text| seen.insert(text.folded().to_owned()));
        Some(ListTest { how, texts })
    }

    /// One value with `equals` and `not_equals`, a list with `in` and `not_in`.
    fn one_or_list<T: Clone + Eq + Hash>(
        &mut self,
        operator: Operator,
        value: ValueAt<'_>,
        of_what: &str,
        read: impl Fn(&mut Self, ValueAt<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        match operator {
            Operator::In | Operator::NotIn => self.list(value, of_what, read),
            _ => read(self, value).map(|value| vec![value]),
        }
    }

    fn date_test(&mut self, operator: Operator, value: ValueAt<'_>) -> Option<DateTest> {
        Some(match operator {
            Operator::Greater => DateTest::After(self.date(value)?),
            Operator::Less => DateTest::Before(self.date(value)?),
            Operator::Between => {
                let zone = self.context.zone;
                let is_descending = |from: &Date, to: &Date| from.first_instant(zone) > to.last_instant(zone);
                let (from, to) = self.range(value, Self::date, is_descending)?;
                DateTest::Between(from, to)
            }
            Operator::WithinLast => DateTest::WithinLast(self.span(value)?),
            Operator::NotWithinLast => DateTest::NotWithinLast(self.span(value)?),
            Operator::InPeriod => DateTest::InPeriod(self.period(value)?),
            Operator::IsSet => self.no_value(value, operator).map(|()| DateTest::IsSet)?,
            Operator::IsNotSet => self.no_value(value, operator).map(|()| DateTest::IsNotSet)?,
            _ => return None,
        })
    }

    fn text_test(&mut self, operator: Operator, value: ValueAt<'_>) -> Option<TextTest> {
        Some(match operator {
            Operator::Equals => TextTest::Equals(self.text(value)?),
            Operator::NotEquals => TextTest::NotEquals(self.text(value)?),
            Operator::Contains => TextTest::Contains(self.text(value)?),
            Operator::NotContains => TextTest::NotContains(self.text(value)?),
            Operator::StartsWith => TextTest::StartsWith(self.text(value)?),
            Operator::EndsWith => TextTest::EndsWith(self.text(value)?),
            Operator::IsSet => self.no_value(value, operator).map(|()| TextTest::IsSet)?,
            Operator::IsNotSet => self.no_value(value, operator).map(|()| TextTest::IsNotSet)?,
            _ => return None,
        })
    }

    fn period(&mut self, at: ValueAt<'_>) -> Option<Period> {
        self.name(at, &Period::ALL.map(Period::name), |name| {
            Period::ALL.into_iter().find(|period| period.name() == name)
        })
    }

    fn no_value(&mut self, at: ValueAt<'_>, operator: Operator) -> Option<()> {
        match at.value {
            None => Some(()),
            Some(_) => self.fault(at.path, format!("no value with {}", operator.name()), at.in_words()),
        }
    }
}

/// Each once, in the order of the fields.
fn every_key() -> Vec<&'static str> {
    let mut seen = HashSet::new();
    let names = FIELDS.iter().flat_map(|spec| spec.field.keys()).map(|key| key.name);
    names.filter(|name| seen.insert(*name)).collect()
}

fn bounds(field: Field<'_>) -> RangeInclusive<i64> {
    field.numbers().unwrap_or(i64::MIN..=i64::MAX)
}
