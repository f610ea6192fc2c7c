//! Attributes: fields of users that the host application declares.

pub(crate) mod archive_attribute;
pub(crate) mod get_attributes;
pub(crate) mod save_attribute;
