//! What affects all users on a day: a campaign brings some, a holiday keeps some away.

use domain::certification::Provider;

pub(crate) struct Season {
    /// Factor on the sign-ups of an ordinary day.
    pub(crate) sign_ups: u32,
    /// Factor on the activity of an ordinary day, up to 1.
    pub(crate) energy: f64,
    /// Factor on how many go quiet.
    pub(crate) leaving: f64,
    /// What new users come to learn, with weights.
    pub(crate) subjects: [(u32, Provider); 4],
}

impl Season {
    /// Days before the first are ordinary.
    pub(crate) fn of(day: i64, days: i64) -> Self {
        match 100 * day / days {
            30..45 => Self { sign_ups: 3, energy: 1.0, leaving: 0.8, subjects: subjects(2, 2, 6, 1) },
            60..75 => Self { sign_ups: 1, energy: 0.85, leaving: 2.5, subjects: subjects(3, 5, 2, 1) },
            _ => Self { sign_ups: 2, energy: 1.0, leaving: 1.0, subjects: subjects(5, 3, 2, 1) },
        }
    }
}

fn subjects(aws: u32, azure: u32, gcp: u32, other: u32) -> [(u32, Provider); 4] {
    [(aws, Provider::Aws), (azure, Provider::Azure), (gcp, Provider::Gcp), (other, Provider::Other)]
}
