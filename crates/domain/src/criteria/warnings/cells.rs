//! The finitely many cases that the conditions on one subject can distinguish.

use std::{collections::BTreeSet, ops::RangeInclusive};

use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;

use crate::{
    attribute::{Attribute, AttributeType, Decimal},
    certification::Provider,
    criteria::{
        AttributeTest, Condition, DateField, DateTest, Field, Measure, NumberField, NumberTest, Share, TextField,
        TextTest,
        eval::{is_in_one, is_one_of},
    },
    event::Basis,
    instant::Instant,
    paid_plan::PaidPlan,
    period::{Moment, Period, Span},
    segment::SegmentKey,
    text::Text,
};

/// With more cells, there is no warning.
const MOST_CELLS: usize = 4096;
/// Independent facts that are true or false. Every combination is a cell.
const MOST_SWITCHES: usize = 8;
/// Percentages are integers, so a half stands for everything between two of them.
const HALVES: i64 = 200;
/// Any instant works: only the order of ages matters.
const NOW: Instant = DateTime::from_timestamp_nanos(1_773_144_000_000_000_000);

/// What a condition is about. Conditions on the same subject can contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    Plan,
    Number(NumberField),
    Share(Provider),
    Date(DateField),
    Text(TextField),
    /// What is counted or summed by the same filters.
    Measure(&'a Measure, Option<Span>),
    Segments,
    Attribute(&'a Attribute),
}

impl<'a> Subject<'a> {
    pub(super) fn of(condition: &'a Condition) -> Self {
        match condition {
            Condition::Plan { .. } => Self::Plan,
            Condition::Number { field, .. } => Self::Number(*field),
            Condition::Share { provider, .. } => Self::Share(*provider),
            Condition::Date { field, .. } => Self::Date(*field),
            Condition::Text { field, .. } => Self::Text(*field),
            Condition::Measure { measure, within, .. } => Self::Measure(measure, *within),
            Condition::Segment { .. } => Self::Segments,
            Condition::Attribute { attribute, .. } => Self::Attribute(attribute),
        }
    }
}

/// Users that the conditions cannot tell apart. Some cells may be impossible; a result that is the same in those, too,
/// is still constant.
#[derive(Debug, Clone)]
pub(super) enum Cell<'a> {
    Plan(&'static str),
    Number(i64),
    Share(Option<Share>),
    Date(Option<DateCell>),
    Text(TextCell<'a>),
    Segments(BTreeSet<SegmentKey>),
    /// An attribute that has no value, of a type whose cells do not say so themselves.
    Unset,
    Decimal(Decimal),
    Boolean(bool),
}

/// A date compares with fixed dates, has an age, and lies in some periods. How these relate depends on the time, so
/// every combination counts as possible.
#[derive(Debug, Clone)]
pub(super) struct DateCell {
    zone: Tz,
    fixed: Instant,
    aged: Instant,
    periods: Vec<Period>,
}

/// A text is one from a condition, or another one that passes some of the tests for pieces.
#[derive(Debug, Clone)]
pub(super) enum TextCell<'a> {
    Unset,
    Named(&'a str),
    Other(Vec<Piece<'a>>),
}

impl Cell<'_> {
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        match (self, condition) {
            (Self::Plan(stored), Condition::Plan { negated, plans }) => is_one_of(plans, stored) != *negated,
            (Self::Number(number), Condition::Number { test, .. } | Condition::Measure { test, .. }) => {
                test.holds(*number)
            }
            (Self::Share(share), Condition::Share { test, .. }) => {
                share.is_some_and(|share| test.holds_of_share(share))
            }
            (Self::Date(date), Condition::Date { test, .. }) => holds_of_date(date.as_ref(), *test),
            (Self::Text(text), Condition::Text { test, .. }) => text.holds(test),
            (Self::Segments(set), Condition::Segment { negated, segments }) => is_in_one(segments, set) != *negated,
            (_, Condition::Attribute { test, .. }) => self.holds_of_attribute(test),
            // Never happens: a cell is only tested with conditions on its own subject.
            _ => false,
        }
    }

    fn holds_of_attribute(&self, test: &AttributeTest) -> bool {
        let is_unset = matches!(self, Self::Unset | Self::Date(None) | Self::Text(TextCell::Unset));
        match (self, test) {
            (_, AttributeTest::IsSet) => !is_unset,
            (_, AttributeTest::IsNotSet) => is_unset,
            (Self::Unset, AttributeTest::Number(test)) => test.holds_of_optional(None),
            (Self::Unset, AttributeTest::Decimal(test)) => test.holds_of_optional(None),
            (Self::Unset, AttributeTest::Boolean { negated, .. }) => *negated,
            (Self::Number(number), AttributeTest::Number(test)) => test.holds(*number),
            (Self::Decimal(decimal), AttributeTest::Decimal(test)) => test.holds(*decimal),
            (Self::Boolean(value), AttributeTest::Boolean { negated, values }) => values.contains(value) != *negated,
            (Self::Date(date), AttributeTest::Date(test)) => holds_of_date(date.as_ref(), *test),
            (Self::Text(text), AttributeTest::Text(test)) => text.holds(test),
            (Self::Text(text), AttributeTest::Option { negated, options }) => text.is_one_of(options) != *negated,
            // Never happens, as above.
            _ => false,
        }
    }
}

fn holds_of_date(date: Option<&DateCell>, test: DateTest) -> bool {
    date.map_or_else(|| test.holds(None, Moment { now: NOW, zone: Tz::UTC }), |date| date.holds(test))
}

impl DateCell {
    fn holds(&self, test: DateTest) -> bool {
        let moment = Moment { now: NOW, zone: self.zone };
        match test {
            DateTest::InPeriod(period) => self.periods.contains(&period),
            DateTest::WithinLast(_) | DateTest::NotWithinLast(_) => test.holds(Some(self.aged), moment),
            _ => test.holds(Some(self.fixed), moment),
        }
    }
}

impl TextCell<'_> {
    fn is_one_of(&self, texts: &[Text]) -> bool {
        match self {
            Self::Named(named) => texts.iter().any(|text| text.folded() == *named),
            Self::Unset | Self::Other(_) => false,
        }
    }

    fn holds(&self, test: &TextTest) -> bool {
        match (self, test) {
            (Self::Unset, _) => test.holds(None),
            (Self::Named(text), _) => test.holds(Some(text)),
            (Self::Other(_), TextTest::Equals(_) | TextTest::IsNotSet) => false,
            (Self::Other(_), TextTest::NotEquals(_) | TextTest::IsSet) => true,
            (Self::Other(found), _) => {
                let is_found = Piece::of(test).is_some_and(|piece| found.contains(&piece));
                is_found != matches!(test, TextTest::NotContains(_))
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    anchor: Anchor,
    text: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    Anywhere,
    Start,
    End,
}

impl<'a> Piece<'a> {
    fn of(test: &'a TextTest) -> Option<Self> {
        let (anchor, text) = match test {
            TextTest::Contains(text) | TextTest::NotContains(text) => (Anchor::Anywhere, text),
            TextTest::StartsWith(text) => (Anchor::Start, text),
            TextTest::EndsWith(text) => (Anchor::End, text),
            TextTest::Equals(_) | TextTest::NotEquals(_) | TextTest::IsSet | TextTest::IsNotSet => return None,
        };
        Some(Self { anchor, text: text.folded() })
    }

    /// Whether a text with this piece also has the other.
    fn implies(self, other: Self) -> bool {
        match other.anchor {
            Anchor::Anywhere => self.text.contains(other.text),
            Anchor::Start => self.anchor == Anchor::Start && self.text.starts_with(other.text),
            Anchor::End => self.anchor == Anchor::End && self.text.ends_with(other.text),
        }
    }

    /// Whether no text has both. Of two prefixes, or two suffixes, one must be part of the other.
    fn excludes(self, other: Self) -> bool {
        self.anchor == other.anchor && self.anchor != Anchor::Anywhere && !self.implies(other) && !other.implies(self)
    }
}

/// All cells that the conditions distinguish; together they cover everyone. `None` if there are too many.
pub(super) fn cells<'a>(subject: &Subject<'a>, conditions: &[&'a Condition], zone: Tz) -> Option<Vec<Cell<'a>>> {
    let cells = match subject {
        Subject::Plan => PaidPlan::ALL.map(PaidPlan::stored).into_iter().chain([""]).map(Cell::Plan).collect(),
        Subject::Number(field) => numbers(number_tests(conditions), field.values()),
        Subject::Measure(Measure::Spent { basis: Basis::Net, .. }, _) => {
            numbers(number_tests(conditions), i64::MIN..=i64::MAX)
        }
        Subject::Measure(..) => numbers(number_tests(conditions), 0..=i64::MAX),
        Subject::Share(_) => {
            let share = |part| Cell::Share(Some(Share { part, total: HALVES }));
            (0..=HALVES).map(share).chain([Cell::Share(None)]).collect()
        }
        Subject::Date(field) => {
            let tests = conditions.iter().filter_map(|condition| match condition {
                Condition::Date { test, .. } => Some(*test),
                _ => None,
            });
            dates(Field::Date(*field).spec().nullable(), tests, zone)?
        }
        Subject::Text(field) => {
            let tests = conditions.iter().filter_map(|condition| match condition {
                Condition::Text { test, .. } => Some(test),
                _ => None,
            });
            texts(Field::Text(*field).spec().nullable(), BTreeSet::new(), tests)?
        }
        Subject::Segments => segments(conditions)?,
        Subject::Attribute(attribute) => of_attribute(attribute, conditions, zone)?,
    };
    (cells.len() <= MOST_CELLS).then_some(cells)
}

/// Nothing of a list: a contradiction of two conditions that are opposites is found without cells.
fn of_attribute<'a>(attribute: &Attribute, conditions: &[&'a Condition], zone: Tz) -> Option<Vec<Cell<'a>>> {
    let tests: Vec<_> = conditions
        .iter()
        .filter_map(|condition| match condition {
            Condition::Attribute { test, .. } => Some(test),
            _ => None,
        })
        .collect();
    let or_unset = |cells: Vec<Cell<'a>>| cells.into_iter().chain([Cell::Unset]).collect();
    Some(match attribute.kind() {
        AttributeType::Number => {
            let tests = tests.into_iter().filter_map(|test| match test {
                AttributeTest::Number(test) => Some(*test),
                _ => None,
            });
            or_unset(numbers(tests, i64::MIN..=i64::MAX))
        }
        AttributeType::Decimal => {
            let tests = tests.into_iter().filter_map(|test| match test {
                AttributeTest::Decimal(test) => Some(*test),
                _ => None,
            });
            let named = tests.flat_map(NumberTest::numbers).flat_map(Decimal::with_neighbors);
            let decimals: BTreeSet<_> = named.chain(Decimal::ENDS).collect();
            or_unset(decimals.into_iter().map(Cell::Decimal).collect())
        }
        AttributeType::Boolean => or_unset([true, false].map(Cell::Boolean).to_vec()),
        AttributeType::Date => {
            let tests = tests.into_iter().filter_map(|test| match test {
                AttributeTest::Date(test) => Some(*test),
                _ => None,
            });
            dates(true, tests, zone)?
        }
        AttributeType::Text => {
            let mut options = BTreeSet::new();
            for test in &tests {
                if let AttributeTest::Option { options: named, .. } = test {
                    options.extend(named.iter().map(Text::folded));
                }
            }
            let tests = tests.into_iter().filter_map(|test| match test {
                AttributeTest::Text(test) => Some(test),
                _ => None,
            });
            texts(true, options, tests)?
        }
        AttributeType::List => return None,
    })
}

fn number_tests(conditions: &[&Condition]) -> impl Iterator<Item = NumberTest> {
    conditions.iter().filter_map(|condition| match condition {
        Condition::Number { test, .. } | Condition::Measure { test, .. } => Some(*test),
        _ => None,
    })
}

/// Every number in the tests with its neighbors, and the ends of the range.
fn numbers<'a>(tests: impl Iterator<Item = NumberTest>, range: RangeInclusive<i64>) -> Vec<Cell<'a>> {
    let beside = |number: i64| [number.saturating_sub(1), number, number.saturating_add(1)];
    let named = tests.flat_map(NumberTest::numbers).flat_map(beside).filter(|number| range.contains(number));
    let numbers: BTreeSet<_> = named.chain([*range.start(), *range.end()]).collect();
    numbers.into_iter().map(Cell::Number).collect()
}

fn dates<'a>(nullable: bool, tests: impl Iterator<Item = DateTest>, zone: Tz) -> Option<Vec<Cell<'a>>> {
    let (mut fixed, mut aged, mut periods) = (BTreeSet::from([NOW]), BTreeSet::from([NOW]), Vec::new());
    let microsecond = TimeDelta::microseconds(1);
    let beside = |date: Instant| [date - microsecond, date, date + microsecond];
    for test in tests {
        match test {
            DateTest::After(date) => fixed.extend(beside(date.last_instant(zone))),
            DateTest::Before(date) => fixed.extend(beside(date.first_instant(zone))),
            DateTest::Between(from, to) => {
                fixed.extend([from.first_instant(zone), to.last_instant(zone)].into_iter().flat_map(beside));
            }
            DateTest::WithinLast(span) | DateTest::NotWithinLast(span) => {
                let edge = span.before(NOW);
                aged.extend([edge - microsecond, edge]);
            }
            DateTest::InPeriod(period) if !periods.contains(&period) => periods.push(period),
            DateTest::InPeriod(_) | DateTest::IsSet | DateTest::IsNotSet => {}
        }
    }
    let combinations = combinations(&periods)?;
    if fixed.len() * aged.len() * combinations.len() > MOST_CELLS {
        return None;
    }
    let mut cells: Vec<_> = nullable.then_some(Cell::Date(None)).into_iter().collect();
    for fixed in fixed {
        for aged in &aged {
            let cell =
                |periods: &Vec<_>| Cell::Date(Some(DateCell { zone, fixed, aged: *aged, periods: periods.clone() }));
            cells.extend(combinations.iter().map(cell));
        }
    }
    Some(cells)
}

fn texts<'a>(
    nullable: bool,
    mut named: BTreeSet<&'a str>,
    tests: impl Iterator<Item = &'a TextTest>,
) -> Option<Vec<Cell<'a>>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for test in tests {
        if let TextTest::Equals(text) | TextTest::NotEquals(text) = test {
            named.insert(text.folded());
        }
        pieces.extend(Piece::of(test).filter(|piece| !pieces.contains(piece)));
    }
    let unset = nullable.then_some(TextCell::Unset);
    let named = named.into_iter().map(TextCell::Named);
    let can_be = |found: &Vec<Piece<'_>>| {
        let missing = |piece: &Piece<'_>| !found.contains(piece);
        let implied = |one: &Piece<'_>| pieces.iter().any(|other| one.implies(*other) && missing(other));
        !found.iter().any(|one| implied(one) || found.iter().any(|other| one.excludes(*other)))
    };
    let others = combinations(&pieces)?.into_iter().filter(can_be).map(TextCell::Other);
    Some(unset.into_iter().chain(named).chain(others).map(Cell::Text).collect())
}

fn segments<'a>(conditions: &[&Condition]) -> Option<Vec<Cell<'a>>> {
    let mut named = BTreeSet::new();
    for condition in conditions {
        let Condition::Segment { segments, .. } = condition else { continue };
        named.extend(segments.iter().cloned());
        if named.len() > MOST_SWITCHES {
            return None;
        }
    }
    let named: Vec<_> = named.into_iter().collect();
    Some(combinations(&named)?.into_iter().map(|some| Cell::Segments(some.into_iter().collect())).collect())
}

/// Every subset.
fn combinations<T: Clone>(things: &[T]) -> Option<Vec<Vec<T>>> {
    if things.len() > MOST_SWITCHES {
        return None;
    }
    let chosen = |choice: usize| things.iter().enumerate().filter(move |(n, _)| choice >> n & 1 == 1);
    Some((0..1 << things.len()).map(|choice| chosen(choice).map(|(_, thing)| thing.clone()).collect()).collect())
}
