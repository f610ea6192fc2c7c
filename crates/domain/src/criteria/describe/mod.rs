//! A definition in plain English, for people who read segments but do not write them.
//!
//! Parentheses bind tightest, then `and` and `or`, then semicolons, which appear only in the outermost set. Quotation marks
//! enclose what somebody typed, including names of custom segments, but not our own names.

#[cfg(test)]
mod tests;

use std::{borrow::Borrow, collections::BTreeMap, fmt::Display};

use super::{
    AttributeTest, Combine, Condition, Criteria, DateTest, Field, Item, ItemSet, ListMatch, ListTest, Measure,
    NumberTest, Price, TextTest,
};
use crate::{
    certification::Provider,
    event::{Basis, Money},
    paid_plan::PaidPlan,
    period::Period,
    segment::SegmentKey,
    system_segments::system_segment,
    text::Text,
};

/// Names of custom segments. A segment without a name here is written as its key.
pub type SegmentNames = BTreeMap<SegmentKey, String>;

impl Criteria {
    /// One sentence without a final period.
    pub fn describe(&self, names: &SegmentNames) -> String {
        let root = &self.root;
        // Semicolons separate sets of conditions. Deeper definitions use parentheses throughout.
        let is_deep = root.items.iter().any(|item| matches!(item, Item::Set(set) if set.has_compound_items()));
        if root.negated || is_deep || !root.has_compound_items() {
            return root.describe(names);
        }
        let items: Vec<_> = root.items.iter().map(|item| item.describe(names)).collect();
        items.join(&format!("; {} ", root.combine.word()))
    }
}

impl Combine {
    fn word(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

impl ItemSet {
    /// Whether it needs parentheses next to other items, because `and` or `or` joins its words.
    fn is_compound(&self) -> bool {
        match self.items.as_slice() {
            _ if self.negated => false,
            [Item::Set(only)] => only.is_compound(),
            [Item::Condition(_)] => false,
            _ => true,
        }
    }

    fn has_compound_items(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Set(set) if set.is_compound()))
    }

    fn describe(&self, names: &SegmentNames) -> String {
        let words = match self.items.as_slice() {
            [only] => only.describe(names),
            items => {
                let items: Vec<_> = items.iter().map(|item| item.describe_among_others(names)).collect();
                items.join(&format!(" {} ", self.combine.word()))
            }
        };
        if self.negated { format!("not ({words})") } else { words }
    }
}

impl Item {
    pub(super) fn describe(&self, names: &SegmentNames) -> String {
        match self {
            Self::Condition(condition) => condition.describe(names),
            Self::Set(set) => set.describe(names),
        }
    }

    fn describe_among_others(&self, names: &SegmentNames) -> String {
        match self {
            Self::Set(set) if set.is_compound() => format!("({})", set.describe(names)),
            _ => self.describe(names),
        }
    }
}

impl Condition {
    /// Such as `current streak is more than 7`.
    pub fn describe(&self, names: &SegmentNames) -> String {
        match self {
            Self::Plan { negated, plans } => describe_plan(*negated, plans),
            Self::Number { field, test } => {
                let spec = Field::Number(*field).spec();
                format!("{} {}", spec.words, describe_number(*test, spec.plural))
            }
            Self::Share { provider, test } => {
                format!("{}% of recent quizzes are {provider}", test.amount("less"))
            }
            Self::Date { field, test } => format!("{} {}", Field::Date(*field).spec().words, describe_date(*test)),
            Self::Text { field, test } => format!("{} {}", Field::Text(*field).spec().words, describe_text(test)),
            Self::Measure { measure, within, test } => {
                let within = within.map(|span| format!(" in the last {}", span.in_words())).unwrap_or_default();
                format!("{}{within}", describe_measure(measure, *test))
            }
            Self::Segment { negated, segments } => describe_segments(*negated, segments, names),
            Self::Attribute { attribute, test } => {
                format!("{} {}", in_quotes(attribute.label()), describe_attribute(test))
            }
        }
    }
}

fn describe_plan(negated: bool, plans: &[PaidPlan]) -> String {
    let names: Vec<_> = plans.iter().map(|plan| plan.stored()).collect();
    format!("plan {}", describe_one_of(negated, &names))
}

fn describe_one_of(negated: bool, words: &[impl Borrow<str>]) -> String {
    let verb = match (negated, words.len()) {
        (false, 1) => "is",
        (true, 1) => "is not",
        (false, _) => "is one of",
        (true, _) => "is none of",
    };
    format!("{verb} {}", words.join(", "))
}

fn describe_segments(negated: bool, segments: &[SegmentKey], names: &SegmentNames) -> String {
    let segments_in_words: Vec<_> = segments.iter().map(|key| name_of(key, names)).collect();
    let verb = match (negated, segments.len()) {
        (false, 1) => "in segment",
        (true, 1) => "not in segment",
        (false, _) => "in one of the segments",
        (true, _) => "in none of the segments",
    };
    format!("{verb} {}", segments_in_words.join(", "))
}

/// The name of a segment within a sentence.
pub fn name_of(key: &SegmentKey, names: &SegmentNames) -> String {
    match (system_segment(key), names.get(key)) {
        (Some(system), _) => system.name.into(),
        (None, Some(name)) => in_quotes(name),
        (None, None) => key.to_string(),
    }
}

fn describe_number<T: Copy + Display>(test: NumberTest<T>, plural: bool) -> String {
    let verb = if plural { "are" } else { "is" };
    let value = match test {
        NumberTest::Equals(value) => value.to_string(),
        NumberTest::NotEquals(value) => format!("not {value}"),
        other => other.amount("less"),
    };
    format!("{verb} {value}")
}

fn describe_date(test: DateTest) -> String {
    match test {
        DateTest::After(date) => format!("after {}", date.in_words()),
        DateTest::Before(date) => format!("before {}", date.in_words()),
        DateTest::Between(from, to) => format!("from {} to {}", from.in_words(), to.in_words()),
        DateTest::WithinLast(span) => format!("within the last {}", span.in_words()),
        DateTest::NotWithinLast(span) => format!("not within the last {}", span.in_words()),
        DateTest::InPeriod(Period::Today) => "today".into(),
        DateTest::InPeriod(Period::ThisWeek) => "this week".into(),
        DateTest::InPeriod(Period::ThisMonth) => "this month".into(),
        DateTest::InPeriod(Period::LastMonth) => "last month".into(),
        DateTest::IsSet => "is set".into(),
        DateTest::IsNotSet => "is not set".into(),
    }
}

fn describe_text(test: &TextTest) -> String {
    match test {
        TextTest::Equals(text) => format!("is {}", quoted(text)),
        TextTest::NotEquals(text) => format!("is not {}", quoted(text)),
        TextTest::Contains(text) => format!("contains {}", quoted(text)),
        TextTest::NotContains(text) => format!("does not contain {}", quoted(text)),
        TextTest::StartsWith(text) => format!("starts with {}", quoted(text)),
        TextTest::EndsWith(text) => format!("ends with {}", quoted(text)),
        TextTest::IsSet => "is set".into(),
        TextTest::IsNotSet => "is not set".into(),
    }
}

fn describe_attribute(test: &AttributeTest) -> String {
    let quoted = |texts: &[Text]| texts.iter().map(quoted).collect::<Vec<_>>();
    match test {
        AttributeTest::Text(test) => describe_text(test),
        AttributeTest::Number(test) => describe_number(*test, false),
        AttributeTest::Decimal(test) => describe_number(*test, false),
        AttributeTest::Boolean { negated, values } => {
            describe_one_of(*negated, &values.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
        AttributeTest::Option { negated, options } => describe_one_of(*negated, &quoted(options)),
        AttributeTest::Date(test) => describe_date(*test),
        AttributeTest::List(ListTest { how, texts }) => {
            let verb = match (how, texts.len()) {
                (ListMatch::Any | ListMatch::All, 1) => "contains",
                (ListMatch::None, 1) => "does not contain",
                (ListMatch::Any, _) => "contains one of",
                (ListMatch::All, _) => "contains all of",
                (ListMatch::None, _) => "contains none of",
            };
            format!("{verb} {}", quoted(texts).join(", "))
        }
        AttributeTest::IsSet => "is set".into(),
        AttributeTest::IsNotSet => "is not set".into(),
    }
}

fn describe_measure(measure: &Measure, test: NumberTest) -> String {
    let noun = |one: &str, many: &str| if test.ends_in_one() { one.to_owned() } else { many.to_owned() };
    let amount = test.amount("fewer");
    match measure {
        Measure::QuizAttempts { provider, certification } => {
            let provider = match provider {
                Some(Provider::Other) => "other-provider ".into(),
                Some(provider) => format!("{provider} "),
                None => String::new(),
            };
            let certification = certification.as_ref().map(|text| format!(" of {}", quoted(text))).unwrap_or_default();
            format!("{amount} {provider}{}{certification}", noun("quiz", "quizzes"))
        }
        Measure::Events { name } => format!("{amount} {} {}", in_quotes(name.as_str()), noun("event", "events")),
        Measure::Purchases { name, price } => {
            let name = name.as_ref().map(|name| format!("{} ", in_quotes(name.as_str()))).unwrap_or_default();
            let price = match price {
                Price::Any => String::new(),
                Price::In(currency) => format!(" in {currency}"),
                Price::AtLeast(money) => format!(" of at least {money}"),
            };
            format!("{amount} {name}{}{price}", noun("purchase", "purchases"))
        }
        Measure::Spent { currency, basis } => {
            let money = test.map(|minor| Money { minor, currency: *currency });
            let before = match basis {
                Basis::Net => "",
                Basis::Gross => " before refunds",
            };
            format!("spent {}{before}", money.amount("less"))
        }
    }
}

impl<T: Copy + Display> NumberTest<T> {
    /// Such as `at least 3`. Pass `fewer` for what is counted and `less` for what is measured.
    fn amount(self, less: &str) -> String {
        match self {
            Self::Equals(value) => format!("exactly {value}"),
            Self::NotEquals(value) => format!("other than {value}"),
            Self::Greater(value) => format!("more than {value}"),
            Self::Less(value) => format!("{less} than {value}"),
            Self::AtLeast(value) => format!("at least {value}"),
            Self::AtMost(value) => format!("at most {value}"),
            Self::Between(low, high) => format!("from {low} to {high}"),
        }
    }
}

impl NumberTest {
    fn ends_in_one(self) -> bool {
        match self {
            Self::Equals(value)
            | Self::NotEquals(value)
            | Self::Greater(value)
            | Self::Less(value)
            | Self::AtLeast(value)
            | Self::AtMost(value)
            | Self::Between(_, value) => value == 1,
        }
    }
}

fn quoted(text: &Text) -> String {
    in_quotes(text.written())
}

/// As it was written, but for control and direction characters: a sentence has one line and one direction.
fn in_quotes(text: &str) -> String {
    let shown = text.chars().map(|character| match character {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        _ if character.is_control() => char::REPLACEMENT_CHARACTER,
        _ => character,
    });
    format!("“{}”", shown.collect::<String>())
}
