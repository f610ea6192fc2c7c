mod describe_criteria;
mod get_fields;
mod negated;
mod preview_segment;
mod slow_previews;
