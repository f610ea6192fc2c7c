//! What figures about segments mean, apart from where the data comes from.

pub mod activity;
pub mod cohort;
pub mod conversion;
pub mod engagement;
pub mod entry;
pub mod flow;
pub mod forecast;
mod fractions;
pub mod goal;
pub mod overlap;
pub mod revenue;
