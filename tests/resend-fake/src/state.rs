//! What it remembers.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Instant,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    events::{PendingEvent, SentEvent},
    ids::uuid,
    switches::{Dates, Switches},
};

#[derive(Debug, Clone)]
pub struct Contact {
    pub id: String,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub unsubscribed: bool,
    pub created_at: DateTime<Utc>,
    /// The segments it is in, and whether a call of the key put it there.
    pub segments: BTreeMap<String, bool>,
    /// Segments that calls of the key took it out of. They may do so again, whoever puts it back.
    pub(crate) taken_out_of: BTreeSet<String>,
    /// Whether a call of the key made it.
    pub is_ours: bool,
    pub(crate) visible_from: Instant,
}

#[derive(Debug, Clone)]
pub struct Segment {
    pub id: String,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub is_ours: bool,
}

#[derive(Debug, Clone)]
pub struct Suppression {
    pub id: String,
    pub email: String,
    pub origin: &'static str,
    pub created_at: DateTime<Utc>,
}

/// All of them get the same events.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) secret: &'static str,
    pub(crate) is_on: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) id: String,
    pub(crate) due: Instant,
    pub(crate) rows: Vec<[String; 3]>,
    pub(crate) segments: Vec<String>,
    pub(crate) is_done: bool,
    pub(crate) has_failed: bool,
    pub(crate) created: u64,
    pub(crate) skipped: u64,
}

#[derive(Debug)]
pub struct State {
    pub switches: Switches,
    /// By id.
    pub contacts: BTreeMap<String, Contact>,
    /// The ids of all contacts that ever were, by their address in lower case: an import looks thousands of people up at once.
    by_address: HashMap<String, Vec<String>>,
    /// By id.
    pub segments: BTreeMap<String, Segment>,
    pub suppressions: Vec<Suppression>,
    pub(crate) imports: BTreeMap<String, Import>,
    pub(crate) broadcasts: BTreeMap<String, String>,
    /// By id: where topics and properties are, of which only that they exist matters.
    pub(crate) others: BTreeSet<String>,
    pub(crate) pending: Vec<PendingEvent>,
    pub(crate) sent: Vec<SentEvent>,
    pub(crate) webhooks: Vec<Webhook>,
    pub violations: Vec<String>,
    /// Addresses of people who were erased: their contacts may be deleted whoever made them.
    pub erased: BTreeSet<String>,
    pub(crate) numbers: u64,
    pub(crate) ahead: TimeDelta,
}

impl State {
    pub(crate) fn new(switches: Switches) -> Self {
        Self {
            switches,
            contacts: BTreeMap::new(),
            by_address: HashMap::new(),
            segments: BTreeMap::new(),
            suppressions: Vec::new(),
            imports: BTreeMap::new(),
            broadcasts: BTreeMap::new(),
            others: BTreeSet::new(),
            pending: Vec::new(),
            sent: Vec::new(),
            webhooks: Vec::new(),
            violations: Vec::new(),
            erased: BTreeSet::new(),
            numbers: 0,
            ahead: TimeDelta::zero(),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + self.ahead
    }

    /// Moves its clock on.
    pub fn advance(&mut self, by: TimeDelta) {
        self.ahead += by;
    }

    pub(crate) fn next_id(&mut self) -> String {
        self.numbers += 1;
        uuid(self.numbers)
    }

    pub(crate) fn date(&self, at: DateTime<Utc>) -> String {
        match self.switches.dates {
            Dates::Spaced => at.format("%Y-%m-%d %H:%M:%S%.6f+00").to_string(),
            Dates::Rfc3339 => at.to_rfc3339(),
        }
    }

    fn is_same(&self, one: &str, other: &str) -> bool {
        one == other || self.switches.folds_case && one.eq_ignore_ascii_case(other)
    }

    /// By its id or its address.
    pub fn contact(&self, which: &str) -> Option<&Contact> {
        let of_address = || {
            let ids = self.by_address.get(&which.to_ascii_lowercase())?;
            let found = ids.iter().filter_map(|id| self.contacts.get(id));
            found.filter(|contact| self.is_same(&contact.email, which)).min_by(|one, other| one.id.cmp(&other.id))
        };
        self.contacts.get(which).or_else(of_address)
    }

    pub fn contact_id(&self, which: &str) -> Option<String> {
        self.contact(which).map(|contact| contact.id.clone())
    }

    /// The addresses in a segment.
    pub fn members(&self, segment: &str) -> BTreeSet<String> {
        let is_in = |contact: &&Contact| contact.segments.contains_key(segment);
        self.contacts.values().filter(is_in).map(|contact| contact.email.clone()).collect()
    }

    /// The addresses in the segment with a name.
    pub fn members_of_named(&self, part: &str) -> BTreeSet<String> {
        let named = self.segments.values().find(|segment| segment.name.contains(part));
        named.map(|segment| self.members(&segment.id)).unwrap_or_default()
    }

    pub fn add_contact(&mut self, email: &str, is_ours: bool) -> String {
        let id = self.next_id();
        let contact = Contact {
            id: id.clone(),
            email: email.to_owned(),
            first_name: None,
            last_name: None,
            unsubscribed: false,
            created_at: self.now(),
            segments: BTreeMap::new(),
            taken_out_of: BTreeSet::new(),
            is_ours,
            visible_from: Instant::now() + self.switches.read_lag,
        };
        self.contacts.insert(id.clone(), contact);
        self.by_address.entry(email.to_ascii_lowercase()).or_default().push(id.clone());
        id
    }

    pub(crate) fn add_segment(&mut self, name: &str, is_ours: bool) -> String {
        let id = self.next_id();
        let segment = Segment { id: id.clone(), name: name.to_owned(), created_at: self.now(), is_ours };
        self.segments.insert(id.clone(), segment);
        id
    }

    pub(crate) fn violation(&mut self, what: impl Into<String>) {
        self.violations.push(what.into());
    }

    /// Ends imports that are due.
    pub(crate) fn work_off_imports(&mut self) {
        let now = Instant::now();
        let due: Vec<_> = self
            .imports
            .values()
            .filter(|import| !import.is_done && import.due <= now)
            .map(|it| it.id.clone())
            .collect();
        for id in due {
            let Some(mut import) = self.imports.remove(&id) else { continue };
            import.has_failed = self.switches.failing_imports > 0;
            self.switches.failing_imports = self.switches.failing_imports.saturating_sub(1);
            let made = if import.has_failed { import.rows.len() / 10 } else { import.rows.len() };
            for [email, first, last] in &import.rows[..made] {
                match self.contact_id(email) {
                    Some(known) => {
                        import.skipped += 1;
                        if self.switches.skip_joins {
                            self.join_all(&known, &import.segments);
                        }
                    }
                    None => {
                        import.created += 1;
                        let made = self.add_contact(email, true);
                        let name = |name: &String| (!name.is_empty()).then(|| name.clone());
                        if let Some(contact) = self.contacts.get_mut(&made) {
                            (contact.first_name, contact.last_name) = (name(first), name(last));
                        }
                        self.join_all(&made, &import.segments);
                    }
                }
            }
            import.is_done = true;
            self.imports.insert(id, import);
        }
    }

    pub(crate) fn join_all(&mut self, contact: &str, segments: &[String]) {
        let known: Vec<_> =
            segments.iter().filter_map(|id| Some((id.clone(), self.segments.get(id)?.is_ours))).collect();
        let Some(contact) = self.contacts.get_mut(contact) else { return };
        for (segment, is_ours) in known {
            let by_us = contact.segments.entry(segment).or_insert(true);
            // Also one that somebody else put there: the answer does not tell. What others have in segments of theirs stays theirs.
            *by_us |= is_ours;
        }
    }
}
