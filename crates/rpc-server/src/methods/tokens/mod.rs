//! API tokens.

pub(super) mod create_token;
pub(super) mod get_tokens;
pub(super) mod revoke_token;
