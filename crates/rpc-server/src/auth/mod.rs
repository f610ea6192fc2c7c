//! Who may call: the bearer of an API token of ours, or of a JWT of the host application.

pub mod jwt;
pub mod secret;
pub mod token;

use std::fmt;

use domain::instant::Instant;
use persistence::{ConnectionTrait, ops::tokens};
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use self::jwt::JwtVerifier;
use crate::errors::MethodError;

/// What a caller may do; the later may do all that the earlier may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "UPPERCASE")]
#[value(rename_all = "UPPER")]
pub enum Role {
    /// All but erasing people.
    Admin,
    /// All.
    Superadmin,
}

impl Role {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Superadmin => "SUPERADMIN",
        }
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Admin, Self::Superadmin].into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A caller who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who: `token:NAME`, or `jwt:SUBJECT`. What the audit log shows as the actor.
    pub subject: String,
    /// What the rate is counted by: names of tokens may repeat, their ids do not.
    pub principal: String,
    /// What the caller may do.
    pub role: Role,
}

/// What a request brought as its bearer token, not yet looked at.
#[derive(Debug, Clone)]
pub struct Credential(SecretString);

impl Credential {
    /// Reads an `Authorization` header. The scheme's name is not case-sensitive (RFC 9110, 11.1).
    pub fn from_header(authorization: &str) -> Option<Self> {
        let (scheme, token) = authorization.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Self(token.trim().into()))
    }

    /// The token itself. Not for logs.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Tells who calls.
#[derive(Debug, Clone, Default)]
pub struct Authenticator {
    /// For JWTs of the host application, if it has any.
    pub jwt: Option<JwtVerifier>,
}

impl Authenticator {
    /// The caller of a credential. Tokens are looked up every time, so that a revocation counts from the next call on.
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
            let role = Role::from_name(&found.role).ok_or(MethodError::NotAuthenticated)?;
            let principal = format!("token:{}", found.id);
            return Ok(Caller { subject: format!("token:{}", found.name), principal, role });
        }
        let verifier = self.jwt.as_ref().ok_or(MethodError::NotAuthenticated)?;
        verifier.verify(secret, now)
    }
}
