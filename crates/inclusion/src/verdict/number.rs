//! Numbers and truth values, read as leniently as the package reads them.

use std::borrow::Cow;

use super::fault::FaultType::{
    self, BoolParsing, BoolType, FiniteNumber, FloatParsing, FloatType, GreaterThanEqual, IntFromFloat, IntParsing,
    IntParsingSize, IntType,
};
use super::value::Value;

/// A text with more digits is not read as a whole number.
const MOST_DIGITS: usize = 4300;

/// What is wrong with a value where a number is wanted.
pub(super) fn fault_in_float(value: &Value<'_>, least: Option<f64>) -> Option<FaultType> {
    let number = match value {
        Value::Bool(truth) => f64::from(u8::from(*truth)),
        Value::Number(text) => match text.parse() {
            Ok(number) => number,
            Err(_) => return Some(FloatType),
        },
        Value::Text(text) => match read_float(text) {
            Some(number) => number,
            None => return Some(FloatParsing),
        },
        _ => return Some(FloatType),
    };
    // What is not a number is not above any bound.
    least
        .is_some_and(|least| !matches!(number.partial_cmp(&least), Some(order) if order.is_ge()))
        .then_some(GreaterThanEqual)
}

fn read_float(text: &str) -> Option<f64> {
    // Blanks around it and underscores in it do not go together.
    text.trim().parse().ok().or_else(|| without_underscores(text)?.parse().ok())
}

/// Underscores may stand between digits, one at a time.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    match text.contains('_') {
        false => Some(Cow::Borrowed(text)),
        true if text.starts_with('_') || text.ends_with('_') || text.contains("__") => None,
        true => Some(Cow::Owned(text.replace('_', ""))),
    }
}

/// What is wrong with a value where a whole number is wanted.
pub(super) fn fault_in_integer(value: &Value<'_>, least: Option<i64>) -> Option<FaultType> {
    let is_below = match value {
        Value::Bool(truth) => least.is_some_and(|least| i64::from(*truth) < least),
        Value::Number(text) => match whole_number(text) {
            Ok(number) => number.is_below(least),
            Err(fault) => return Some(fault),
        },
        Value::Text(text) => match read_integer(text) {
            Ok(number) => number.is_below(least),
            Err(fault) => return Some(fault),
        },
        _ => return Some(IntType),
    };
    is_below.then_some(GreaterThanEqual)
}

/// A whole number: whether it is below a bound can be told of any.
#[derive(Debug, PartialEq)]
enum Whole {
    Small(i64),
    /// Beyond 64 bits.
    Large {
        is_negative: bool,
    },
}

impl Whole {
    fn is_below(&self, least: Option<i64>) -> bool {
        least.is_some_and(|least| match self {
            Self::Small(number) => *number < least,
            Self::Large { is_negative } => *is_negative,
        })
    }
}

/// A number of JSON.
fn whole_number(text: &str) -> Result<Whole, FaultType> {
    if let Some(number) = of_digits(text) {
        return number;
    }
    let number: f64 = text.parse().map_err(|_| IntType)?;
    if !number.is_finite() {
        return Err(FiniteNumber);
    }
    if number.fract() != 0.0 {
        return Err(IntFromFloat);
    }
    // Both bounds are powers of two, which a double holds exactly.
    match number > i64::MIN as f64 && number < i64::MAX as f64 {
        true => Ok(Whole::Small(number as i64)),
        false => Err(IntParsingSize),
    }
}

/// A sign and digits, without zeros before others.
fn of_digits(text: &str) -> Option<Result<Whole, FaultType>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if digits.len() > MOST_DIGITS {
        return Some(Err(IntParsingSize));
    }
    let large = Whole::Large { is_negative: text.starts_with('-') };
    Some(Ok(text.parse().map_or(large, Whole::Small)))
}

/// A whole number written as text: blanks around it, a sign, zeros before it, a fraction of zeros, underscores.
fn read_integer(text: &str) -> Result<Whole, FaultType> {
    let trimmed = text.trim();
    let unsigned = match trimmed.strip_prefix('+') {
        Some(rest) if rest.starts_with('-') => return Err(IntParsing),
        Some(rest) => rest,
        None => trimmed,
    };
    let number = without_zeros(unsigned).ok_or(IntParsing)?;
    let (is_negative, rest) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let whole = match rest.split_once('.') {
        None => rest,
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return Err(IntParsing),
    };
    let digits = without_underscores(whole).ok_or(IntParsing)?;
    match of_digits(&digits) {
        Some(_) if digits.starts_with('-') => Err(IntParsing),
        Some(Ok(Whole::Small(number))) => Ok(Whole::Small(if is_negative { -number } else { number })),
        Some(Ok(Whole::Large { .. })) => Ok(Whole::Large { is_negative }),
        Some(Err(fault)) => Err(fault),
        None => Err(IntParsing),
    }
}

/// Without the zeros before the first other digit, or before a sign, which the package takes there too.
fn without_zeros(text: &str) -> Option<&str> {
    if !text.starts_with('0') {
        return Some(text);
    }
    let rest = text.trim_start_matches(['0', '_']);
    match rest.as_bytes().first() {
        None => Some(&text[text.len() - 1..]),
        Some(b'1'..=b'9' | b'-') => Some(rest),
        Some(b'.') => Some(&text[text.len() - rest.len() - 1..]),
        Some(_) => None,
    }
}

/// What is wrong with a value where a truth value is wanted.
pub(super) fn fault_in_boolean(value: &Value<'_>) -> Option<FaultType> {
    match value {
        Value::Bool(_) => None,
        Value::Number(text) => match whole_number(text) {
            Ok(Whole::Small(0 | 1)) => None,
            Ok(Whole::Small(_)) => Some(BoolParsing),
            _ => Some(BoolType),
        },
        Value::Text(text) => (!says_truth(text)).then_some(BoolParsing),
        _ => Some(BoolType),
    }
}

fn says_truth(text: &str) -> bool {
    const WORDS: [&str; 12] = ["0", "off", "f", "false", "n", "no", "1", "on", "t", "true", "y", "yes"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value<'_> {
        Value::Text(text.into())
    }

    #[test]
    fn numbers_are_read_as_the_package_reads_them() {
        for good in
            ["1e3", "1_000", "2.", " 2 ", "\u{a0}2", "nan", "-Infinity", "+inf", "1_0.0_1", "1._0", ".5", "1e999"]
        {
            assert_eq!(fault_in_float(&text(good), None), None, "{good}");
        }
        for bad in ["", "_1", "1_", "1__0", "2,35", "0x10", "1e", "١", "--1", "1 000", "\u{1f}2"] {
            assert_eq!(fault_in_float(&text(bad), None), Some(FloatParsing), "{bad}");
        }
        assert_eq!(fault_in_float(&text("nan"), Some(0.0)), Some(GreaterThanEqual));
        assert_eq!(fault_in_float(&text("-0"), Some(0.0)), None);
        assert_eq!(fault_in_float(&Value::Number("-0.1"), Some(0.0)), Some(GreaterThanEqual));
        assert_eq!(fault_in_float(&Value::Bool(true), Some(0.0)), None);
        assert_eq!(fault_in_float(&Value::List(vec![]), None), Some(FloatType));
    }

    #[test]
    fn whole_numbers_are_read_as_the_package_reads_them() {
        let one = Some(1);
        for good in
            ["3.0", " 3 ", "+3", "1_000", "0003", "0_3", "00_3", "3_0.0", "0_0_1", &"9".repeat(30), &"1".repeat(4300)]
        {
            assert_eq!(fault_in_integer(&text(good), one), None, "{good}");
        }
        for bad in [
            "", "3.5", "3e2", "3.", ".0", "_3", "3_", "3__0", "+ 3", "--3", "+-3", "٣", "3.0_0", "1_.0", "0_", "inf",
            "-_3", "0--5", "0+5", "0_.0", "-5.",
        ] {
            assert_eq!(fault_in_integer(&text(bad), one), Some(IntParsing), "{bad}");
        }
        for below in ["0", "-1", "-00", "0.0", "0-5", "0_-5", "+0-5", "-03", "-1.0", &format!("-{}", "9".repeat(30))] {
            assert_eq!(fault_in_integer(&text(below), one), Some(GreaterThanEqual), "{below}");
        }
        assert_eq!(fault_in_integer(&text(&"1".repeat(4301)), one), Some(IntParsingSize));
        assert_eq!(fault_in_integer(&Value::Number("3.0"), one), None);
        assert_eq!(fault_in_integer(&Value::Number("1e20"), one), Some(IntParsingSize));
        assert_eq!(fault_in_integer(&Value::Number("1.5"), one), Some(IntFromFloat));
        assert_eq!(fault_in_integer(&Value::Bool(false), one), Some(GreaterThanEqual));
        assert_eq!(fault_in_integer(&Value::Object("{}"), one), Some(IntType));
    }
}
