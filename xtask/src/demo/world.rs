//! A learning product over time. The same settings give the same data, to the byte.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::{
    event::Event,
    instant::Instant,
    profile::{QuizAttempt, User},
};

use super::{dice::Dice, events::of_day, person::Person, season::Season};

#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    /// On the last day.
    pub(crate) users: usize,
    /// After the first one.
    pub(crate) days: i64,
    pub(crate) today: NaiveDate,
}

/// What the host application reports after a day.
pub(crate) struct Day {
    /// The end of the day, at 02:00, when the daily run reads it.
    pub(crate) as_of: Instant,
    /// New or changed; on the first day, all.
    pub(crate) users: Vec<User>,
    /// New; on the first day, all so far.
    pub(crate) attempts: Vec<QuizAttempt>,
    /// The same.
    pub(crate) events: Vec<Event>,
}

/// The product had users for this many days before the first.
const PAST: i64 = 200;

/// As of the day before `next_day`.
pub(crate) struct World {
    settings: Settings,
    /// Sign-up days in ascending order, including future ones.
    arrivals: Vec<i64>,
    /// Signed up so far, in the same order.
    people: Vec<Person>,
    next_day: i64,
}

impl World {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, arrivals: arrivals(&settings), people: Vec::new(), next_day: 1 - PAST }
    }

    /// The first day includes all that came before it.
    pub(crate) fn days(mut self) -> impl Iterator<Item = Day> {
        let (mut attempts, mut events) = (Vec::new(), Vec::new());
        while self.next_day < 0 {
            let past = self.live();
            attempts.extend(past.attempts);
            events.extend(past.events);
        }
        (0..=self.settings.days).map(move |day| {
            let mut told = self.live();
            if day == 0 {
                told.users = self.people.iter().map(|person| person.user.clone()).collect();
                told.attempts.splice(0..0, attempts.drain(..));
                told.events.splice(0..0, events.drain(..));
            }
            told
        })
    }

    fn live(&mut self) -> Day {
        let day = self.next_day;
        self.next_day += 1;
        let as_of = run_time(self.settings.today) - TimeDelta::days(self.settings.days - day);
        let begins = as_of - TimeDelta::days(1);
        let season = Season::of(day, self.settings.days);
        let (mut users, mut attempts, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..self.arrivals.partition_point(|arrival| *arrival <= day) {
            let mut dice = Dice::new(self.settings.seed, [index as u64, day as u64]);
            let before = self.people.get(index).map(|person| person.user.clone());
            if before.is_none() {
                let number = index + 1;
                self.people.push(Person::sign_up(self.settings.seed, number, begins, &season, &mut dice));
            }
            let person = &mut self.people[index];
            attempts.extend(person.live(begins, &season, &mut dice));
            events.extend(of_day(&person.user, begins));
            if before.as_ref() != Some(&person.user) {
                users.push(person.user.clone());
            }
        }
        Day { as_of, users, attempts, events }
    }
}

fn run_time(day: NaiveDate) -> Instant {
    day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(2)
}

/// Six of ten signed up before the first day, evenly; the others follow the season.
fn arrivals(settings: &Settings) -> Vec<i64> {
    let veterans = settings.users * 6 / 10;
    let newcomers = settings.users - veterans;
    let past = (0..veterans).map(|n| 1 - PAST + (n as i64 * PAST) / veterans as i64);
    let places: Vec<i64> = (1..=settings.days)
        .flat_map(|day| std::iter::repeat_n(day, Season::of(day, settings.days).sign_ups as usize))
        .collect();
    let to_come = (0..newcomers).map(|n| places[n * places.len() / newcomers]);
    past.chain(to_come).collect()
}
