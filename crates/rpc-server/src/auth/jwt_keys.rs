//! Reads the keys that JWTs are verified with, and refuses those that are unsafe or do not fit the algorithm.

use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind,
    jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};
use rsa::{BigUint, RsaPublicKey, pkcs1::DecodeRsaPublicKey, traits::PublicKeyParts};
use serde_json::Value as Json;

use super::secret;

/// NIST SP 800-131A; RFC 7518, 3.3.
const MIN_RSA_BITS: usize = 2048;

/// With their ids, if they have any.
pub(super) type Keys = Vec<(Option<String>, DecodingKey)>;

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
    pub(super) fn pinned(self) -> Algorithm {
        match self {
            Self::Hs256 => Algorithm::HS256,
            Self::Rs256 => Algorithm::RS256,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtKeyError {
    #[error("the JWT secret is weak: it needs at least 32 random characters, such as `openssl rand -hex 32` prints")]
    WeakSecret,
    #[error("the JWT key is a PEM or JSON document: HS256 needs a random secret that only the two servers know")]
    DocumentAsSecret,
    #[error(
        "the JWT key is a private key: the server needs the public key only, and nobody but the issuer the private one"
    )]
    Private,
    #[error("the JWT key is neither a PEM public key of that algorithm nor a JWKS document")]
    Unreadable,
    #[error("the JWKS document has no key for {algorithm}: it needs {needed}")]
    NoneFits { algorithm: &'static str, needed: &'static str },
    #[error("the JWT key is an RSA key of {bits} bits: it needs at least {MIN_RSA_BITS}")]
    ShortRsa { bits: usize },
}

pub(super) fn read(algorithm: JwtAlgorithm, key: &[u8]) -> Result<Keys, JwtKeyError> {
    let document = serde_json::from_slice::<Json>(key).ok().filter(Json::is_object);
    let text = String::from_utf8_lossy(key);
    if algorithm == JwtAlgorithm::Hs256 {
        return match () {
            () if document.is_some() || text.contains("-----BEGIN ") => Err(JwtKeyError::DocumentAsSecret),
            () if secret::is_weak(key) => Err(JwtKeyError::WeakSecret),
            () => Ok(vec![(None, DecodingKey::from_secret(key))]),
        };
    }
    if text.contains("PRIVATE KEY-----") || document.as_ref().is_some_and(has_private_key) {
        return Err(JwtKeyError::Private);
    }
    let keys = match document {
        Some(document) => of_set(algorithm, document)?,
        None => vec![(None, of_pem(algorithm, key)?)],
    };
    keys.iter().try_for_each(|(_, key)| refuse_short(key))?;
    Ok(keys)
}

/// RFC 7518, 6.2.2 and 6.3.2, and RFC 8037: private keys have the member `d`.
fn has_private_key(document: &Json) -> bool {
    let of_set = document["keys"].as_array().into_iter().flatten();
    of_set.chain([document]).any(|key| key.get("d").is_some())
}

fn of_pem(algorithm: JwtAlgorithm, key: &[u8]) -> Result<DecodingKey, JwtKeyError> {
    let key = match algorithm {
        JwtAlgorithm::EdDsa => DecodingKey::from_ed_pem(key),
        JwtAlgorithm::Hs256 | JwtAlgorithm::Rs256 => DecodingKey::from_rsa_pem(key),
    };
    key.map_err(|_| JwtKeyError::Unreadable)
}

/// Hosts publish keys for other purposes in the same document, so these are left out.
fn of_set(algorithm: JwtAlgorithm, document: Json) -> Result<Keys, JwtKeyError> {
    let set: JwkSet = serde_json::from_value(document).map_err(|_| JwtKeyError::Unreadable)?;
    let read = |jwk: &Jwk| {
        let key = DecodingKey::from_jwk(jwk).map_err(|_| JwtKeyError::Unreadable)?;
        Ok((jwk.common.key_id.clone(), key))
    };
    let keys: Keys = set.keys.iter().filter(|jwk| fits(algorithm, jwk)).map(read).collect::<Result<_, _>>()?;
    if keys.is_empty() {
        let (algorithm, needed) = match algorithm {
            JwtAlgorithm::EdDsa => ("EdDSA", "an Ed25519 key for signatures"),
            JwtAlgorithm::Hs256 | JwtAlgorithm::Rs256 => ("RS256", "an RSA key for signatures"),
        };
        return Err(JwtKeyError::NoneFits { algorithm, needed });
    }
    Ok(keys)
}

fn fits(algorithm: JwtAlgorithm, jwk: &Jwk) -> bool {
    let is_of_type = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => algorithm == JwtAlgorithm::Rs256,
        AlgorithmParameters::OctetKeyPair(_) => algorithm == JwtAlgorithm::EdDsa,
        _ => false,
    };
    let is_for_signatures = matches!(&jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let pinned = KeyAlgorithm::from(algorithm.pinned());
    is_of_type && is_for_signatures && jwk.common.key_algorithm.as_ref().is_none_or(|meant| *meant == pinned)
}

fn refuse_short(key: &DecodingKey) -> Result<(), JwtKeyError> {
    if key.family() != AlgorithmFamily::Rsa {
        return Ok(());
    }
    let bits = match key.kind() {
        DecodingKeyKind::RsaModulusExponent { n, .. } => BigUint::from_bytes_be(n).bits(),
        DecodingKeyKind::SecretOrDer(der) => {
            RsaPublicKey::from_pkcs1_der(der).map_err(|_| JwtKeyError::Unreadable)?.n().bits()
        }
    };
    if bits < MIN_RSA_BITS { Err(JwtKeyError::ShortRsa { bits }) } else { Ok(()) }
}
