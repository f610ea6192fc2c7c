//! The rule for secrets: that of the scheduler and that of HS256. A secret has to look random.

use domain::text::hex;
use zxcvbn::{
    matching::{Match, patterns::MatchPattern},
    zxcvbn,
};

/// In bytes. RFC 7518, 3.2, requires as many.
const MIN_LENGTH: usize = 32;
/// Random secrets of 128 bits or more are meant. The estimate is lower than that, since random text contains short words
/// and runs by chance.
const MIN_BITS: f64 = 96.0;
/// zxcvbn counts in 64 bits, so it can tell patterns only in texts of this length.
const WINDOW: usize = 18;
/// Of a word, a date, a run of keys or of the alphabet. English text has about as much.
const BITS_PER_PATTERN_CHARACTER: f64 = 1.5;
/// Of letters that form no English word. They may be of another language.
const BITS_PER_LETTER: f64 = 2.5;

/// Whether a secret could be guessed.
pub fn is_weak(secret: &[u8]) -> bool {
    let text = std::str::from_utf8(secret).map_or_else(|_| hex(secret), str::to_owned);
    secret.len() < MIN_LENGTH || repeats(secret) || estimated_bits(&text) < MIN_BITS
}

/// Whether most bytes equal those a few bytes before, as in a repeated word. Of random hex digits one in sixteen does.
fn repeats(secret: &[u8]) -> bool {
    (1..=secret.len() / 2).any(|distance| {
        let pairs = secret.iter().zip(&secret[distance..]);
        let same = pairs.filter(|(one, other)| one == other).count();
        4 * same >= 3 * (secret.len() - distance)
    })
}

fn estimated_bits(secret: &str) -> f64 {
    // Separators would hide words.
    let text: Vec<_> = secret.chars().filter(|c| !c.is_whitespace() && !"-_.,;:'\"!?".contains(*c)).collect();
    let bits_per_character = bits_per_character(&text);
    let (mut rest, mut bits) = (&text[..], 0.0);
    while !rest.is_empty() {
        let window: String = rest.iter().take(WINDOW).collect();
        let entropy = zxcvbn(&window, &[]);
        let mut parts = entropy.sequence();
        // The end of the window may cut the last part.
        if rest.len() > WINDOW && parts.len() > 1 {
            parts = &parts[..parts.len() - 1];
        }
        bits += parts.iter().map(|part| bits_of_part(part, bits_per_character)).sum::<f64>();
        let read: usize = parts.iter().map(length).sum();
        rest = &rest[read.clamp(1, rest.len())..];
    }
    bits
}

fn bits_of_part(part: &Match, bits_per_character: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few characters, and an estimate")]
    let (length, guesses) = (length(part) as f64, part.guesses.map(|guesses| guesses as f64));
    match (&part.pattern, guesses) {
        (MatchPattern::BruteForce, _) | (_, None) => length * bits_per_character,
        (_, Some(guesses)) => guesses.log2().min(length * BITS_PER_PATTERN_CHARACTER),
    }
}

fn length(part: &Match) -> usize {
    part.token.chars().count()
}

/// Of a random text over the same alphabet.
fn bits_per_character(text: &[char]) -> f64 {
    let count = |is_one: fn(&char) -> bool| text.iter().filter(|c| is_one(c)).count();
    let (digits, upper, lower) =
        (count(char::is_ascii_digit), count(char::is_ascii_uppercase), count(char::is_ascii_lowercase));
    let symbols = count(char::is_ascii_punctuation);
    // Not just the first letters of words, or a single digit at the end.
    let is_mixed = 6 * upper.min(lower) > upper + lower;
    match () {
        () if digits == text.len() => 3.3,
        () if count(char::is_ascii_hexdigit) == text.len() => 4.0,
        () if is_mixed => 5.9,
        () if digits + symbols >= 3 => 5.1,
        () => BITS_PER_LETTER,
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// Three bytes are four characters.
    fn base64(bytes: &[u8]) -> String {
        let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1));
        let digit = |at: usize| (0..6).fold(0, |digit, next| 2 * digit + bit(at + next));
        let digits: String = (0..8 * bytes.len()).step_by(6).map(|at| char::from(BASE64[digit(at)])).collect();
        format!("{digits}{}", "=".repeat((3 - bytes.len() % 3) % 3))
    }

    fn uuid(bytes: &[u8]) -> String {
        uuid::Builder::from_random_bytes(bytes.try_into().expect("16 bytes")).into_uuid().to_string()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn secret_of_32_random_bytes_is_accepted_in_every_form(bytes in vec(any::<u8>(), 32)) {
            let uuids = [uuid(&bytes[..16]), uuid(&bytes[16..])];
            let hexes = [hex(&bytes), hex(&bytes).to_uppercase()];
            let base64 = base64(&bytes);
            let url_safe = base64.replace('+', "-").replace('/', "_").replace('=', "");
            let joined = [uuids.concat(), uuids.join("-"), uuids.join(" "), uuids.concat().replace('-', "")];
            for secret in hexes.into_iter().chain([base64, url_safe]).chain(joined) {
                prop_assert!(!is_weak(secret.as_bytes()), "{secret}: {} bits", estimated_bits(&secret));
            }
            prop_assert!(!is_weak(&bytes));
        }

        #[test]
        fn secret_of_random_letters_and_digits_is_accepted(secret in "[a-zA-Z0-9]{40}") {
            prop_assert!(!is_weak(secret.as_bytes()), "{secret}: {} bits", estimated_bits(&secret));
        }
    }

    #[test]
    fn secret_that_could_be_guessed_is_weak() {
        for weak in [
            "",
            "hunter2",
            "0123456789012345678901234567890",
            &"x".repeat(64),
            &"abc".repeat(20),
            &"abcdefgh".repeat(4),
            &("changeme".repeat(4) + "1"),
            "abcdefghijklmnopqrstuvwxyz012345",
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            "zyxwvutsrqponmlkjihgfedcba9876543210",
            "0123456789abcdef0123456789abcdef",
            "00112233445566778899aabbccddeeff",
            "deadbeefdeadbeefcafebabecafebabe",
            "aaaabbbbccccddddeeeeffffgggghhhh",
            "qwertyuiopasdfghjklzxcvbnm123456",
            "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,",
            "thequickbrownfoxjumpsoverthelazydog",
            "the quick brown fox jumps over the lazy dog and runs away",
            "a secret of at least thirty-two bytes",
            "ThisIsOurProductionSecretPleaseDoNotShare",
            "my-super-secret-jwt-signing-key-for-production-2024",
            "MySuperSecretJwtSigningKeyForProduction2024",
            "your-256-bit-secret-your-256-bit-secret",
            "P@ssw0rdP@ssw0rd123456789Summer2024!",
            "Secret1Secret2Secret3Secret4Secret5",
            "2024-01-01-2025-02-02-2026-03-03-2027",
            "dasisteinsehrgeheimersatz",
            "das ist ein sehr geheimer Satz",
        ] {
            assert!(is_weak(weak.as_bytes()), "{weak}: {} bits", estimated_bits(weak));
        }
        assert!(!is_weak(b"5f2b8a0c9d1e4f6a7b3c2d1e0f9a8b7c"));
    }
}
