//! Users and quiz attempts as the host application reports them, and what is kept true with every write of them.

pub mod attempts;
pub(crate) mod text_index;
pub mod user_stats;
pub mod users;
