//! Growth in percent.

/// In percent, to two decimals, half away from zero. Growth from zero is 100, or 0 if it stays at zero.
pub fn growth_rate(start: i64, now: i64) -> f64 {
    if start == 0 {
        return if now == 0 { 0.0 } else { 100.0 };
    }
    // In hundredths of a percent, doubled to keep halves exact.
    let (start, now) = (i128::from(start), i128::from(now));
    let doubled = 2 * (now - start) * 10_000;
    let rounded = (doubled + start * doubled.signum()) / (2 * start);
    let hundredths = rounded as f64;
    hundredths / 100.0
}

#[cfg(test)]
mod tests {
    use super::growth_rate;

    #[test]
    fn growth_is_in_percent_of_the_start() {
        for (start, now, expected) in [
            (0, 0, 0.0),
            (0, 1, 100.0),
            (0, 500, 100.0),
            (100, 100, 0.0),
            (100, 150, 50.0),
            (100, 50, -50.0),
            (100, 0, -100.0),
            (1, 3, 200.0),
            (3, 4, 33.33),
            (3, 5, 66.67),
            (3, 2, -33.33),
            (3, 1, -66.67),
            // Halves round away from zero.
            (20_000, 20_001, 0.01),
            (20_000, 19_999, -0.01),
            (20_001, 20_002, 0.0),
            (800, 801, 0.13),
            (800, 799, -0.13),
            (1, 1_000_000, 99_999_900.0),
        ] {
            assert_eq!(growth_rate(start, now), expected, "from {start} to {now}");
        }
    }
}
