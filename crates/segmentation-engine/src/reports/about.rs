//! What every answer says of itself.

use chrono_tz::Tz;
use domain::{instant::Instant, period::Moment};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Note,
    given::{Chosen, history_from},
    range::Range,
};

/// What every answer says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Nothing later counts.
    as_of: Instant,
    /// The time zone that determines when a day begins.
    zone: String,
    /// When the history of the first of the segments begins. Null if there has been no run.
    history_from: Option<Instant>,
    /// What a reader must know.
    notes: Vec<Note>,
}

impl About {
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    pub(super) fn now(moment: Moment, segments: &[Chosen], notes: Vec<Note>) -> Self {
        Self {
            as_of: moment.now,
            zone: moment.zone.name().into(),
            history_from: history_from(segments),
            notes: Note::in_order(notes),
        }
    }
}

/// The same of answers about a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AboutRange {
    pub(super) from: Instant,
    /// No later than `asOf`.
    pub(super) to: Instant,
    #[serde(flatten)]
    about: About,
}

impl AboutRange {
    pub(super) fn about(&self) -> &About {
        &self.about
    }

    /// As dates where they are midnights of the zone, such as `2026-03-02`.
    pub(super) fn in_words(&self) -> [String; 2] {
        let zone = self.about.zone.parse().unwrap_or(Tz::UTC);
        [self.from, self.to].map(|at| {
            let text = at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
            text.trim_end_matches(" 00:00").to_owned()
        })
    }

    pub(super) fn of(range: Range, moment: Moment, segments: &[Chosen], notes: Vec<Note>) -> Self {
        let about = About { as_of: range.horizon, ..About::now(moment, segments, notes) };
        Self { from: range.from, to: range.to, about }
    }

    /// Of figures that rest on the whole history.
    pub(super) fn since(self, history_from: Option<Instant>) -> Self {
        Self { about: About { history_from, ..self.about }, ..self }
    }
}
