//! Figures about segments, exact and from one snapshot. The API and the command line ask the same questions and show the same
//! answers.

mod about;
mod ahead;
mod asked_goal;
pub mod cohorts;
pub mod compare_as_of;
pub mod compare_segments;
pub mod conversion;
pub mod engagement;
mod entrants;
mod error;
pub mod flow;
pub mod forecast;
pub mod forecast_users;
mod given;
pub mod lift;
mod note;
pub mod overlap;
mod range;
pub mod revenue;
mod table;

use std::time::Instant as Deadline;

use domain::period::Moment;
use persistence::{Database, DbErr, Snapshot, database::query_pool::is_cut};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::support::query_slot::{Ended, read_until};

pub(crate) use self::asked_goal::{read_goal, read_window};
pub use self::{
    about::{About, AboutRange},
    error::{ReportError, ReportFault},
    flow::Family,
    given::GivenTime,
    note::Note,
    table::{Cell, MOST_ROWS, Table, choose},
};

/// A question about segments.
pub trait Report: Sized + Send + Sync {
    /// As callers give them. Texts that the schema cannot check are read by [`Self::read`].
    type Params: DeserializeOwned + JsonSchema + Send + 'static;
    type Answer: Serialize + JsonSchema + Clone + Send + 'static;

    /// The question, or every fault of the params that shows without the database.
    fn read(params: Self::Params, moment: Moment) -> Result<Self, Vec<ReportFault>>;

    fn answer(&self, tx: &Snapshot) -> impl Future<Output = Result<Self::Answer, ReportError>> + Send;

    fn about(answer: &Self::Answer) -> &About;

    /// What stands out, in sentences.
    fn summary(answer: &Self::Answer) -> Vec<String>;

    /// The answer as tables, the most important one first.
    fn tables(answer: &Self::Answer) -> Vec<Table>;
}

/// `gone` is ready when nobody waits for the answer any more.
pub async fn report<R: Report>(
    database: &Database,
    question: &R,
    deadline: Deadline,
    gone: impl Future<Output = ()>,
) -> Result<R::Answer, ReportError> {
    let asked = read_until(database, deadline, gone, async |tx| {
        if Deadline::now() >= deadline {
            return Err(ReportError::TooLong);
        }
        question.answer(tx).await
    });
    match asked.await {
        Ok(Ended::Answered(answer)) => Ok(answer),
        Ok(Ended::NoSlot) => Err(ReportError::Busy),
        Err(ReportError::Statement(cause)) if is_cut(&cause) => Err(ReportError::TooLong),
        Err(other) => Err(other),
    }
}

impl From<DbErr> for ReportError {
    fn from(cause: DbErr) -> Self {
        Self::Statement(cause)
    }
}
