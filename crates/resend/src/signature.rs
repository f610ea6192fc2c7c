//! Whether an event comes from the service: the format of Standard Webhooks, under the header names of Svix.
//!
//! The library signs. It does not verify: its `verify` panics on a hostile time in debug builds, accepts an empty secret, and reads
//! the clock itself.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use standardwebhooks::Webhook;
use subtle::ConstantTimeEq;

use crate::config::ConfigError;

/// How far the time of an event may be from ours, in seconds.
const APART: i64 = 300;
const SHORTEST_SECRET: usize = 24;
const MOST_SECRETS: usize = 2;
const MOST_SIGNATURES: usize = 20;
const LONGEST_HEADER: usize = 2 << 10;

/// The secrets that hold: two while they are changed.
#[derive(Debug, Clone)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    /// `None` for an empty text, as for a variable that is not set.
    pub fn parse(text: &str) -> Result<Option<Self>, ConfigError> {
        if text.is_empty() {
            return Ok(None);
        }
        let secrets: Vec<_> = text.split(',').map(str::trim).collect();
        let is_secret = |secret: &&str| {
            secret
                .strip_prefix("whsec_")
                .and_then(|encoded| STANDARD.decode(encoded).ok())
                .is_some_and(|key| key.len() >= SHORTEST_SECRET)
        };
        if secrets.len() > MOST_SECRETS || !secrets.iter().all(is_secret) {
            return Err(ConfigError::WebhookSecret);
        }
        Ok(Some(Self(secrets.into_iter().map(|secret| secret.to_owned().into()).collect())))
    }

    pub fn contain(&self, secret: &SecretString) -> bool {
        let secret = secret.expose_secret().as_bytes();
        self.0.iter().any(|ours| bool::from(ours.expose_secret().as_bytes().ct_eq(secret)))
    }

    /// Whether one of the signatures is ours.
    fn have_signed(&self, signed: &Signed<'_>, body: &str) -> bool {
        self.0.iter().any(|secret| {
            let expected = Webhook::new(secret.expose_secret())
                .and_then(|webhook| webhook.sign(signed.id, signed.timestamp, body.as_bytes()));
            let Ok(expected) = expected else { return false };
            // All of them, so that the time says nothing.
            signed.signatures.split(' ').fold(false, |any, signature| {
                any | (signature.starts_with("v1,") && bool::from(signature.as_bytes().ct_eq(expected.as_bytes())))
            })
        })
    }
}

/// The headers of an event, of the right shape.
struct Signed<'a> {
    id: &'a str,
    timestamp: i64,
    signatures: &'a str,
}

/// The values of each header, however many times it came.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'a> {
    pub id: &'a [&'a [u8]],
    pub timestamp: &'a [&'a [u8]],
    pub signature: &'a [&'a [u8]],
}

/// The id of an event that the service has signed. `None` without a word why.
pub fn verify<'a>(secrets: &Secrets, headers: Headers<'a>, body: &[u8], now: DateTime<Utc>) -> Option<&'a str> {
    let signed = Signed {
        id: text(headers.id, 128, |byte| byte.is_ascii_graphic())?,
        timestamp: text(headers.timestamp, 12, |byte| byte.is_ascii_digit())?.parse().ok()?,
        signatures: text(headers.signature, LONGEST_HEADER, |byte| byte.is_ascii_graphic() || byte == b' ')?,
    };
    let body = std::str::from_utf8(body).ok()?;
    let is_of_now = now.timestamp().checked_sub(signed.timestamp).is_some_and(|apart| apart.abs() <= APART);
    let is_list = signed.signatures.split(' ').count() <= MOST_SIGNATURES;
    (is_of_now && is_list && secrets.have_signed(&signed, body)).then_some(signed.id)
}

/// The one value of a header.
fn text<'a>(values: &[&'a [u8]], longest: usize, is_allowed: fn(u8) -> bool) -> Option<&'a str> {
    let [value] = values else { return None };
    let fits = (1..=longest).contains(&value.len()) && value.iter().all(|byte| is_allowed(*byte));
    fits.then(|| std::str::from_utf8(value).ok())?
}

/// Signs as the service does. For tests and the demonstration.
pub fn sign(secret: &str, id: &str, at: DateTime<Utc>, body: &str) -> Option<String> {
    Webhook::new(secret).ok()?.sign(id, at.timestamp(), body.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const ID: &str = "msg_2aXbYcZ";
    const BODY: &str = r#"{"type":"contact.created","data":{}}"#;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_764_000_000, 0).expect("a time")
    }

    fn check(secrets: &str, id: &str, timestamp: &str, signature: &str, body: &str) -> bool {
        let secrets = Secrets::parse(secrets).expect("secrets").expect("some");
        let headers =
            Headers { id: &[id.as_bytes()], timestamp: &[timestamp.as_bytes()], signature: &[signature.as_bytes()] };
        verify(&secrets, headers, body.as_bytes(), now()).is_some()
    }

    fn signed(at: i64) -> (String, String) {
        let at = DateTime::from_timestamp(at, 0).expect("a time");
        (at.timestamp().to_string(), sign(SECRET, ID, at, BODY).expect("a signature"))
    }

    #[test]
    fn signature_is_accepted_within_five_minutes() {
        for (apart, is_accepted) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
            let (timestamp, signature) = signed(now().timestamp() + apart);
            assert_eq!(check(SECRET, ID, &timestamp, &signature, BODY), is_accepted, "{apart}");
        }
    }

    #[test]
    fn signature_of_either_secret_and_in_any_place_is_enough() {
        let (timestamp, signature) = signed(now().timestamp());
        assert!(check(&format!("{OTHER},{SECRET}"), ID, &timestamp, &signature, BODY));
        assert!(check(SECRET, ID, &timestamp, &format!("v1,AAAA v2,x {signature}"), BODY));
        assert!(!check(OTHER, ID, &timestamp, &signature, BODY));
        let many = format!("{}{signature}", "v1,AAAA ".repeat(20));
        assert!(!check(SECRET, ID, &timestamp, &many, BODY));
    }

    #[test]
    fn signature_of_another_form_never_matches() {
        let (timestamp, signature) = signed(now().timestamp());
        let of_v2 = signature.replace("v1,", "v2,");
        let of_v1a = signature.replace("v1,", "v1a,");
        for wrong in ["", "v1,", "v1", &of_v2, &of_v1a, &signature[..signature.len() - 1], &format!("{signature}=")] {
            assert!(!check(SECRET, ID, &timestamp, wrong, BODY), "{wrong}");
        }
        for hostile in ["-9223372036854775808", "+1764000000", "", "1764000000 ", "17640000000000", "0x1"] {
            assert!(!check(SECRET, ID, hostile, &signature, BODY), "{hostile}");
        }
        assert!(!check(SECRET, "", &timestamp, &signature, BODY));
        assert!(!check(SECRET, "msg 1", &timestamp, &signature, BODY));
    }

    #[test]
    fn signature_headers_come_once_each() {
        let (timestamp, signature) = signed(now().timestamp());
        let secrets = Secrets::parse(SECRET).expect("secrets").expect("some");
        let (id, timestamp, signature) = (ID.as_bytes(), timestamp.as_bytes(), signature.as_bytes());
        let verified = |id: &[&[u8]], timestamp: &[&[u8]], signature: &[&[u8]]| {
            let id: Vec<&'static [u8]> = id.iter().map(|value| &*value.to_vec().leak()).collect();
            verify(&secrets, Headers { id: &id, timestamp, signature }, BODY.as_bytes(), now()).is_some()
        };
        assert!(verified(&[id], &[timestamp], &[signature]));
        assert!(!verified(&[id, id], &[timestamp], &[signature]));
        assert!(!verified(&[id], &[timestamp, timestamp], &[signature]));
        assert!(!verified(&[id], &[timestamp], &[signature, signature]));
        assert!(!verified(&[], &[timestamp], &[signature]));
    }

    #[test]
    fn secrets_that_are_none_are_refused() {
        assert!(Secrets::parse("").expect("nothing").is_none());
        for text in
            ["whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%", ",", &[SECRET; 3].join(",")]
        {
            assert_eq!(Secrets::parse(text).expect_err(text), ConfigError::WebhookSecret);
        }
    }

    /// `TEST_LONG=1` tries 100,000.
    fn cases() -> u32 {
        if std::env::var_os("TEST_LONG").is_some() { 100_000 } else { 2_000 }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(cases()))]

        #[test]
        fn signature_of_anything_changed_is_refused(
            which in 0_usize..4, place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()
        ) {
            let (timestamp, signature) = signed(now().timestamp());
            let mut parts = [ID.to_owned(), timestamp, signature, BODY.to_owned()].map(String::into_bytes);
            let original = parts.clone();
            let at = place.index(parts[which].len());
            if cut { parts[which].truncate(at); } else { parts[which][at] = byte; }
            prop_assume!(parts != original);
            let [id, timestamp, signature, body] = &parts;
            let secrets = Secrets::parse(SECRET).expect("secrets").expect("some");
            let headers = Headers { id: &[id], timestamp: &[timestamp], signature: &[signature] };
            prop_assert!(verify(&secrets, headers, body, now()).is_none());
        }
    }
}
