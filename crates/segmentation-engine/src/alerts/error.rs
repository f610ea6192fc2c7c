//! Why something about an alert was not done.

use domain::{
    alert::{AlertId, MOST_ALERTS},
    segment::SegmentKey,
};
use persistence::{DbErr, database::words};

use crate::support::retry::Failure;

#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    #[error("there is no alert {0}")]
    NotFound(AlertId),
    #[error("there is no segment {0}")]
    NoSuchSegment(SegmentKey),
    #[error("there are {MOST_ALERTS} alerts already: delete one first")]
    TooMany,
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for AlertError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_) | Self::NoSuchSegment(_) | Self::TooMany => None,
        }
    }
}
