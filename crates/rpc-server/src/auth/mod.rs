//! Who may call: whoever bears the token of an admin.

pub mod token;

use domain::instant::Instant;
use persistence::{ConnectionTrait, DbErr, tokens};

/// Whether an `Authorization` header names a valid token.
pub async fn is_admitted(
    connection: &impl ConnectionTrait,
    authorization: Option<&str>,
    now: Instant,
) -> Result<bool, DbErr> {
    let Some(token) = authorization.and_then(bearer).filter(|token| token::is_well_formed(token)) else {
        return Ok(false);
    };
    Ok(tokens::role(connection, &token::hash(token), now).await?.is_some())
}

/// The scheme's name is not case-sensitive (RFC 9110, 11.1).
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
