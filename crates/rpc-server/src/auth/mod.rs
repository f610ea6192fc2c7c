//! Authenticates callers by API tokens and JWTs of the host application.

mod caller;
pub mod jwt;
mod jwt_keys;
pub mod secret;
pub mod token;

use domain::instant::Instant;
pub use domain::role::Role;
use persistence::{ConnectionTrait, ops::tokens};
use secrecy::{ExposeSecret, SecretString};

pub use self::caller::Caller;
use self::jwt::JwtVerifier;
use crate::errors::MethodError;

/// The bearer token of a request, not verified.
#[derive(Debug, Clone)]
pub struct Credential(SecretString);

impl Credential {
    /// From an `Authorization` header. The scheme is case-insensitive (RFC 9110, 11.1).
    pub fn from_header(authorization: &str) -> Option<Self> {
        let (scheme, token) = authorization.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Self(token.trim().into()))
    }

    /// Not for logs.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[derive(Debug, Clone, Default)]
pub struct Authenticator {
    pub jwt: Option<JwtVerifier>,
}

impl Authenticator {
    /// Looks tokens up each time, so that a revocation takes effect with the next call.
    pub(crate) async fn authenticate(
        &self,
        connection: &impl ConnectionTrait,
        credential: Option<&Credential>,
        now: Instant,
    ) -> Result<Caller, MethodError> {
        let secret = credential.ok_or(MethodError::NotAuthenticated)?.expose();
        if token::is_well_formed(secret) {
            let found =
                tokens::find(connection, &token::hash(secret), now).await?.ok_or(MethodError::NotAuthenticated)?;
            let principal = format!("token:{}", found.id);
            return Ok(Caller { subject: format!("token:{}", found.name), principal, role: found.role });
        }
        let verifier = self.jwt.as_ref().ok_or(MethodError::NotAuthenticated)?;
        verifier.verify(secret, now)
    }
}
