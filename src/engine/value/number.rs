//! Numbers as jq keeps them: a double, and the text of a literal for as long as nothing is calculated with it.
//!
//! In: digits of a document or a program. Out: the double, and what jq 1.7 prints: `1.0` stays `1.0`,
//! `100000000000000000001` stays itself, and the result of an addition is a rounded double. (jq 1.6 prints doubles
//! only.)

use std::cmp::Ordering;
use std::rc::Rc;

/// From here on doubles have gaps, so a literal says more than its double.
const GAPS: f64 = 9_007_199_254_740_992.0;

/// A number.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    double: f64,
    /// The canonical text of a literal, where the double does not print as that.
    literal: Option<Rc<str>>,
}

impl Number {
    /// The number of a JSON or jq literal; the caller knows that it is one.
    pub(crate) fn of_literal(text: &str) -> Self {
        let double = text.parse().unwrap_or(f64::NAN);
        let plain = text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
        if plain && (text.len() == 1 || !text.starts_with('0')) {
            return Self { double, literal: None };
        }
        let canonical = canonical(text);
        let keep = double.abs() >= GAPS || canonical != print(double);
        Self { double, literal: keep.then(|| canonical.into()) }
    }

    /// The value, rounded.
    pub(crate) fn double(&self) -> f64 {
        self.double
    }

    /// As jq 1.7 prints it; not-a-number is `null` and what is too large the largest double.
    pub(crate) fn print(&self) -> String {
        self.literal.as_deref().map_or_else(|| print(self.double), str::to_owned)
    }

    /// Order of sorting; not-a-number is below every number, itself included.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        if self.double.is_nan() {
            return Ordering::Less;
        }
        let doubles = self.double.partial_cmp(&other.double).unwrap_or(Ordering::Greater);
        match (&self.literal, &other.literal) {
            (Some(left), Some(right)) if doubles.is_eq() => compare_integers(left, right),
            _ => doubles,
        }
    }
}

impl From<f64> for Number {
    fn from(double: f64) -> Self {
        Self { double, literal: None }
    }
}

/// Compares two canonical literals that round to one double; what is not an integer is called equal.
fn compare_integers(left: &str, right: &str) -> Ordering {
    let digits = |text: &str| text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    if !digits(left) || !digits(right) {
        return Ordering::Equal;
    }
    let order = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
    if left.starts_with('-') { order.reverse() } else { order }
}

/// The text of a literal in the form of the General Decimal Arithmetic: no leading zeros, trailing zeros kept, an
/// exponent only where the number is very small or ends in digits that were not written.
fn canonical(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.parse::<i64>().unwrap_or(if exponent.starts_with('-') { -1_000_000 } else { 1_000_000 });
    let exponent = exponent - i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let all = format!("{whole}{fraction}");
    let digits = match all.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let adjusted = exponent + count - 1;
    if exponent <= 0 && adjusted >= -6 {
        return format!("{sign}{}", with_point(digits, count + exponent));
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}E{adjusted:+}")
}

/// Shortest digits that read back as the same double, laid out as jq does.
fn print(double: f64) -> String {
    if double.is_nan() {
        return "null".to_owned();
    }
    let double = double.clamp(f64::MIN, f64::MAX);
    if double == 0.0 {
        return if double.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    if double.fract() == 0.0 && double.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "an integer that is small enough")]
        let integer = double as i64;
        return integer.to_string();
    }
    let scientific = format!("{:e}", double.abs());
    let sign = if double < 0.0 { "-" } else { "" };
    let (mantissa, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let digits = mantissa.replace('.', "");
    let point = exponent.parse::<i64>().expect("`{:e}` writes an integer exponent") + 1;
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    if point <= -4 || point > count + 15 {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let exponent = point - 1;
        let minus = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{dot}{rest}e{minus}{:02}", exponent.abs());
    }
    format!("{sign}{}", with_point(&digits, point))
}

/// `digits` with the point after the first `point` of them, zeros added where it lies outside.
fn with_point(digits: &str, point: i64) -> String {
    match usize::try_from(point) {
        Ok(point) if point >= digits.len() => format!("{digits}{}", "0".repeat(point - digits.len())),
        Ok(point) if point > 0 => format!("{}.{}", &digits[..point], &digits[point..]),
        _ => format!("0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_stays_as_written() {
        let check = |text: &str, expected: &str| assert_eq!(Number::of_literal(text).print(), expected, "{text}");
        check("1.0", "1.0");
        check("1e3", "1E+3");
        check("100e-2", "1.00");
        check("-1e1000", "-1E+1000");
        check("100000000000000000000", "100000000000000000000");
        check("0.00001", "0.00001");
        check("0.0000001", "1E-7");
        check("-0.0", "-0.0");
        check("123456789012345678901234567890e-3", "123456789012345678901234567.890");
        check("0e10", "0E+10");
        check("9007199254740993", "9007199254740993");
    }

    #[test]
    fn a_calculated_number_is_a_double() {
        let check = |double: f64, expected: &str| assert_eq!(Number::from(double).print(), expected);
        check(1.0, "1");
        check(0.1 + 0.2, "0.30000000000000004");
        check(1e17, "1e+17");
        check(1_234_567_890_000_000_000.0, "1234567890000000000");
        check(0.00001, "1e-05");
        check(0.0001, "0.0001");
        check(-1.5e300, "-1.5e+300");
        check(f64::INFINITY, "1.7976931348623157e+308");
        check(f64::NAN, "null");
        check(123_456_789_012_345_680_000_000_000.0, "123456789012345680000000000");
    }

    #[test]
    fn literals_past_the_gaps_are_told_apart() {
        let (odd, even) = (Number::of_literal("9007199254740993"), Number::of_literal("9007199254740992"));
        assert_eq!(odd.compare(&even), Ordering::Greater);
        assert_eq!(odd.compare(&Number::from(GAPS)), Ordering::Equal);
    }
}
