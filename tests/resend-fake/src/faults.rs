//! Answers that go wrong, before or after the call had its effect.

use crate::ids::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 500 with the service's own body.
    Json500,
    /// 503 with the HTML of what stands before it.
    Html503,
    /// A part of the answer.
    Cut,
    /// A connection that ends.
    Reset,
    /// 409 `resource_locked`; never has an effect.
    Locked,
}

impl Fault {
    pub const ALL: [Self; 5] = [Self::Json500, Self::Html503, Self::Cut, Self::Reset, Self::Locked];
}

/// Drawn anew for each request.
#[derive(Debug, Clone)]
pub struct Faults {
    probability: f64,
    kinds: Vec<Fault>,
    random: Random,
}

/// Whether the call has its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

impl Faults {
    pub fn new(probability: f64, kinds: &[Fault], seed: u64) -> Self {
        Self { probability, kinds: kinds.to_vec(), random: Random::new(seed) }
    }

    pub(crate) fn draw(&mut self) -> Option<(Fault, Moment)> {
        if self.kinds.is_empty() || self.random.share() >= self.probability {
            return None;
        }
        let place = usize::try_from(self.random.next() % self.kinds.len() as u64).unwrap_or_default();
        let moment = if self.random.next().is_multiple_of(2) { Moment::Before } else { Moment::After };
        Some((self.kinds[place], moment))
    }
}
