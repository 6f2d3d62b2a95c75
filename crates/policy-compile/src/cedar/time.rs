//! Cedar's datetimes and durations, in milliseconds.
//!
//! The forms are those of the Cedar language: `2027-01-02`,
//! `2027-01-02T03:04:05Z`, the same with `.678` and with an offset `+0100`;
//! `-1d2h3m4s5ms`.

/// Milliseconds since 1970.
pub(super) fn datetime(text: &str) -> Option<i64> {
    let Some((date, clock)) = text.split_once('T') else {
        let date: jiff::civil::Date = text.parse().ok()?;
        let midnight = date.at(0, 0, 0, 0);
        return Some(
            jiff::tz::Offset::UTC
                .to_timestamp(midnight)
                .ok()?
                .as_millisecond(),
        );
    };
    // `+0100` is `+01:00` to the library.
    let clock = match clock.rfind(['+', '-']) {
        Some(at) => {
            let (hours, minutes) = clock.get(at..)?.split_at_checked(3)?;
            format!("{}{hours}:{minutes}", clock.get(..at)?)
        }
        None => clock.to_owned(),
    };
    let at: jiff::Timestamp = format!("{date}T{clock}").parse().ok()?;
    Some(at.as_millisecond())
}

/// Milliseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut sum: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at_checked(digits)?;
        let unit = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(unit)?;
        let length = match unit {
            "d" => 24 * 60 * 60 * 1000,
            "h" => 60 * 60 * 1000,
            "m" => 60 * 1000,
            "s" => 1000,
            "ms" => 1,
            _ => return None,
        };
        let number: i64 = number.parse().ok()?;
        // With its sign, so that the smallest number there is can be written.
        sum = sum.checked_add(number.checked_mul(length)?.checked_mul(sign)?)?;
        rest = after;
    }
    (text.len() > usize::from(sign < 0)).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datetimes() {
        assert_eq!(datetime("1970-01-02"), Some(86_400_000));
        assert_eq!(datetime("1970-01-01T00:00:01Z"), Some(1000));
        assert_eq!(datetime("1970-01-01T00:00:01.234Z"), Some(1234));
        assert_eq!(datetime("1970-01-01T01:00:00+0100"), Some(0));
        assert_eq!(datetime("1970-01-01T00:00:00.005-0030"), Some(1_800_005));
        assert_eq!(datetime("tomorrow"), None);
    }

    #[test]
    fn durations() {
        assert_eq!(duration("1d2h3m4s5ms"), Some(93_784_005));
        assert_eq!(duration("-90m"), Some(-5_400_000));
        assert_eq!(duration("1w"), None);
        assert_eq!(duration(""), None);
        assert_eq!(duration("-"), None);
        assert_eq!(duration("1"), None);
    }
}
