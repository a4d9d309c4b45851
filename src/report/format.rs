//! Figures as people read them: three significant digits, a unit, thousands separated.

/// Microseconds as `850 µs`, `12.3 ms`, `1.25 s`, `14.0 s`, `3 min 20 s`.
#[must_use]
pub fn duration_us(us: u64) -> String {
    let value = us as f64;
    match us {
        0..1_000 => format!("{us} µs"),
        // From 999.5 ms on three digits would read `1000 ms`.
        1_000..999_500 => format!("{} ms", significant(value / 1e3)),
        999_500..119_500_000 => format!("{} s", significant(value / 1e6)),
        _ => {
            let seconds = (us + 500_000) / 1_000_000;
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

/// Signed microseconds.
#[must_use]
pub fn signed_us(us: i64) -> String {
    let text = duration_us(us.unsigned_abs());
    if us < 0 { format!("−{text}") } else { text }
}

/// Three significant digits for values from 1 up: `1.25`, `12.3`, `123`.
fn significant(value: f64) -> String {
    if value < 9.995 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// A share as a percentage with two significant digits: `0.060 %`, `1.2 %`, `37 %`; `0 %` and `100 %` plain.
#[must_use]
pub fn share(value: f64) -> String {
    let percent = value * 100.0;
    if !percent.is_finite() {
        return "unknown".to_owned();
    }
    match percent {
        p if p <= 0.0 => "0 %".to_owned(),
        p if p >= 99.95 => "100 %".to_owned(),
        p if p >= 10.0 => format!("{p:.0} %"),
        p if p >= 1.0 => format!("{p:.1} %"),
        p if p >= 0.1 => format!("{p:.2} %"),
        p if p >= 0.001 => format!("{p:.3} %"),
        p => format!("{p:.1e} %"),
    }
}

/// A count in groups of three: `12,345`; one word, so that no line breaks inside it.
#[must_use]
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A rate per second: `250`, `9.98`, `0.20`.
#[must_use]
pub fn rate(per_second: f64) -> String {
    if (per_second - per_second.round()).abs() < 5e-4 * per_second.abs().max(1.0) {
        format!("{per_second:.0}")
    } else if per_second < 100.0 {
        format!("{per_second:.2}")
    } else {
        format!("{per_second:.1}")
    }
}

/// Memory: `850 kB`, `12.3 MB`, `1.25 GB`.
#[must_use]
pub fn bytes(n: u64) -> String {
    let value = n as f64;
    match n {
        0..1_000_000 => format!("{:.0} kB", value / 1e3),
        1_000_000..999_500_000 => format!("{} MB", significant(value / 1e6)),
        _ => format!("{} GB", significant(value / 1e9)),
    }
}

/// Text from outside, made safe to print: control characters become `\u{…}`.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_the_unit_that_fits() {
        for (us, text) in [
            (0, "0 µs"),
            (850, "850 µs"),
            (1_234, "1.23 ms"),
            (12_345, "12.3 ms"),
            (999_499, "999 ms"),
            (999_999, "1.00 s"),
            (119_999_999, "2 min 0 s"),
            (1_250_000, "1.25 s"),
            (200_000_000, "3 min 20 s"),
        ] {
            assert_eq!(duration_us(us), text);
        }
        assert_eq!(signed_us(-1_500), "−1.50 ms");
    }

    #[test]
    fn shares_keep_two_digits_at_any_size() {
        for (value, text) in [
            (0.0, "0 %"),
            (0.0006, "0.060 %"),
            (0.012, "1.2 %"),
            (0.37, "37 %"),
            (1.0, "100 %"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(share(value), text);
        }
    }

    #[test]
    fn control_characters_from_outside_do_not_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
    }

    #[test]
    fn memory_has_the_unit_that_fits() {
        for (n, text) in [(4_096, "4 kB"), (81_234_567, "81.2 MB"), (1_250_000_000, "1.25 GB")] {
            assert_eq!(bytes(n), text);
        }
    }
}
