//! Numbers of RFC 8785: as ECMAScript writes a double.

/// The length of the JSON number that a text begins with.
pub(super) fn length(text: &str) -> Option<usize> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned.starts_with('0')) {
        return None;
    }
    let mut rest = unsigned.get(whole..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = after_digits(fraction)?;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        rest = after_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))?;
    }
    Some(text.len() - rest.len())
}

/// The most digits that any double has when written out.
const LONGEST: usize = 767;

/// A JSON number as ECMAScript writes it, or none where it isn't what a double keeps: neither a double's exact value
/// nor the short spelling of one (`0.1`), but a number with more digits, too large, or too small.
pub(super) fn canonical(number: &str) -> Option<String> {
    let double: f64 = number.parse().ok().filter(|double: &f64| double.is_finite())?;
    let short = shortest(double.abs());
    let stated = Decimal::of(number);
    let kept = stated == Decimal::of(&short) || stated == Decimal::of(&format!("{:.*e}", LONGEST - 1, double.abs()));
    kept.then(|| write(double < 0.0, &short))
}

/// The shortest digits that read as this double, of several such the nearest, of two as near the even ones.
fn shortest(double: f64) -> String {
    let short = format!("{double:e}");
    let digits = short.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    // Of two as near, the formatter takes the greater; rounding to that many digits takes the even.
    let nearest = format!("{:.*e}", digits.saturating_sub(1), double);
    if nearest.parse() == Ok(double) { nearest } else { short }
}

/// What `Number::toString` makes of a double whose digits are `d[.ddd]e±N`.
fn write(negative: bool, shortest: &str) -> String {
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let digits: String = mantissa.chars().filter(|character| *character != '.').collect();
    let sign = if negative { "-" } else { "" };
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    match exponent {
        0..=20 => {
            let whole = usize::try_from(exponent + 1).unwrap_or_default();
            match digits.split_at_checked(whole) {
                Some((whole, "")) => format!("{sign}{whole}"),
                Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
                None => format!("{sign}{digits:0<whole$}"),
            }
        }
        -6..0 => format!("{sign}0.{}{digits}", zeros(-exponent - 1)),
        _ => format!("{sign}{mantissa}e{exponent:+}"),
    }
}

/// A decimal number without its sign, in a form that equal numbers share.
#[derive(PartialEq)]
struct Decimal {
    /// Without zeros at either end.
    digits: Vec<u8>,
    /// The power of ten of the last digit.
    exponent: i64,
}

impl Decimal {
    fn of(number: &str) -> Self {
        let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> =
            whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').collect();
        let mut exponent = power(exponent).saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
        while digits.pop_if(|digit| *digit == b'0').is_some() {
            exponent = exponent.saturating_add(1);
        }
        if digits.is_empty() {
            exponent = 0;
        }
        Self { digits, exponent }
    }
}

/// An exponent; one that no number could make up for counts as the greatest.
fn power(text: &str) -> i64 {
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX })
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// What follows one digit or more.
fn after_digits(text: &str) -> Option<&str> {
    match digits(text) {
        0 => None,
        count => text.get(count..),
    }
}
