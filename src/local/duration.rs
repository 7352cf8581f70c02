//! Durations as people write them: `90s`, `15m`, `12h`, `7d`.

/// The seconds of a duration. A number alone counts seconds; a minus goes back.
pub fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let (number, unit) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1),
        (at, 'm') => (&text[..at], 60),
        (at, 'h') => (&text[..at], 3600),
        (at, 'd') => (&text[..at], 24 * 3600),
        _ => (text, 1),
    };
    number.parse::<i64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_unit_counts() {
        let table = [("90s", Some(90)), ("15m", Some(900)), ("12h", Some(43_200)), ("7d", Some(604_800))];
        let more = [("30", Some(30)), ("-1h", Some(-3600)), ("", None), ("h", None), ("1w", None), ("1.5h", None)];
        for (text, expected) in table.into_iter().chain(more) {
            assert_eq!(seconds(text), expected, "{text}");
        }
        assert_eq!(seconds("9223372036854775807d"), None);
    }
}
