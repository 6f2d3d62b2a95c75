//! Times as a person types them: `2h`, `yesterday`, `last tuesday`, `2026-11-25`.
//!
//! Pure: what "now" is and which time zone is meant are given. The zone is one
//! offset for everything, so a day on the other side of a clock change begins
//! an hour off.

use palisade_core::Timestamp;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Longer texts are no times.
const TEXT_BYTES: usize = 64;
/// Years that are understood.
const YEARS: std::ops::RangeInclusive<i64> = 1970..=9999;

/// A point in time, or a whole day, minute or second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// Where it begins: what `--since` means.
    pub start: Timestamp,
    /// Where it ends, exclusive: what `--until` means, so that `--until
    /// yesterday` includes yesterday.
    pub end: Timestamp,
}

/// A text that is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot understand the time \"{0}\" (examples: 30m, 2h, 7d, today, yesterday, \
     last tuesday, 14:30, 2026-11-25, 2026-11-25T14:30:00Z)"
)]
pub struct WhenError(pub String);

/// Understands `text`, with `now` and the local time `utc_offset` seconds east
/// of Greenwich.
///
/// - `now`
/// - spans before now: `90s`, `30m`, `2h`, `1h30m`, `7d`, `2w`, `3 hours ago`
/// - days: `today`, `yesterday`, `tuesday` (the last one, today included),
///   `last tuesday` (before today), `2026-11-25`
/// - a time of day, alone (the last one) or after a day: `14:30`,
///   `yesterday 9:05`, `2026-11-25 14:30:10`
/// - RFC 3339: `2026-11-25T14:30:00Z`, `2026-11-25T14:30:00.5+02:00`
pub fn parse(text: &str, now: Timestamp, utc_offset: i32) -> Result<When, WhenError> {
    understand(text, now, utc_offset).ok_or_else(|| {
        let shown = text.chars().take(TEXT_BYTES).collect();
        WhenError(shown)
    })
}

fn understand(text: &str, now: Timestamp, utc_offset: i32) -> Option<When> {
    if text.len() > TEXT_BYTES {
        return None;
    }
    let text = text.trim().to_ascii_lowercase();
    let now = i64::try_from(now.0).ok()?;
    let shift = i64::from(utc_offset).checked_mul(SECOND)?;
    if text == "now" {
        return when(now, 0);
    }
    if let Some(span) = span(&text) {
        return when(now.checked_sub(span)?, 0);
    }
    if let Some(at) = rfc3339(&text) {
        return when(at, 0);
    }
    let local = now.checked_add(shift)?;
    let today = local.div_euclid(DAY);
    let (date, clock) = if let Some(date) = day(&text, today) {
        (Some(date), None)
    } else if let Some((date, clock)) = text.rsplit_once([' ', 't']) {
        (Some(day(date.trim(), today)?), Some(clock))
    } else {
        (None, Some(text.as_str()))
    };
    let (start, length) = match (date, clock) {
        (Some(date), None) => (date.checked_mul(DAY)?, DAY),
        (Some(date), Some(clock)) => {
            let (at, length) = time_of_day(clock)?;
            (date.checked_mul(DAY)?.checked_add(at)?, length)
        }
        (None, clock) => {
            let (at, length) = time_of_day(clock?)?;
            let at = today.checked_mul(DAY)?.checked_add(at)?;
            // Still to come today: yesterday's is meant.
            (if at > local { at - DAY } else { at }, length)
        }
    };
    when(start.checked_sub(shift)?, length)
}

fn when(start: i64, length: i64) -> Option<When> {
    let stamp = |at: i64| Some(Timestamp(u64::try_from(at).ok()?));
    Some(When {
        start: stamp(start)?,
        end: stamp(start.checked_add(length)?)?,
    })
}

/// `1h30m`, `3 hours ago`: a number of microseconds.
fn span(text: &str) -> Option<i64> {
    let mut rest = text.strip_suffix("ago").unwrap_or(text).trim_end();
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at_checked(digits)?;
        let after = after.trim_start();
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(letters)?;
        let unit = match unit {
            "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
            "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
            "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
            "d" | "day" | "days" => DAY,
            "w" | "week" | "weeks" => 7 * DAY,
            _ => return None,
        };
        let number: i64 = number.parse().ok()?;
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = after.trim_start();
    }
    Some(total)
}

/// A day as a number of days since the epoch.
fn day(text: &str, today: i64) -> Option<i64> {
    match text {
        "today" => return Some(today),
        "yesterday" => return Some(today - 1),
        _ => {}
    }
    let (name, before_today) = match text.strip_prefix("last") {
        Some(name) if name.starts_with(' ') => (name.trim_start(), true),
        _ => (text, false),
    };
    if let Some(weekday) = weekday(name) {
        // The epoch was a Thursday.
        let back = (today + 3 - weekday).rem_euclid(7);
        return Some(if back == 0 && before_today {
            today - 7
        } else {
            today - back
        });
    }
    if before_today {
        return None;
    }
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    if parts.next().is_some() {
        return None;
    }
    date(year, month, day)
}

/// Monday is 0.
fn weekday(name: &str) -> Option<i64> {
    const NAMES: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    if name.len() < 3 {
        return None;
    }
    let short = |full: &str| full == name || full.get(..3) == Some(name);
    let extra = matches!(
        (name, name.get(..3)),
        ("tues" | "wednes" | "thur" | "thurs", _)
    );
    let at = NAMES
        .iter()
        .position(|full| short(full) || (extra && full.starts_with(name)))?;
    i64::try_from(at).ok()
}

/// `14:30`, `14:30:10`, `14:30:10.25`: microseconds since midnight, and how
/// long what was named lasts.
fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let mut parts = text.trim().split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || hour.is_empty() || hour.len() > 2 {
        return None;
    }
    let hour = number(hour, hour.len())?;
    let minute = number(minute, 2)?;
    if hour > 23 || minute > 59 {
        return None;
    }
    let at = hour * HOUR + minute * MINUTE;
    let Some(second) = second else {
        return Some((at, MINUTE));
    };
    let (whole, fraction) = second.split_once('.').unwrap_or((second, ""));
    let exact = whole.len() != second.len();
    let whole = number(whole, 2)?;
    // 60 is a leap second.
    if whole > 60 || (exact && fraction.is_empty()) {
        return None;
    }
    let mut micros = 0;
    let mut unit = SECOND;
    for digit in fraction.bytes() {
        if !digit.is_ascii_digit() {
            return None;
        }
        unit /= 10;
        micros += i64::from(digit - b'0') * unit;
    }
    let length = if exact { 0 } else { SECOND };
    Some((at + whole.min(59) * SECOND + micros, length))
}

/// A date and time with its own offset, in microseconds since the epoch.
fn rfc3339(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('t').or_else(|| text.split_once(' '))?;
    let day = day(date, 0).filter(|_| date.starts_with(|c: char| c.is_ascii_digit()))?;
    let (time, east) = match time.strip_suffix('z') {
        Some(time) => (time, 0),
        None => {
            let at = time.rfind(['+', '-'])?;
            let (time, offset) = time.split_at_checked(at)?;
            let (hours, minutes) = offset.get(1..)?.split_once(':')?;
            let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let east = hours * HOUR + minutes * MINUTE;
            (time, if offset.starts_with('-') { -east } else { east })
        }
    };
    // RFC 3339 asks for seconds; leaving them out is common and clear.
    let (at, _) = time_of_day(time)?;
    day.checked_mul(DAY)?.checked_add(at)?.checked_sub(east)
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i64> {
    if text.len() != digits || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Days since the epoch of a date of the Gregorian calendar.
fn date(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !YEARS.contains(&year) || !(1..=longest).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day is the last one.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // Days from the first of March of year 0 to the epoch.
    Some(year * 365 + leap_days + day_of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Wednesday, 2026-11-25 22:10:00 UTC.
    const NOW: Timestamp = Timestamp((1_795_564_800 + 22 * 3600 + 600) * 1_000_000);
    const MIDNIGHT: i64 = 1_795_564_800;

    /// Start and end in seconds from midnight UTC of that day.
    fn utc(text: &str) -> (i64, i64) {
        at(text, 0)
    }

    fn at(text: &str, offset: i32) -> (i64, i64) {
        let found = parse(text, NOW, offset).unwrap();
        let seconds = |t: Timestamp| t.0 as i64 / SECOND - MIDNIGHT;
        (seconds(found.start), seconds(found.end))
    }

    const D: i64 = 86_400;
    const N: i64 = 22 * 3600 + 600;

    #[test]
    fn spans_count_back_from_now() {
        assert_eq!(utc("now"), (N, N));
        for (text, back) in [
            ("90s", 90),
            ("30m", 1800),
            ("2h", 7200),
            ("1h30m", 5400),
            ("1h 30m", 5400),
            ("7d", 7 * D),
            ("2w", 14 * D),
            ("3 hours ago", 3 * 3600),
            ("1 day ago", D),
            (" 5 MIN ", 300),
        ] {
            assert_eq!(utc(text), (N - back, N - back), "{text}");
        }
    }

    #[test]
    fn days_last_a_day() {
        assert_eq!(utc("today"), (0, D));
        assert_eq!(utc("yesterday"), (-D, 0));
        assert_eq!(utc("2026-11-25"), (0, D));
        assert_eq!(utc("2026-11-01"), (-24 * D, -23 * D));
        assert_eq!(utc("last tuesday"), (-D, 0));
        assert_eq!(utc("tuesday"), (-D, 0));
        assert_eq!(utc("wednesday"), (0, D));
        assert_eq!(utc("last wednesday"), (-7 * D, -6 * D));
        assert_eq!(utc("Last Thu"), (-6 * D, -5 * D));
        assert_eq!(utc("mon"), (-2 * D, -D));
        assert_eq!(utc("sunday"), (-3 * D, -2 * D));
    }

    #[test]
    fn days_are_local() {
        // 23:10 in Berlin, already the 26th in Tokyo, 17:10 in New York.
        assert_eq!(at("today", 3600), (-3600, D - 3600));
        assert_eq!(at("today", 9 * 3600), (D - 9 * 3600, 2 * D - 9 * 3600));
        assert_eq!(at("today", -5 * 3600), (5 * 3600, D + 5 * 3600));
        assert_eq!(at("thursday", 9 * 3600), (D - 9 * 3600, 2 * D - 9 * 3600));
        assert_eq!(at("2h", 9 * 3600).0, N - 7200);
    }

    #[test]
    fn times_of_day() {
        assert_eq!(utc("14:30"), (14 * 3600 + 1800, 14 * 3600 + 1860));
        assert_eq!(utc("9:05").0, 9 * 3600 + 300);
        // Later than now: yesterday's.
        assert_eq!(utc("23:00").0, 23 * 3600 - D);
        assert_eq!(utc("yesterday 9:05").0, 9 * 3600 + 300 - D);
        assert_eq!(utc("last tuesday 10:00").0, 36_000 - D);
        assert_eq!(utc("2026-11-25 14:30:10"), (52_210, 52_211));
        assert_eq!(utc("2026-11-25T14:30").0, 52_200);
        assert_eq!(at("2026-11-25T14:30", 3600).0, 48_600);
    }

    #[test]
    fn rfc3339_has_its_own_offset() {
        for offset in [0, 7200] {
            assert_eq!(at("2026-11-25T14:30:00Z", offset).0, 52_200);
            assert_eq!(at("2026-11-25T14:30:00+02:00", offset).0, 45_000);
            assert_eq!(at("2026-11-25t14:30:00-05:30", offset).0, 72_000);
            assert_eq!(at("2026-11-25 14:30Z", offset).0, 52_200);
        }
        let fine = parse("2024-02-29T12:34:56.789Z", NOW, 0).unwrap();
        assert_eq!(fine.start, Timestamp(1_709_210_096_789_000));
        assert_eq!(fine.end, fine.start);
        assert_eq!(
            parse("1970-01-01T00:00:00Z", NOW, 0).unwrap().start,
            Timestamp(0)
        );
    }

    #[test]
    fn what_is_no_time_says_what_is() {
        for text in [
            "",
            "2",
            "h",
            "2x",
            "2h x",
            "ago",
            "last",
            "last year",
            "lasttuesday",
            "t",
            "tu",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2026-11-31",
            "2026-11-25-1",
            "26-11-25",
            "0000-01-01",
            "24:00",
            "12:60",
            "12:5",
            "1:2:3",
            "12:00:61",
            "12:00:00.",
            "12:00:00.x",
            ":30",
            "12:",
            "noon",
            "2026-11-25T",
            "2026-11-25T25:00Z",
            "2026-11-25T12:00:00+2",
            "2026-11-25T12:00+24:00",
            "99999999999999999999h",
            "999999999999w",
            "9999999d",
            "yesterday yesterday",
            "-2h",
            "+2h",
            "٣h",
        ] {
            let error = parse(text, NOW, 0).unwrap_err();
            assert!(error.to_string().contains("last tuesday"), "{text}");
        }
        assert!(parse(&"1s".repeat(100), NOW, 0).is_err());
    }

    #[test]
    fn dates_follow_each_other() {
        let mut days = 0;
        for year in 1970..2200 {
            for month in 1..=12 {
                for day in 1..=31 {
                    if let Some(found) = date(year, month, day) {
                        assert_eq!(found, days, "{year}-{month}-{day}");
                        days += 1;
                    }
                }
            }
        }
        // 230 years.
        assert_eq!(days, 84_006);
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text in any::<String>(), now in any::<u64>(), offset in any::<i32>()) {
            drop(parse(&text, Timestamp(now), offset));
        }

        #[test]
        fn no_likely_text_does_harm(
            text in "(last |today |2026-|9999-12-31)?[0-9a-z:. tz+-]{0,20}",
            now in any::<u64>(), offset in any::<i32>(),
        ) {
            if let Ok(found) = parse(&text, Timestamp(now), offset) {
                prop_assert!(found.start <= found.end);
            }
        }
    }
}
