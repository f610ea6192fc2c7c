//! What counts as a secret: the one rule, for the scheduler's and for that of HS256.

/// The fewest bytes of a secret (RFC 7518, 3.2, asks for as many).
pub const MIN_LENGTH: usize = 32;
/// A random text of that length has more different bytes; a repeated word or key has fewer.
const MIN_DIFFERENT: usize = 8;

/// Whether it could be guessed.
pub fn is_weak(secret: &[u8]) -> bool {
    let mut different = secret.to_vec();
    different.sort_unstable();
    different.dedup();
    secret.len() < MIN_LENGTH || different.len() < MIN_DIFFERENT || repeats(secret)
}

/// Whether most of it is what stood a few bytes before, as where a word is repeated. Of random hex digits a sixteenth is.
fn repeats(secret: &[u8]) -> bool {
    (1..=secret.len() / 2).any(|distance| {
        let pairs = secret.iter().zip(&secret[distance..]);
        let same = pairs.filter(|(one, other)| one == other).count();
        4 * same >= 3 * (secret.len() - distance)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_repeated_secrets_are_weak() {
        for weak in [
            "",
            "hunter2",
            "0123456789012345678901234567890",
            &"x".repeat(64),
            &"abc".repeat(20),
            &"abcdefgh".repeat(4),
            &("changeme".repeat(4) + "1"),
        ] {
            assert!(is_weak(weak.as_bytes()), "{weak}");
        }
        assert!(!is_weak(b"5f2b8a0c9d1e4f6a7b3c2d1e0f9a8b7c"));
    }
}
