//! API tokens: `aud_`, 64 random hex digits, and a checksum, so that scanners recognise a leaked one and a mistyped
//! one is refused without a look at the database.

use domain::text::hex;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const PREFIX: &str = "aud_";
/// Two UUIDs in hex: 244 random bits.
const SECRET: usize = 64;
const CHECKSUM: usize = 8;

/// A new token, from the operating system's randomness.
pub fn generate() -> String {
    let secret = format!("{PREFIX}{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let checksum = checksum(&secret);
    secret + &checksum
}

/// Whether the text has the shape and the checksum of a token.
pub fn is_well_formed(token: &str) -> bool {
    token.len() == PREFIX.len() + SECRET + CHECKSUM
        && token.is_ascii()
        && token.starts_with(PREFIX)
        && checksum(&token[..PREFIX.len() + SECRET]) == token[PREFIX.len() + SECRET..]
}

/// What is stored of a token: SHA-256, in hex. The secret is random, so no slow hash is needed.
pub fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// What is shown of a token, to recognise it by.
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
    fn a_token_is_recognised_and_a_mistyped_one_is_not() {
        let token = generate();
        assert!(is_well_formed(&token), "{token}");
        let mistyped = token.replacen(&token[10..11], if &token[10..11] == "0" { "1" } else { "0" }, 1);
        for wrong in ["", "aud_", &token[1..], &mistyped, &format!("{token}0"), "ünïcode"] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
        assert_ne!(hash(&token), hash(&generate()));
    }
}
