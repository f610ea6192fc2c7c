//! What there is to carry over, as far as our database says. No request is sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    ids::SegmentId,
    mail::{AddressKey, SyncMode, SyncState},
    segment::SegmentKey,
    segment_health::SegmentHealth,
    shard::Shard,
};
use persistence::{
    ConnectionTrait, Database, DbErr,
    segments::{self as stored_segments, StoredSegment},
    sync::{
        dirty::{self, Mark},
        members::Pair,
        plan::{self as differences, Departure},
        segments::{self, StoredSync},
    },
};

use super::options::SyncOptions;

/// Rows that are compared at once.
const PAGE: u32 = 5_000;
/// Addresses that are compared at once, in all segments.
const MARKS: usize = 1_000;

/// What a sync would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub segments: Vec<PlannedSegment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSegment {
    pub key: SegmentKey,
    pub joining: u64,
    pub leaving: u64,
    /// Only of a full sync.
    pub drift: Option<PlannedDrift>,
}

/// How the list of the mail service differs from what we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedDrift {
    /// We put them there, and they are not.
    pub missing: u64,
    /// They are there, not by us, and should not be.
    pub extra: u64,
}

/// A synced segment with what a sync needs of it.
#[derive(Debug, Clone)]
pub(super) struct Synced {
    pub(super) sync: StoredSync,
    /// Of its members now.
    pub(super) version: i64,
    /// Of its definition now.
    pub(super) rule: String,
    /// Whether it may send more than leaves of suppressed people.
    pub(super) is_live: bool,
}

impl Synced {
    pub(super) fn id(&self) -> SegmentId {
        self.sync.segment
    }

    /// Whether its members changed since the last complete sync.
    pub(super) fn has_changed(&self, mode: SyncMode) -> bool {
        self.is_live && (mode == SyncMode::Full || self.version != self.sync.seen_version)
    }
}

/// Segments that are synced, without those that are being removed.
pub(super) async fn synced(connection: &impl ConnectionTrait, options: &SyncOptions) -> Result<Vec<Synced>, DbErr> {
    let syncs = segments::all(connection).await?;
    if syncs.is_empty() {
        return Ok(Vec::new());
    }
    // Read before the members, so that a change in between is seen by the next sync.
    let versions = segments::versions(connection).await?;
    let definitions = stored_segments::versions(connection).await?;
    let all: HashMap<_, _> =
        stored_segments::all(connection).await?.into_iter().map(|segment| (segment.id, segment)).collect();
    let wanted = syncs.into_iter().filter(|sync| matches!(sync.state, SyncState::On | SyncState::Paused));
    let wanted = wanted.filter(|sync| options.segments.as_ref().is_none_or(|segments| segments.contains(&sync.key)));
    Ok(wanted
        .map(|sync| {
            let segment = all.get(&sync.segment);
            Synced {
                version: versions.get(&sync.segment).copied().unwrap_or_default(),
                rule: definitions.get(&sync.segment).copied().unwrap_or_default().to_string(),
                is_live: sync.state == SyncState::On && segment.is_some_and(is_evaluated),
                sync,
            }
        })
        .collect())
}

fn is_evaluated(segment: &StoredSegment) -> bool {
    let has_failed = matches!(segment.health, SegmentHealth::RuleFailed { .. });
    segment.is_active && !segment.is_being_deleted && !has_failed
}

/// Addresses of which something changed.
pub(super) async fn marks(connection: &impl ConnectionTrait) -> Result<Vec<Mark>, DbErr> {
    let mut marks: Vec<Mark> = Vec::new();
    loop {
        let page = dirty::page(connection, marks.last().map(|mark| &mark.key), PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        marks.extend(page);
        if is_last {
            return Ok(marks);
        }
    }
}

/// Contacts that have to be taken out of a remote segment: nobody with the address is a member, or it is suppressed.
#[derive(Debug, Clone, Default)]
pub(super) struct Leaving {
    pub(super) pairs: Vec<Pair>,
    /// How many of them are suppressed.
    pub(super) suppressed: u64,
}

impl Leaving {
    fn push(&mut self, departure: Departure) {
        self.pairs.push(departure.pair);
        self.suppressed += u64::from(departure.is_suppressed);
    }
}

/// What there is to do.
pub(super) struct Work {
    /// Segments that are planned as a whole.
    pub(super) changed: BTreeSet<SegmentId>,
    /// Memberships to be put in. Two users with one address may count twice.
    joining: BTreeMap<SegmentId, u64>,
    pub(super) leaving: BTreeMap<SegmentId, Leaving>,
}

impl Work {
    pub(super) fn joining(&self, segment: SegmentId) -> u64 {
        self.joining.get(&segment).copied().unwrap_or_default()
    }

    pub(super) fn leaving(&self, segment: SegmentId) -> u64 {
        self.leaving.get(&segment).map_or(0, |leaving| leaving.pairs.len() as u64)
    }

    /// Operations.
    pub(super) fn planned(&self) -> u64 {
        self.joining.values().sum::<u64>()
            + self.leaving.values().map(|leaving| leaving.pairs.len() as u64).sum::<u64>()
    }

    /// Whether a request about the remote segment is needed.
    pub(super) fn is_busy(&self, synced: &Synced) -> bool {
        let id = synced.id();
        let is_to_be_made = synced.is_live && synced.sync.remote_id.is_none();
        is_to_be_made || self.leaving(id) > 0 || self.joining(id) > 0 || is_renamed(synced)
    }
}

/// A name is looked at only with a definition that has changed, or in a full sync, where it changes nothing.
fn is_renamed(synced: &Synced) -> bool {
    synced.is_live && synced.sync.seen_rule.as_deref().is_some_and(|seen| seen != synced.rule)
}

/// Changed segments as a whole, and of the others the addresses that are marked.
pub(super) async fn gather(
    database: &Database,
    mode: SyncMode,
    synced: &[Synced],
    marks: &[Mark],
) -> Result<Work, DbErr> {
    let (whole, others): (Vec<_>, Vec<_>) = synced.iter().partition(|one| one.has_changed(mode));
    let mut work = Work {
        changed: whole.iter().map(|one| one.id()).collect(),
        joining: count_joining(database, &whole.iter().map(|one| one.id()).collect::<Vec<_>>()).await?,
        leaving: BTreeMap::new(),
    };
    for one in whole {
        work.leaving.insert(one.id(), leaving(database, one).await?);
    }
    let live: Vec<_> = others.iter().filter(|one| one.is_live).map(|one| one.id()).collect();
    for marks in marks.chunks(MARKS) {
        let keys: Vec<_> = marks.iter().map(|mark| mark.key.clone()).collect();
        for (_, segment) in joining_among(database, &live, &keys).await? {
            *work.joining.entry(segment).or_default() += 1;
        }
        leaving_among(database, &others, &keys, &mut work.leaving).await?;
    }
    Ok(work)
}

/// Those of a whole segment.
async fn leaving(database: &Database, synced: &Synced) -> Result<Leaving, DbErr> {
    let (mut leaving, mut after) = (Leaving::default(), None);
    let of = (synced.id(), synced.is_live);
    loop {
        let page = differences::page_leaving(database.connection(), Shard::FIRST, of, after.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        after = page.last().map(|departure| departure.pair.0.clone());
        for departure in without_members_elsewhere(database, page).await? {
            leaving.push(departure);
        }
        if is_last {
            return Ok(leaving);
        }
    }
}

/// Those of some addresses, in all these segments.
async fn leaving_among(
    database: &Database,
    synced: &[&Synced],
    keys: &[AddressKey],
    leaving: &mut BTreeMap<SegmentId, Leaving>,
) -> Result<(), DbErr> {
    for is_live in [true, false] {
        let ids: Vec<_> = synced.iter().filter(|one| one.is_live == is_live).map(|one| one.id()).collect();
        let found = differences::leaving_among(database.connection(), Shard::FIRST, (&ids, is_live), keys).await?;
        for departure in without_members_elsewhere(database, found).await? {
            leaving.entry(departure.pair.1).or_default().push(departure);
        }
    }
    Ok(())
}

/// Of what the first shard cannot account for, the rest: another shard may have a member with the address.
async fn without_members_elsewhere(database: &Database, mut found: Vec<Departure>) -> Result<Vec<Departure>, DbErr> {
    for shard in database.shards().all().filter(|shard| *shard != Shard::FIRST) {
        let open: Vec<_> = found.iter().filter(|it| !it.is_certain).map(|it| it.pair.clone()).collect();
        let staying = differences::members_among(database.connection(), shard, &open).await?;
        found.retain(|it| it.is_certain || !staying.contains(&it.pair));
    }
    Ok(found)
}

/// How many memberships are to be put in.
async fn count_joining(database: &Database, segments: &[SegmentId]) -> Result<BTreeMap<SegmentId, u64>, DbErr> {
    let mut counts = BTreeMap::new();
    for shard in database.shards().all() {
        for (segment, count) in differences::count_joining(database.connection(), shard, segments).await? {
            *counts.entry(segment).or_default() += count;
        }
    }
    Ok(counts)
}

/// What has to be put in of some addresses.
pub(super) async fn joining_among(
    database: &Database,
    segments: &[SegmentId],
    keys: &[AddressKey],
) -> Result<BTreeSet<Pair>, DbErr> {
    let mut pairs = BTreeSet::new();
    for shard in database.shards().all() {
        pairs.extend(differences::joining_among(database.connection(), shard, segments, keys).await?);
    }
    Ok(pairs)
}

/// What a sync would do now. Takes no lease, writes nothing and sends nothing.
pub async fn plan(database: &Database, options: &SyncOptions) -> Result<Planned, DbErr> {
    let synced = synced(database.connection(), options).await?;
    let work = gather(database, options.mode, &synced, &marks(database.connection()).await?).await?;
    let segments = synced.iter().map(|one| PlannedSegment {
        key: one.sync.key.clone(),
        joining: work.joining(one.id()),
        leaving: work.leaving(one.id()),
        drift: None,
    });
    Ok(Planned { segments: segments.collect() })
}
