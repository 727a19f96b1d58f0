//! Points in time as documents and requests write them (contract 1).

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::json::Writer;
use super::shape::{Shape, Text};
use super::slow::Reader;
use super::tree::Node;

/// Milliseconds since 1970, UTC, up to the end of the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time: it is written as `2026-01-31T12:00:00Z`, and its date has to be a real one from 1970 to 9999")]
pub struct ParseTimeError;

const DAY: i64 = 86_400_000;
/// Days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

impl Time {
    /// Reads `YYYY-MM-DDTHH:MM:SS[.mmm]Z`.
    pub fn parse(text: &str) -> Result<Self, ParseTimeError> {
        read(text.as_bytes()).ok_or(ParseTimeError)
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }
}

fn read(text: &[u8]) -> Option<Time> {
    let (seconds, fraction) = text.split_at_checked(19)?;
    let millis = match fraction {
        b"Z" => 0,
        [b'.', a, b, c, b'Z'] => number(&[*a, *b, *c])?,
        _ => return None,
    };
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2] = seconds else {
        return None;
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?);
    let real = year >= 1970 && (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
    if !real || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = (hour * 60 + minute) * 60 + second;
    Some(Time(days_to(year, month, day) * DAY + seconds * 1000 + millis))
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970, counted in years that begin in March, so that the leap day is a year's last.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    year.div_euclid(400) * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH
}

/// The year, month and day of `days_to`'s answer.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let era = days.div_euclid(ERA);
    let of_era = days.rem_euclid(ERA);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (era * 400 + year, month);
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_of(self.0.div_euclid(DAY));
        let millis = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match millis % 1000 {
            0 => f.write_str("Z"),
            rest => write!(f, ".{rest:03}Z"),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::fast(deserializer)
    }
}

impl<'a> Shape<'a> for Time {
    type Owned = Self;

    fn fast<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::fast(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }

    fn slow(reader: &mut Reader<'_, 'a>, node: Node) -> Option<Self> {
        reader.time(node)
    }

    fn blank() -> Self {
        Self(0)
    }

    fn write(&self, out: &mut Writer) {
        out.string(&self.to_string());
    }

    fn into_owned(self) -> Self {
        self
    }
}
