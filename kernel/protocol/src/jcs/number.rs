//! Numbers by the rules of ECMAScript (`Number::toString`, ECMA-262 §6.1.6.1.20), which RFC 8785 §3.2.2.3 adopts.

use crate::SAFE_INTEGER_MAX;
use serde_json::Number;
use std::fmt::Write;

pub(super) fn write(out: &mut String, number: &Number) {
    // Writing into a String cannot fail.
    if let Some(integer) = number.as_i64()
        && integer.abs_diff(0) <= SAFE_INTEGER_MAX as u64
    {
        let _ = write!(out, "{integer}");
    } else {
        // `as_f64` is `None` only with serde_json's arbitrary precision, for a number that no double can hold.
        write_f64(out, number.as_f64().unwrap_or(f64::NAN));
    }
}

/// Writes the shortest decimal that reads back as this double, in ECMAScript's layout. A value that JSON cannot hold
/// becomes null, as in `JSON.stringify`; [`super::parse_strict`] never returns such a value.
pub(super) fn write_f64(out: &mut String, value: f64) {
    if !value.is_finite() {
        out.push_str("null");
        return;
    }
    if value == 0.0 {
        out.push('0');
        return;
    }
    let scientific = shortest(value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let k = digits.len() as i32;
    // The value is 0.digits × 10^n.
    let n = exponent.parse::<i32>().unwrap_or(0) + 1;
    if value < 0.0 {
        out.push('-');
    }
    let zeros = |count: i32| "0".repeat(count.max(0) as usize);
    if k <= n && n <= 21 {
        out.push_str(&digits);
        out.push_str(&zeros(n - k));
    } else if 0 < n && n <= 21 {
        let (whole, fraction) = digits.split_at(n as usize);
        let _ = write!(out, "{whole}.{fraction}");
    } else if -6 < n && n <= 0 {
        let _ = write!(out, "0.{}{digits}", zeros(-n));
    } else {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if n > 0 { '+' } else { '-' };
        let _ = write!(out, "{first}{point}{rest}e{sign}{}", (n - 1).abs());
    }
}

/// Returns `d.ddde±x` with the fewest digits that read back as `value`; of several such numbers the closest, of two
/// equally close the even one (ECMA-262 §6.1.6.1.20, note 2).
fn shortest(value: f64) -> String {
    // `{:e}` finds the fewest digits but rounds a tie up; with a given number of digits ties go to even. Next to a power
    // of two that nearest number may read back as the double below, and then only the first one is right.
    let fewest = format!("{value:e}");
    let decimals = fewest
        .bytes()
        .take_while(|b| *b != b'e')
        .filter(u8::is_ascii_digit)
        .count()
        .saturating_sub(1);
    let nearest = format!("{value:.decimals$e}");
    let is_same = nearest.parse::<f64>().is_ok_and(|read| read.to_bits() == value.to_bits());
    if is_same { nearest } else { fewest }
}
