//! Times as text and as milliseconds since 1970.

/// One day in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

/// The present of every generated organisation: `2026-11-20T12:00:00Z`.
pub(crate) const PRESENT: i64 = 1_795_176_000_000;

/// The contract's spelling; milliseconds are left out where they are zero.
pub(crate) fn text(millis: i64) -> String {
    let (days, rest) = (millis.div_euclid(DAY), millis.rem_euclid(DAY));
    // Days to a date in the proleptic Gregorian calendar, with years that begin in March.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let seconds = rest / 1000;
    let (hour, minute, second, milli) = (seconds / 3600, seconds / 60 % 60, seconds % 60, rest % 1000);
    if milli == 0 {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

/// Milliseconds of a time that is spelled right; `None` for other text.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let milli = number(20, 23).unwrap_or(0);
    let march_year = year - i64::from(month <= 2);
    let (era, year_of_era) = (march_year.div_euclid(400), march_year.rem_euclid(400));
    let march_month = (month + 9) % 12;
    let of_year = (153 * march_month + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milli)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_millis_are_inverse() {
        assert_eq!(text(PRESENT), "2026-11-20T12:00:00Z");
        assert_eq!(text(0), "1970-01-01T00:00:00Z");
        assert_eq!(text(951_782_400_001), "2000-02-29T00:00:00.001Z");
        for step in 0..40_000 {
            let moment = step * 6_311_433_217 % 253_402_300_800_000;
            assert_eq!(millis(&text(moment)), Some(moment));
        }
    }
}
