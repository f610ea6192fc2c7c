//! What the API and exports show. Reads only.

pub mod attributes;
pub mod data;
pub mod engagement;
pub mod export;
pub mod history;
pub mod member_pages;
pub mod members;
pub mod movements;
mod params;
pub mod people;
pub mod preview;
pub mod timeline;
pub mod user_segments;
