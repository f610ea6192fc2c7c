//! Parts of a definition that hold for everyone or for nobody: usually mistakes.
//!
//! There is a warning only with proof. The conditions on one subject split all users into finitely many [cells](mod@cells); a part
//! with the same result in every cell is constant. A part on several subjects is constant if its pieces prove it. So
//! some constant parts go unnoticed, but every warning is right.

mod cells;
#[cfg(test)]
mod tests;

use chrono_tz::Tz;

use self::cells::{Cell, Subject, cells};
use super::{Combine, Condition, Criteria, Item, ItemSet, SegmentNames, path_of_item};

/// A part with the same result for every user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Such as `criteria[1].criteria[0]`; empty for the whole definition.
    pub path: String,
    /// Holds for everyone, or else for nobody.
    pub always: bool,
    /// A sentence without a period.
    pub message: String,
}

/// What the meaning and the words of a definition depend on.
#[derive(Clone, Copy)]
struct Context<'a> {
    names: &'a SegmentNames,
    /// Where days begin.
    zone: Tz,
}

impl Criteria {
    /// The outermost parts that hold for everyone or for nobody, in the order of the definition. Parts inside them are
    /// not listed.
    pub fn warnings(&self, names: &SegmentNames, zone: Tz) -> Vec<Warning> {
        let mut warnings = Vec::new();
        warn_of_set(&self.root, String::new(), Context { names, zone }, &mut warnings);
        warnings
    }
}

fn warn_of_set(set: &ItemSet, path: String, context: Context<'_>, warnings: &mut Vec<Warning>) {
    if let Some(verdict) = verdict_of_set(set, false, context) {
        warnings.push(verdict.warning(path));
        return;
    }
    for (index, item) in set.items.iter().enumerate() {
        let path = path_of_item(&path, index);
        match item {
            Item::Set(set) => warn_of_set(set, path, context, warnings),
            Item::Condition(_) => {
                let part = Term { item, negated: false, context };
                warnings.extend(part.verdict().map(|verdict| verdict.warning(path)));
            }
        }
    }
}

/// Why a part is constant.
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

/// An item with the negations of the sets around it pushed inward.
#[derive(Clone, Copy)]
struct Term<'a> {
    item: &'a Item,
    negated: bool,
    context: Context<'a>,
}

impl<'a> Term<'a> {
    fn verdict(self) -> Option<Verdict> {
        match self.item {
            Item::Set(set) => verdict_of_set(set, self.negated, self.context),
            Item::Condition(condition) => {
                let cells = cells(&Subject::of(condition), &[condition], self.context.zone)?;
                let always = self.holds_in(cells.first()?);
                let is_constant = cells.iter().all(|cell| self.holds_in(cell) == always);
                let who = if always { "for everyone" } else { "for nobody" };
                is_constant.then(|| Verdict { always, reason: format!("{} holds {who}", self.in_words()) })
            }
        }
    }

    /// The subject of all conditions, if it is the same.
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

    /// Compares the two as written, not by meaning.
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

    /// The exact opposite, as parts that combine in the given way.
    fn opposite(self, combine: Combine) -> Vec<Self> {
        let opposite = Self { negated: !self.negated, ..self };
        let Item::Set(set) = self.item else { return vec![opposite] };
        let mut parts = Vec::new();
        flatten(set, opposite.negated, combine, self.context, &mut parts);
        parts
    }

    fn in_words(self) -> String {
        let words = self.item.describe(self.context.names);
        // Quotes within quotes are single.
        let words = words.replace('“', "‘").replace('”', "’");
        if self.negated { format!("“not ({words})”") } else { format!("“{words}”") }
    }
}

fn holds_in(item: &Item, cell: &Cell<'_>) -> bool {
    match item {
        Item::Condition(condition) => cell.holds(condition),
        Item::Set(set) => set.combined(set.items.iter().map(|item| holds_in(item, cell))),
    }
}

fn verdict_of_set(set: &ItemSet, negated: bool, context: Context<'_>) -> Option<Verdict> {
    let combine = combine_of(set, negated);
    let mut parts = Vec::new();
    flatten(set, negated, combine, context, &mut parts);
    // A part with this result decides the whole: a false one within AND, a true one within OR.
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

/// How the items combine after pushing a negation inward.
fn combine_of(set: &ItemSet, negated: bool) -> Combine {
    match (set.combine, negated != set.negated) {
        (Combine::And, false) | (Combine::Or, true) => Combine::And,
        (Combine::Or, false) | (Combine::And, true) => Combine::Or,
    }
}

/// The parts that combine in the given way, including those of inner sets that combine the same way.
fn flatten<'a>(set: &'a ItemSet, negated: bool, combine: Combine, context: Context<'a>, parts: &mut Vec<Term<'a>>) {
    let negated = negated != set.negated;
    for item in &set.items {
        match item {
            Item::Set(inner) if inner.items.len() == 1 || combine_of(inner, negated) == combine => {
                flatten(inner, negated, combine, context, parts);
            }
            _ => parts.push(Term { item, negated, context }),
        }
    }
}

/// A part together with its opposite: `x` and every part of `NOT x`.
fn opposites<'a>(parts: &[Term<'a>], combine: Combine) -> Option<Vec<Term<'a>>> {
    parts.iter().find_map(|part| {
        let opposite = part.opposite(combine).into_iter();
        let others = opposite.map(|needed| parts.iter().find(|other| other.is_same(needed)).copied());
        let others: Vec<_> = others.collect::<Option<_>>()?;
        Some(others.into_iter().chain([*part]).collect())
    })
}

struct Group<'a> {
    subject: Subject<'a>,
    parts: Vec<Term<'a>>,
}

fn groups<'a>(parts: &[Term<'a>]) -> Vec<Group<'a>> {
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
    /// A minimal choice of parts that decides the whole; `None` if not even all parts do.
    fn decide(self, combine: Combine) -> Option<Vec<Term<'a>>> {
        let conditions: Vec<_> = self.parts.iter().flat_map(|part| part.conditions()).collect();
        let cells = cells(&self.subject, &conditions, self.parts.first()?.context.zone)?;
        let decided = |parts: &[Term<'a>]| {
            cells.iter().all(|cell| match combine {
                Combine::And => parts.iter().any(|part| !part.holds_in(cell)),
                Combine::Or => parts.iter().any(|part| part.holds_in(cell)),
            })
        };
        let mut parts = decided(&self.parts).then_some(self.parts)?;
        for index in (0..parts.len()).rev() {
            let part = parts.remove(index);
            if !decided(&parts) {
                parts.insert(index, part);
            }
        }
        Some(parts)
    }
}

fn together_in_words(parts: &[Term<'_>], combine: Combine) -> String {
    let words: Vec<_> = parts.iter().map(|part| part.in_words()).collect();
    match (combine, words.as_slice()) {
        (Combine::And, [one, other]) => format!("{one} and {other} cannot both hold"),
        (Combine::And, _) => format!("{} cannot all hold", words.join(", ")),
        (Combine::Or, _) => format!("one of {} always holds", words.join(", ")),
    }
}
