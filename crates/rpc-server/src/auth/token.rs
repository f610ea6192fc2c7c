//! API tokens: `aud_`, 64 random hex digits and a checksum, so that scanners recognize a leaked token and a mistyped
//! one is refused without a query.

use chrono::TimeDelta;
use domain::{instant::Instant, role::Role, text::hex};
use persistence::ops::tokens::NewToken;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const PREFIX: &str = "aud_";
/// Two UUIDs in hex: 244 random bits.
const SECRET: usize = 64;
const CHECKSUM: usize = 8;

/// From the operating system's randomness.
pub fn generate() -> String {
    let secret = format!("{PREFIX}{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let checksum = checksum(&secret);
    secret + &checksum
}

/// What is stored of a new token, and the token itself.
pub fn make(name: String, role: Role, days: Option<u32>, now: Instant) -> (NewToken, String) {
    let token = generate();
    let new = NewToken {
        id: Uuid::new_v4().to_string(),
        name,
        prefix: shown(&token),
        hash: hash(&token),
        role,
        expires_at: days.map(|days| now + TimeDelta::days(days.into())),
    };
    (new, token)
}

/// A name that fits on one line of a list, trimmed.
pub fn name(text: &str) -> Option<String> {
    let name = text.trim();
    let fits = !name.is_empty() && name.chars().count() <= 100 && !name.contains(char::is_control);
    fits.then(|| name.to_owned())
}

/// What a name has to be.
pub const NAME: &str = "expected 1 to 100 characters on one line";

/// Whether a text has the form and the checksum of a token.
pub fn is_well_formed(token: &str) -> bool {
    token.len() == PREFIX.len() + SECRET + CHECKSUM
        && token.is_ascii()
        && token.starts_with(PREFIX)
        && checksum(&token[..PREFIX.len() + SECRET]) == token[PREFIX.len() + SECRET..]
}

/// SHA-256 in hex, which is stored. Tokens are random, so a slow hash is not needed.
pub fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// The part that is shown, to recognize the token by.
pub fn shown(token: &str) -> String {
    token.chars().take(PREFIX.len() + 6).collect()
}

fn checksum(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes())[..CHECKSUM / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_recognized_and_a_mistyped_one_is_not() {
        let token = generate();
        assert!(is_well_formed(&token), "{token}");
        let mistyped = token.replacen(&token[10..11], if &token[10..11] == "0" { "1" } else { "0" }, 1);
        for wrong in ["", "aud_", &token[1..], &mistyped, &format!("{token}0"), "ünïcode"] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
        assert_ne!(hash(&token), hash(&generate()));
    }
}
