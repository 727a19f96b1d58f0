//! Times as text (contract 1).

/// Milliseconds since 1970 of `YYYY-MM-DDTHH:MM:SS[.mmm]Z`, a real date of the years 1970 to 9999.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape != "0000-00-00T00:00:00Z" && shape != "0000-00-00T00:00:00.000Z" {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i64>().ok());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let thousandths = number(20, 23).unwrap_or(0);
    let real = year >= 1970
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour <= 23
        && minute <= 59
        && second <= 59;
    if !real {
        return None;
    }
    let years: i64 = (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum();
    let months: i64 = (1..month).map(|m| days_of(year, m)).sum();
    let days = years + months + day - 1;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + thousandths)
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn times() {
        assert_eq!(millis("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(millis("2026-11-20T12:00:00.001Z"), Some(1_795_176_000_001));
        assert_eq!(millis("2000-02-29T23:59:59Z"), Some(951_868_799_000));
        for text in [
            "2026-11-20",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-11-20T24:00:00Z",
            "2026-11-20T23:59:60Z",
            "2026-11-20T12:00:00",
            "2026-11-20T12:00:00.1Z",
            "2026-11-20t12:00:00Z",
            "2026-00-10T00:00:00Z",
            "２026-11-20T12:00:00Z",
        ] {
            assert_eq!(millis(text), None, "{text}");
        }
    }
}
