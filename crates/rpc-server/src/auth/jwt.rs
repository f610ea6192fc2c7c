//! JWTs of the host application. Algorithm, key, issuer and audience are pinned by configuration; the algorithm in a
//! token's header is compared, never trusted (RFC 8725).

use std::sync::Arc;

use domain::instant::Instant;
use jsonwebtoken::{Validation, decode, decode_header};
use serde::Deserialize;

pub use super::jwt_keys::{JwtAlgorithm, JwtKeyError};
use super::{
    caller::Caller,
    jwt_keys::{self, Keys},
};
use crate::errors::MethodError;

/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 30;

/// In bytes.
const MAX_SUBJECT: usize = 255;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtConfigError {
    #[error(transparent)]
    Key(#[from] JwtKeyError),
    #[error("the JWT issuer is empty: it needs the `iss` of the host application's tokens")]
    EmptyIssuer,
    #[error("the JWT audience is empty: it needs the `aud` of the host application's tokens")]
    EmptyAudience,
}

#[derive(Clone)]
pub struct JwtVerifier {
    keys: Arc<Keys>,
    validation: Arc<Validation>,
}

impl std::fmt::Debug for JwtVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JwtVerifier").finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    role: String,
    exp: i64,
    nbf: Option<i64>,
}

impl JwtVerifier {
    /// `key` is the HS256 secret, a PEM public key or a JWKS document. Returns all faults of the configuration.
    pub fn new(algorithm: JwtAlgorithm, key: &[u8], issuer: &str, audience: &str) -> Result<Self, Vec<JwtConfigError>> {
        let empty = [(issuer, JwtConfigError::EmptyIssuer), (audience, JwtConfigError::EmptyAudience)];
        let empty = empty.into_iter().filter(|(text, _)| text.is_empty()).map(|(_, fault)| fault);
        let keys = match jwt_keys::read(algorithm, key) {
            Ok(keys) => match empty.collect::<Vec<_>>() {
                faults if faults.is_empty() => keys,
                faults => return Err(faults),
            },
            Err(error) => return Err([error.into()].into_iter().chain(empty).collect()),
        };
        let mut validation = Validation::new(algorithm.pinned());
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "sub", "iss", "aud"]);
        // Checked below, against the injected clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self { keys: Arc::new(keys), validation: Arc::new(validation) })
    }

    /// The caller of a token, if it is valid now.
    pub(crate) fn verify(&self, token: &str, now: Instant) -> Result<Caller, MethodError> {
        let header = decode_header(token).map_err(|_| MethodError::NotAuthenticated)?;
        let claims = self
            .keys
            .iter()
            .filter(|(id, _)| id.is_none() || header.kid.is_none() || *id == header.kid)
            .find_map(|(_, key)| decode::<Claims>(token, key, &self.validation).ok())
            .ok_or(MethodError::NotAuthenticated)?
            .claims;
        let now = now.timestamp();
        let is_expired = claims.exp.saturating_add(LEEWAY) <= now;
        let is_early = claims.nbf.is_some_and(|not_before| not_before.saturating_sub(LEEWAY) > now);
        if is_expired || is_early || !is_subject(&claims.sub) {
            return Err(MethodError::NotAuthenticated);
        }
        let role = claims.role.parse().map_err(|_| MethodError::NotAllowed)?;
        // The prefix keeps a subject from looking like a token's name.
        let subject = format!("jwt:{}", claims.sub);
        Ok(Caller { principal: subject.clone(), subject, role })
    }
}

/// Whether a subject may be written to the audit log.
fn is_subject(text: &str) -> bool {
    (1..=MAX_SUBJECT).contains(&text.len()) && !text.contains(char::is_control)
}
