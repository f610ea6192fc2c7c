//! The rule for secrets: that of the scheduler and that of HS256.

/// In bytes. RFC 7518, 3.2, requires as many.
pub const MIN_LENGTH: usize = 32;
/// Random text of that length has more distinct bytes; a repeated word or key has fewer.
const MIN_DIFFERENT: usize = 8;

/// Whether a secret could be guessed.
pub fn is_weak(secret: &[u8]) -> bool {
    let mut different = secret.to_vec();
    different.sort_unstable();
    different.dedup();
    secret.len() < MIN_LENGTH || different.len() < MIN_DIFFERENT || repeats(secret)
}

/// Whether most bytes equal those a few bytes before, as in a repeated word. Of random hex digits one in sixteen does.
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
    fn secret_that_is_short_or_repeated_is_weak() {
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
