//! What conditions are made of, and what a definition means before it is saved.

pub(super) mod describe_criteria;
pub(super) mod get_fields;
pub(super) mod preview_segment;
