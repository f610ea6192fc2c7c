//! Parts of a definition that hold for everyone or for nobody: mistakes, most of the time.
//!
//! Only what is proven is said. All that a user can be, as far as the conditions on one subject can tell, is split into
//! finitely many [cells]; a part that comes out the same in each of them is constant. Parts on several subjects are
//! constant if what they are made of is. So some constant parts are not found, and none is made up.

mod cells;
#[cfg(test)]
mod tests;

use self::cells::{Cell, Subject, cells};
use super::{Combine, Condition, Criteria, Item, ItemSet, SegmentNames, path_of_item};

/// A part that comes out the same for all users, whatever they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where the part stands: `criteria[1].criteria[0]`; empty for the whole definition.
    pub path: String,
    /// Whether it holds for everyone, or else for nobody.
    pub always: bool,
    /// What follows from what, in a sentence without a period.
    pub message: String,
}

impl Criteria {
    /// The outermost parts that hold for everyone or for nobody, in the order of the definition. What is within them is
    /// not listed.
    pub fn warnings(&self, names: &SegmentNames) -> Vec<Warning> {
        let mut warnings = Vec::new();
        warn_of_set(&self.root, String::new(), names, &mut warnings);
        warnings
    }
}

fn warn_of_set(set: &ItemSet, path: String, names: &SegmentNames, warnings: &mut Vec<Warning>) {
    if let Some(verdict) = verdict_of_set(set, false, names) {
        warnings.push(verdict.warning(path));
        return;
    }
    for (place, item) in set.items.iter().enumerate() {
        let path = path_of_item(&path, place);
        match item {
            Item::Set(set) => warn_of_set(set, path, names, warnings),
            Item::Condition(_) => {
                let part = Part { item, negated: false, names };
                warnings.extend(part.verdict().map(|verdict| verdict.warning(path)));
            }
        }
    }
}

/// That a part is constant, and why.
struct Verdict {
    always: bool,
    reason: String,
}

impl Verdict {
    fn warning(self, path: String) -> Warning {
        let who = if self.always { "Everyone matches" } else { "Nobody matches" };
        Warning { path, always: self.always, message: format!("{who}: {}", self.reason) }
    }
}

/// An item as it counts within the sets around it, whose negations are pushed inwards.
#[derive(Clone, Copy)]
struct Part<'a> {
    item: &'a Item,
    negated: bool,
    /// For putting it into words.
    names: &'a SegmentNames,
}

impl<'a> Part<'a> {
    fn verdict(self) -> Option<Verdict> {
        match self.item {
            Item::Set(set) => verdict_of_set(set, self.negated, self.names),
            Item::Condition(condition) => {
                let cells = cells(&Subject::of(condition), &[condition])?;
                let always = self.holds_in(cells.first()?);
                let is_constant = cells.iter().all(|cell| self.holds_in(cell) == always);
                let whom = if always { "for everyone" } else { "for nobody" };
                is_constant.then(|| Verdict { always, reason: format!("{} holds {whom}", self.in_words()) })
            }
        }
    }

    /// What all of its conditions are about, if that is one thing.
    fn subject(self) -> Option<Subject<'a>> {
        let conditions = self.conditions();
        let subject = Subject::of(conditions.first()?);
        conditions.iter().all(|condition| Subject::of(condition) == subject).then_some(subject)
    }

    fn conditions(self) -> Vec<&'a Condition> {
        let mut conditions = Vec::new();
        match self.item {
            Item::Condition(condition) => conditions.push(condition),
            Item::Set(set) => set.collect_conditions(&mut conditions),
        }
        conditions
    }

    fn holds_in(self, cell: &Cell<'_>) -> bool {
        holds_in(self.item, cell) != self.negated
    }

    /// Whether it is the same as the other, as both are written.
    fn is_same(self, other: Self) -> bool {
        match (self.item, other.item) {
            (Item::Condition(one), Item::Condition(two)) => self.negated == other.negated && one == two,
            (Item::Set(one), Item::Set(two)) => {
                let negated = |part: Self, set: &ItemSet| part.negated != set.negated;
                negated(self, one) == negated(other, two) && one.combine == two.combine && one.items == two.items
            }
            _ => false,
        }
    }

    /// Its exact opposite, as parts that combine in that way.
    fn opposite(self, combine: Combine) -> Vec<Self> {
        let opposite = Self { negated: !self.negated, ..self };
        let Item::Set(set) = self.item else { return vec![opposite] };
        let mut parts = Vec::new();
        flatten(set, opposite.negated, combine, self.names, &mut parts);
        parts
    }

    fn in_words(self) -> String {
        let words = self.item.describe(self.names);
        if self.negated { format!("“not ({words})”") } else { format!("“{words}”") }
    }
}

fn holds_in(item: &Item, cell: &Cell<'_>) -> bool {
    match item {
        Item::Condition(condition) => cell.holds(condition),
        Item::Set(set) => set.combined(set.items.iter().map(|item| holds_in(item, cell))),
    }
}

fn verdict_of_set(set: &ItemSet, negated: bool, names: &SegmentNames) -> Option<Verdict> {
    let combine = combine_of(set, negated);
    let mut parts = Vec::new();
    flatten(set, negated, combine, names, &mut parts);
    // One part that comes out so decides the whole: a false one among parts that must all hold, or else a true one.
    let decisive = combine == Combine::Or;
    let verdicts: Vec<_> = parts.iter().map(|part| part.verdict()).collect();
    if verdicts.iter().all(|verdict| verdict.as_ref().is_some_and(|verdict| verdict.always != decisive)) {
        let reasons: Vec<_> = verdicts.into_iter().flatten().map(|verdict| verdict.reason).collect();
        return Some(Verdict { always: !decisive, reason: reasons.join("; ") });
    }
    let alone = verdicts.into_iter().flatten().find(|verdict| verdict.always == decisive);
    alone.or_else(|| {
        let together =
            opposites(&parts, combine).or_else(|| groups(&parts).into_iter().find_map(|group| group.decide(combine)));
        together.map(|parts| Verdict { always: decisive, reason: together_in_words(&parts, combine) })
    })
}

/// How the items combine once a negation is pushed inwards.
fn combine_of(set: &ItemSet, negated: bool) -> Combine {
    match (set.combine, negated != set.negated) {
        (Combine::And, false) | (Combine::Or, true) => Combine::And,
        (Combine::Or, false) | (Combine::And, true) => Combine::Or,
    }
}

/// The parts that combine in that way, through sets within the set that do so too.
fn flatten<'a>(set: &'a ItemSet, negated: bool, combine: Combine, names: &'a SegmentNames, parts: &mut Vec<Part<'a>>) {
    let negated = negated != set.negated;
    for item in &set.items {
        match item {
            Item::Set(inner) if inner.items.len() == 1 || combine_of(inner, negated) == combine => {
                flatten(inner, negated, combine, names, parts);
            }
            _ => parts.push(Part { item, negated, names }),
        }
    }
}

/// A part, and others that are together its opposite: `x`, and all of `NOT x`.
fn opposites<'a>(parts: &[Part<'a>], combine: Combine) -> Option<Vec<Part<'a>>> {
    parts.iter().find_map(|part| {
        let opposite = part.opposite(combine).into_iter();
        let others = opposite.map(|needed| parts.iter().find(|other| other.is_same(needed)).copied());
        let others: Vec<_> = others.collect::<Option<_>>()?;
        Some(others.into_iter().chain([*part]).collect())
    })
}

/// Parts that are all about one thing.
struct Group<'a> {
    subject: Subject<'a>,
    parts: Vec<Part<'a>>,
}

fn groups<'a>(parts: &[Part<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for part in parts {
        let Some(subject) = part.subject() else { continue };
        match groups.iter_mut().find(|group| group.subject == subject) {
            Some(group) => group.parts.push(*part),
            None => groups.push(Group { subject, parts: vec![*part] }),
        }
    }
    groups
}

impl<'a> Group<'a> {
    /// As few of the parts as decide the whole already; `None` if even all of them do not.
    fn decide(self, combine: Combine) -> Option<Vec<Part<'a>>> {
        let conditions: Vec<_> = self.parts.iter().flat_map(|part| part.conditions()).collect();
        let cells = cells(&self.subject, &conditions)?;
        let decided = |parts: &[Part<'a>]| {
            cells.iter().all(|cell| match combine {
                Combine::And => parts.iter().any(|part| !part.holds_in(cell)),
                Combine::Or => parts.iter().any(|part| part.holds_in(cell)),
            })
        };
        let mut parts = decided(&self.parts).then_some(self.parts)?;
        for place in (0..parts.len()).rev() {
            let part = parts.remove(place);
            if !decided(&parts) {
                parts.insert(place, part);
            }
        }
        Some(parts)
    }
}

fn together_in_words(parts: &[Part<'_>], combine: Combine) -> String {
    let words: Vec<_> = parts.iter().map(|part| part.in_words()).collect();
    match (combine, words.as_slice()) {
        (Combine::And, [one, other]) => format!("{one} and {other} cannot both hold"),
        (Combine::And, _) => format!("{} cannot all hold", words.join(", ")),
        (Combine::Or, _) => format!("one of {} always holds", words.join(", ")),
    }
}
