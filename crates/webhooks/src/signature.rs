//! Signatures of Standard Webhooks, version 1: HMAC-SHA256 over id, time and body.
//!
//! The library signs. It accepts an empty secret, so the length is checked here.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use standardwebhooks::Webhook;

const PREFIX: &str = "whsec_";
/// The specification asks for 24 to 64 bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// With which messages are signed.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret of a webhook is whsec_ and 24 to 64 bytes in Base64")]
pub struct SecretError;

impl Secret {
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", STANDARD.encode(bytes)).into())
    }

    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SecretError)?;
        match STANDARD.decode(encoded) {
            Ok(bytes) if LENGTHS.contains(&bytes.len()) => Ok(Self(text.to_owned().into())),
            Ok(_) | Err(_) => Err(SecretError),
        }
    }

    /// To be stored, and to be shown once.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The value of the header `webhook-signature`: one signature for each secret.
pub fn sign(secrets: &[Secret], id: &str, at: DateTime<Utc>, body: &str) -> Result<String, SecretError> {
    let sign = |secret: &Secret| {
        let webhook = Webhook::new(secret.expose()).map_err(|_| SecretError)?;
        webhook.sign(id, at.timestamp(), body.as_bytes()).map_err(|_| SecretError)
    };
    Ok(secrets.iter().map(sign).collect::<Result<Vec<_>, _>>()?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the libraries of Standard Webhooks test themselves with.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &str = r#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_614_265_330, 0).expect("a time")
    }

    fn secret(text: &str) -> Secret {
        Secret::parse(text).expect("a secret")
    }

    #[test]
    fn signature_is_the_published_one() {
        assert_eq!(sign(&[secret(SECRET)], ID, at(), BODY).as_deref(), Ok(SIGNATURE));
    }

    #[test]
    fn signature_of_each_secret_is_sent() {
        let other = Secret::from_random([7; 32]);
        let signed = sign(&[other.clone(), secret(SECRET)], ID, at(), BODY).expect("signatures");
        let of_other = sign(&[other], ID, at(), BODY).expect("a signature");
        assert_eq!(signed, format!("{of_other} {SIGNATURE}"));
        assert_ne!(of_other, SIGNATURE);
    }

    #[test]
    fn signature_changes_with_id_time_and_body() {
        let later = at() + chrono::TimeDelta::seconds(1);
        for (id, time, body) in [("msg_2", at(), BODY), (ID, later, BODY), (ID, at(), r#"{"test": 2432232315}"#)] {
            assert_ne!(sign(&[secret(SECRET)], id, time, body).as_deref(), Ok(SIGNATURE));
        }
    }

    #[test]
    fn secrets_that_are_too_short_are_refused() {
        for text in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%"] {
            assert_eq!(Secret::parse(text).map(|_| ()), Err(SecretError), "{text}");
        }
    }

    #[test]
    fn secrets_are_in_no_debug_text() {
        let secret = Secret::from_random([1; 32]);
        assert_eq!(Secret::parse(secret.expose()).expect("a secret").expose(), secret.expose());
        assert!(!format!("{secret:?}").contains("AQEB"));
    }
}
