//! A goal, which several reports ask for.

use domain::{
    report::goal::{GoalText, PurchaseText, QuizText},
    segment::SegmentKey,
};

/// A goal, and how long it has time.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("goal").args(["event", "purchase", "quiz", "enter", "goal_id"]))]
pub(super) struct GoalArguments {
    /// The goal: an event of this name
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// The goal: a purchase
    #[arg(long)]
    purchase: bool,
    /// Only purchases of this name
    #[arg(long, value_name = "NAME", requires = "purchase")]
    purchase_name: Option<String>,
    /// Only purchases in this currency
    #[arg(long, value_name = "CODE", requires = "purchase")]
    currency: Option<String>,
    /// Only purchases of at least this amount, in minor units
    #[arg(long, value_name = "AMOUNT", requires = "purchase")]
    min_amount_minor: Option<i64>,
    /// The goal: a completed quiz
    #[arg(long)]
    quiz: bool,
    /// Only quizzes of this provider: aws, azure, gcp or other
    #[arg(long, requires = "quiz")]
    provider: Option<String>,
    /// Only quizzes of this certification
    #[arg(long, requires = "quiz")]
    certification: Option<String>,
    /// The goal: to enter this segment
    #[arg(long, value_name = "SEGMENT")]
    enter: Option<SegmentKey>,
    /// The goal: the saved one with this id
    #[arg(long, value_name = "ID")]
    pub(super) goal_id: Option<String>,
}

impl GoalArguments {
    pub(super) fn definition(&self) -> Option<GoalText> {
        if let Some(name) = &self.event {
            Some(GoalText::Event(name.clone()))
        } else if let Some(segment) = &self.enter {
            Some(GoalText::Enter(segment.clone()))
        } else if self.quiz {
            let (provider, certification) = (self.provider.clone(), self.certification.clone());
            Some(GoalText::Quiz(QuizText { provider, certification }))
        } else {
            self.purchase.then(|| {
                GoalText::Purchase(PurchaseText {
                    name: self.purchase_name.clone(),
                    currency: self.currency.clone(),
                    min_amount_minor: self.min_amount_minor,
                })
            })
        }
    }
}
