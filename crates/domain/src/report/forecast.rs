//! What usually becomes of the sizes of segments of which a user is in at most one, unless an admin has added them to another: what became of like users in the weeks before.
//! Nothing after an instant is used to forecast from it, so that earlier forecasts show how good this one is.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::{fractions::rounded, overlap::Mask};
use crate::{instant::Instant, rate::mean, text_enum::text_enum};

/// Windows that a forecast learns from, each a week before the next.
const WINDOWS: i32 = 4;
const BETWEEN_WINDOWS: TimeDelta = TimeDelta::days(7);
/// How many earlier forecasts are tried, two weeks apart.
const ORIGINS: i32 = 8;
const BETWEEN_ORIGINS: TimeDelta = TimeDelta::days(14);
/// How many of them it takes to tell whether forecasts are good.
const FEWEST_ORIGINS: usize = 4;
/// Days since the last activity beyond which users are alike.
const OLDEST: i64 = 90;
/// Of fewer users, what became of them says little.
const FEWEST_USERS: u64 = 20;

text_enum! {
    /// What a forecast goes by.
    pub enum ForecastMethod {
        /// How long ago users were last active.
        Recency = "recency",
        /// In which segment users are.
        Matrix = "matrix",
    }
}

text_enum! {
    /// Whether a forecast is worth showing.
    pub enum ForecastStatus {
        /// Earlier forecasts were clearly better than to say that sizes stay as they are.
        Shown = "shown",
        /// They were not.
        NoBetterThanToday = "noBetterThanToday",
        /// The history is too short to forecast, or to tell.
        NotEnoughHistory = "notEnoughHistory",
    }
}

/// A user over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub created_at: Instant,
    pub stays: Vec<StayIn>,
    /// In order.
    pub active_at: Vec<Instant>,
}

/// A stay in one of the segments, by its place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayIn {
    pub segment: usize,
    pub since: Instant,
    /// `None` while it lasts.
    pub until: Option<Instant>,
}

/// What is forecast.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    pub now: Instant,
    pub ahead: TimeDelta,
    /// Where days begin.
    pub zone: Tz,
    /// How many segments there are.
    pub segments: usize,
    /// The place of the segment of new users, who are alike whenever they were active. Without it the method is the matrix.
    pub new: Option<usize>,
    /// Nothing is known of members before it.
    pub history_from: Option<Instant>,
}

/// The segments that a user is in. An admin may have added a user to a second one.
type State = Mask;

/// Whom a user is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kin {
    New,
    LastActiveDaysAgo(i64),
}

/// How many users ended in which state.
#[derive(Debug, Clone, Default)]
struct Ends {
    by_state: BTreeMap<State, u64>,
    total: u64,
}

/// What is counted for a forecast from one instant.
#[derive(Debug, Clone)]
struct Origin {
    at: Instant,
    after_state: HashMap<State, Ends>,
    after_kin: HashMap<Kin, Ends>,
    /// Who was created within one of the windows, by where they ended.
    created: Vec<u64>,
    /// Everyone who is there at the instant.
    present: HashMap<(State, Kin), u64>,
    same: Vec<u64>,
    actual: Vec<u64>,
}

/// Counts users, and then forecasts.
#[derive(Debug, Clone)]
pub struct Forecaster {
    terms: Terms,
    now: Option<Origin>,
    earlier: Vec<Origin>,
}

/// A forecast from an earlier instant, with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    pub origin: Instant,
    pub forecast: Vec<u64>,
    pub actual: Vec<u64>,
    /// The sizes at the origin.
    pub same: Vec<u64>,
}

/// A forecast with the earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usual {
    /// `None` if the history is too short.
    pub sizes: Option<Vec<u64>>,
    pub tests: Vec<Test>,
    pub status: ForecastStatus,
}

/// How far off earlier forecasts of one segment were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    pub percent: f64,
    /// How many of the earlier forecasts were within it.
    pub within: u64,
    pub of: u64,
}

impl Forecaster {
    pub fn new(terms: Terms) -> Self {
        let known = |at: &Instant| terms.history_from.is_some_and(|begins| window(&terms, *at, WINDOWS - 1) >= begins);
        let origin = |at| Origin {
            at,
            after_state: HashMap::new(),
            after_kin: HashMap::new(),
            created: vec![0; terms.segments],
            present: HashMap::new(),
            same: vec![0; terms.segments],
            actual: vec![0; terms.segments],
        };
        let earlier = (0..ORIGINS).map(|place| terms.now - terms.ahead - BETWEEN_ORIGINS * place);
        Self {
            terms,
            now: Some(terms.now).filter(known).map(origin),
            earlier: earlier.filter(known).map(origin).collect(),
        }
    }

    /// Counts a user.
    pub fn add(&mut self, user: &History) {
        for origin in self.now.iter_mut().chain(&mut self.earlier) {
            origin.add(user, &self.terms);
        }
    }

    pub fn forecast(self) -> Usual {
        let method = self.terms.method();
        let test = |origin: &Origin| Test {
            origin: origin.at,
            forecast: origin.forecast(method),
            actual: origin.actual.clone(),
            same: origin.same.clone(),
        };
        let tests: Vec<_> = self.earlier.iter().map(test).collect();
        Usual { sizes: self.now.map(|now| now.forecast(method)), status: status(&tests), tests }
    }
}

impl Terms {
    pub fn method(&self) -> ForecastMethod {
        if self.new.is_some() { ForecastMethod::Recency } else { ForecastMethod::Matrix }
    }
}

/// The start of a window that ends by an origin.
fn window(terms: &Terms, origin: Instant, place: i32) -> Instant {
    origin - terms.ahead - BETWEEN_WINDOWS * place
}

impl History {
    /// `None` if the user is not there yet.
    fn state(&self, at: Instant) -> Option<State> {
        let lasts = |stay: &&StayIn| stay.since <= at && stay.until.is_none_or(|until| until > at);
        let state = self.stays.iter().filter(lasts).fold(0, |mask, stay| mask | 1 << stay.segment);
        (state != 0 || self.created_at <= at).then_some(Mask(state))
    }

    /// In days of the calendar. Who was never active counts from when they were created.
    fn kin(&self, state: State, at: Instant, terms: &Terms) -> Kin {
        if terms.new.is_some_and(|new| state.has(new)) {
            return Kin::New;
        }
        let earlier = self.active_at.partition_point(|active_at| *active_at <= at);
        let last = earlier.checked_sub(1).map_or(self.created_at, |place| self.active_at[place]);
        let day = |instant: Instant| instant.with_timezone(&terms.zone).date_naive();
        Kin::LastActiveDaysAgo((day(at) - day(last)).num_days().min(OLDEST))
    }
}

impl Origin {
    fn add(&mut self, user: &History, terms: &Terms) {
        for place in 0..WINDOWS {
            let start = window(terms, self.at, place);
            let Some(end) = user.state(start + terms.ahead) else { continue };
            match user.state(start) {
                Some(state) => {
                    self.after_state.entry(state).or_default().add(end);
                    self.after_kin.entry(user.kin(state, start, terms)).or_default().add(end);
                }
                None => add_to(&mut self.created, end),
            }
        }
        if let Some(state) = user.state(self.at) {
            *self.present.entry((state, user.kin(state, self.at, terms))).or_default() += 1;
            add_to(&mut self.same, state);
        }
        add_to(&mut self.actual, user.state(self.at + terms.ahead).unwrap_or(Mask(0)));
    }

    /// The expected sizes, in whole persons.
    fn forecast(&self, method: ForecastMethod) -> Vec<u64> {
        (0..self.created.len()).map(|segment| self.expected(segment, method)).collect()
    }

    fn expected(&self, segment: usize, method: ForecastMethod) -> u64 {
        let created = (self.created[segment], WINDOWS.unsigned_abs().into());
        let expected = self.present.iter().map(|((state, kin), users)| {
            let known = self.after_kin.get(kin).filter(|ends| ends.total >= FEWEST_USERS);
            let known = known.filter(|_| method == ForecastMethod::Recency);
            match known.or(self.after_state.get(state)) {
                Some(ends) => (users * ends.in_segment(segment), ends.total),
                // What nobody was in before, stays as it is.
                None => (if state.has(segment) { *users } else { 0 }, 1),
            }
        });
        rounded(expected.chain([created]))
    }
}

impl Ends {
    fn add(&mut self, state: State) {
        *self.by_state.entry(state).or_default() += 1;
        self.total += 1;
    }

    fn in_segment(&self, segment: usize) -> u64 {
        self.by_state.iter().filter(|(state, _)| state.has(segment)).map(|(_, users)| users).sum()
    }
}

fn add_to(sizes: &mut [u64], state: State) {
    for (_, size) in sizes.iter_mut().enumerate().filter(|(segment, _)| state.has(*segment)) {
        *size += 1;
    }
}

/// Persons in the wrong place, and all of them: of forecasts, and of sizes that stay as they are.
pub fn misses(tests: &[Test]) -> ([u64; 2], u64) {
    let missed = |said: fn(&Test) -> &[u64]| {
        let of_test =
            |test: &Test| said(test).iter().zip(&test.actual).map(|(said, came)| said.abs_diff(*came)).sum::<u64>();
        tests.iter().map(of_test).sum()
    };
    let actual = tests.iter().flat_map(|test| &test.actual).sum();
    ([missed(|test| &test.forecast), missed(|test| &test.same)], actual)
}

fn status(tests: &[Test]) -> ForecastStatus {
    let ([forecast, same], actual) = misses(tests);
    if tests.len() < FEWEST_ORIGINS || actual == 0 {
        ForecastStatus::NotEnoughHistory
    } else if 100 * forecast <= 95 * same {
        ForecastStatus::Shown
    } else {
        ForecastStatus::NoBetterThanToday
    }
}

/// Within which eight of ten earlier forecasts of a segment were. `None` without any, and if the last of these had forecast nobody where
/// somebody came.
pub fn band(tests: &[Test], segment: usize) -> Option<Band> {
    let mut errors: Vec<_> = tests.iter().map(|test| Error::of(test.forecast[segment], test.actual[segment])).collect();
    errors.sort_unstable();
    let within = (8 * errors.len()).div_ceil(10);
    let percent = match errors.get(within.checked_sub(1)?)? {
        Error::Share { missed, of } => mean(100 * missed, *of)?,
        Error::OfNobody => return None,
    };
    Some(Band { percent, within: within as u64, of: errors.len() as u64 })
}

/// How far a forecast was off, as a share of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Error {
    Share {
        missed: u64,
        of: u64,
    },
    /// Nobody was forecast, and somebody came: worse than any share.
    OfNobody,
}

impl Error {
    fn of(forecast: u64, actual: u64) -> Self {
        match (forecast, actual) {
            (0, 0) => Self::Share { missed: 0, of: 1 },
            (0, _) => Self::OfNobody,
            _ => Self::Share { missed: forecast.abs_diff(actual), of: forecast },
        }
    }
}

impl Ord for Error {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Self::Share { missed, of }, Self::Share { missed: other_missed, of: other_of }) => {
                let product = |one: u64, other: u64| u128::from(one) * u128::from(other);
                product(missed, other_of).cmp(&product(other_missed, of))
            }
            (Self::Share { .. }, Self::OfNobody) => Ordering::Less,
            (Self::OfNobody, Self::Share { .. }) => Ordering::Greater,
            (Self::OfNobody, Self::OfNobody) => Ordering::Equal,
        }
    }
}

impl PartialOrd for Error {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Instant {
        Instant::from_timestamp(1_775_000_000, 0).expect("a time") + TimeDelta::days(day)
    }

    fn test(forecast: &[u64], same: &[u64], actual: &[u64]) -> Test {
        Test { origin: at(0), forecast: forecast.to_vec(), actual: actual.to_vec(), same: same.to_vec() }
    }

    /// Every seventh day thirty users come; a week later half of them are in the other segment.
    #[test]
    fn forecast_repeats_what_became_of_like_users() {
        let terms = Terms {
            now: at(0),
            ahead: TimeDelta::days(7),
            zone: Tz::UTC,
            segments: 2,
            new: None,
            history_from: Some(at(-300)),
        };
        let mut forecaster = Forecaster::new(terms);
        for day in (-280..=0).step_by(7) {
            for number in 0..30 {
                let moves = Some(at(day + 7)).filter(|_| number % 2 == 0);
                let mut stays = vec![StayIn { segment: 0, since: at(day), until: moves }];
                stays.extend(moves.map(|since| StayIn { segment: 1, since, until: None }));
                forecaster.add(&History { created_at: at(day), stays, active_at: Vec::new() });
            }
        }
        let usual = forecaster.forecast();
        assert_eq!((usual.tests.len(), usual.status), (8, ForecastStatus::Shown));
        let now = usual.sizes.expect("a long history");
        // Of the 630 in the first segment, of whom 30 just came, some move; 30 come, and nobody leaves the second one.
        assert_eq!(now.iter().sum::<u64>(), 41 * 30 + 30);
        for Test { forecast, actual, same, .. } in &usual.tests {
            assert_eq!(forecast.iter().sum::<u64>(), actual.iter().sum::<u64>());
            assert!(forecast[1].abs_diff(actual[1]) < same[1].abs_diff(actual[1]), "{forecast:?} {actual:?}");
        }
    }

    #[test]
    fn forecast_counts_a_user_in_each_of_their_segments() {
        let terms = Terms {
            now: at(0),
            ahead: TimeDelta::days(7),
            zone: Tz::UTC,
            segments: 2,
            new: None,
            history_from: Some(at(-300)),
        };
        let mut forecaster = Forecaster::new(terms);
        let stays = [0, 1].map(|segment| StayIn { segment, since: at(-290), until: None }).to_vec();
        forecaster.add(&History { created_at: at(-290), stays, active_at: Vec::new() });
        let usual = forecaster.forecast();
        assert_eq!(usual.sizes, Some(vec![1, 1]));
        assert_eq!((&usual.tests[0].actual, &usual.tests[0].same), (&vec![1, 1], &vec![1, 1]));
    }

    #[test]
    fn forecast_is_shown_only_if_earlier_ones_were_better_than_today() {
        let off_by = |forecast: u64, same: u64| test(&[100 + forecast], &[100 + same], &[100]);
        for (tests, expected) in [
            (vec![off_by(95, 100); 4], ForecastStatus::Shown),
            (vec![off_by(96, 100); 4], ForecastStatus::NoBetterThanToday),
            (vec![off_by(0, 100); 3], ForecastStatus::NotEnoughHistory),
            (vec![test(&[1], &[2], &[0]); 8], ForecastStatus::NotEnoughHistory),
        ] {
            assert_eq!(status(&tests), expected, "{tests:?}");
        }
    }

    #[test]
    fn forecast_without_a_long_history_has_no_sizes() {
        let terms = Terms {
            now: at(0),
            ahead: TimeDelta::days(7),
            zone: Tz::UTC,
            segments: 2,
            new: Some(0),
            history_from: Some(at(-27)),
        };
        let usual = Forecaster::new(terms).forecast();
        assert_eq!(usual, Usual { sizes: None, tests: Vec::new(), status: ForecastStatus::NotEnoughHistory });
        let known = Terms { history_from: Some(at(-28)), ..terms };
        assert_eq!(Forecaster::new(known).forecast().sizes, Some(vec![0, 0]));
    }

    #[test]
    fn forecast_band_has_eight_of_ten() {
        let tests: Vec<_> = [101, 102, 103, 104, 105, 106, 107, 250].map(|came| test(&[100], &[0], &[came])).into();
        assert_eq!(band(&tests, 0), Some(Band { percent: 7.0, within: 7, of: 8 }));
        assert_eq!(band(&tests[..1], 0), Some(Band { percent: 1.0, within: 1, of: 1 }));
        assert_eq!(band(&[test(&[0], &[0], &[1])], 0), None);
        assert_eq!(band(&[], 0), None);
    }
}
