//! JWTs of the host application. Algorithm, key, issuer and audience are pinned by configuration; the algorithm in a
//! token's header is compared, never trusted (RFC 8725).

use std::sync::Arc;

use domain::instant::Instant;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde::Deserialize;

use super::{caller::Caller, secret};
use crate::errors::MethodError;

/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 30;

/// In bytes.
const MAX_SUBJECT: usize = 255;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum JwtAlgorithm {
    /// A shared secret.
    Hs256,
    /// RSA.
    Rs256,
    /// Ed25519.
    #[value(name = "EdDSA")]
    EdDsa,
}

impl JwtAlgorithm {
    fn pinned(self) -> Algorithm {
        match self {
            Self::Hs256 => Algorithm::HS256,
            Self::Rs256 => Algorithm::RS256,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

/// An invalid configuration.
#[derive(Debug, thiserror::Error)]
pub enum JwtConfigError {
    #[error("the JWT secret is weak: it needs at least {} random bytes", secret::MIN_LENGTH)]
    WeakSecret,
    #[error("the JWT key is neither a PEM public key of that algorithm nor a JWKS document")]
    BadKey,
}

#[derive(Clone)]
pub struct JwtVerifier {
    keys: Arc<Vec<(Option<String>, DecodingKey)>>,
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
    /// `key` is the HS256 secret, a PEM public key or a JWKS document.
    pub fn new(algorithm: JwtAlgorithm, key: &[u8], issuer: &str, audience: &str) -> Result<Self, JwtConfigError> {
        let mut validation = Validation::new(algorithm.pinned());
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "sub", "iss", "aud"]);
        // Checked below, against the injected clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self { keys: Arc::new(keys(algorithm, key)?), validation: Arc::new(validation) })
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

fn keys(algorithm: JwtAlgorithm, key: &[u8]) -> Result<Vec<(Option<String>, DecodingKey)>, JwtConfigError> {
    if algorithm == JwtAlgorithm::Hs256 {
        let is_weak = secret::is_weak(key);
        return if is_weak { Err(JwtConfigError::WeakSecret) } else { Ok(vec![(None, DecodingKey::from_secret(key))]) };
    }
    if let Ok(set) = serde_json::from_slice::<JwkSet>(key) {
        let read = |jwk: &jsonwebtoken::jwk::Jwk| {
            let key = DecodingKey::from_jwk(jwk).map_err(|_| JwtConfigError::BadKey)?;
            Ok((jwk.common.key_id.clone(), key))
        };
        let keys: Vec<_> = set.keys.iter().map(read).collect::<Result<_, _>>()?;
        return if keys.is_empty() { Err(JwtConfigError::BadKey) } else { Ok(keys) };
    }
    let key = match algorithm {
        JwtAlgorithm::EdDsa => DecodingKey::from_ed_pem(key),
        _ => DecodingKey::from_rsa_pem(key),
    };
    key.map(|key| vec![(None, key)]).map_err(|_| JwtConfigError::BadKey)
}
