mod archive_attribute;
mod get_attributes;
mod save_attribute;
