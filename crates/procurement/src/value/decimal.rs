//! Numbers, exactly.

use std::borrow::Cow;
use std::cmp::Ordering;

/// A number as JSON writes it, taken apart; nothing is rounded, whatever its length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'a> {
    negative: bool,
    /// Digits before and after the point.
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
    has_exponent: bool,
}

impl<'a> Decimal<'a> {
    /// Takes a number apart that JSON allows.
    pub(crate) fn read(text: &'a str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.bytes().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        Self {
            negative,
            whole,
            fraction,
            exponent: exponent.map_or(0, read_exponent),
            has_exponent: exponent.is_some(),
        }
    }

    /// Written without point and exponent: what draft-04 calls an integer.
    pub(crate) fn is_plain_integer(&self) -> bool {
        self.fraction.is_empty() && !self.has_exponent
    }

    /// Without a fractional part, however it is written.
    pub(crate) fn is_integer(&self) -> bool {
        self.is_plain_integer() || {
            let (digits, exponent) = self.canonical();
            digits.is_empty() || exponent >= 0
        }
    }

    /// So many times ten to a power.
    pub(crate) fn times_power_of_ten(self, power: u8) -> Self {
        Self { exponent: self.exponent.saturating_add(i64::from(power)), ..self }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.digits().all(|digit| digit == b'0')
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.negative && !self.is_zero()
    }

    /// The whole part, cut toward zero: its digits without leading zeros, at most `longest` of them.
    pub(crate) fn whole_digits(&self, longest: usize) -> Option<Cow<'a, str>> {
        if !self.has_exponent {
            return Some(self.whole.trim_start_matches('0').into())
                .filter(|digits: &Cow<'_, str>| digits.len() <= longest);
        }
        let (digits, exponent) = self.canonical();
        let length = i64::try_from(digits.len()).ok()?.saturating_add(exponent).max(0);
        let length = usize::try_from(length).ok().filter(|length| *length <= longest)?;
        let zeros = length.saturating_sub(digits.len());
        let kept = &digits[..digits.len().min(length)];
        Some(kept.chars().chain(std::iter::repeat_n('0', zeros)).collect())
    }

    /// The number without exponent and without zeros that say nothing; none where that would be longer than `longest`.
    pub(crate) fn plain(&self, longest: usize) -> Option<String> {
        let (digits, exponent) = self.canonical();
        if digits.is_empty() {
            return Some("0".to_owned());
        }
        let length = i64::try_from(digits.len()).ok()?;
        let needed =
            if exponent >= 0 { length.saturating_add(exponent) } else { length.max(exponent.saturating_neg()) };
        usize::try_from(needed).ok().filter(|needed| *needed <= longest)?;
        let mut plain = String::from(if self.negative { "-" } else { "" });
        if exponent >= 0 {
            plain.push_str(&digits);
            plain.extend(std::iter::repeat_n('0', exponent as usize));
            return Some(plain);
        }
        let point = length + exponent;
        match usize::try_from(point) {
            Ok(point) if point > 0 => {
                plain.push_str(&digits[..point]);
                plain.push('.');
                plain.push_str(&digits[point..]);
            }
            _ => {
                plain.push_str("0.");
                plain.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
                plain.push_str(&digits);
            }
        }
        Some(plain)
    }

    /// Its digits without zeros at either end, and the power of ten of the last one.
    pub(crate) fn canonical(&self) -> (Cow<'a, str>, i64) {
        let fraction = self.fraction.trim_end_matches('0');
        if fraction.is_empty() {
            let whole = self.whole.trim_start_matches('0');
            let digits = whole.trim_end_matches('0');
            let zeros = (whole.len() - digits.len()) as i64;
            return (digits.into(), self.exponent.saturating_add(zeros));
        }
        let exponent = self.exponent.saturating_sub(fraction.len() as i64);
        let whole = self.whole.trim_start_matches('0');
        match whole.is_empty() {
            true => (fraction.trim_start_matches('0').into(), exponent),
            false => (format!("{whole}{fraction}").into(), exponent),
        }
    }

    fn digits(&self) -> impl Iterator<Item = u8> + 'a {
        self.whole.bytes().chain(self.fraction.bytes())
    }

    /// Digits from the first that is not 0, and the power of ten above it.
    fn magnitude(&self) -> (impl Iterator<Item = u8> + 'a, i64) {
        let zeros = self.digits().take_while(|digit| *digit == b'0').count();
        let power = (self.whole.len() as i64 - zeros as i64).saturating_add(self.exponent);
        (self.digits().skip(zeros), power)
    }

    fn compare_size(&self, other: &Decimal<'_>) -> Ordering {
        let ((ours, our_power), (theirs, their_power)) = (self.magnitude(), other.magnitude());
        our_power.cmp(&their_power).then_with(|| compare_digits(ours, theirs))
    }
}

fn read_exponent(text: &str) -> i64 {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.trim_start_matches('+')),
    };
    // What does not fit is beyond any number that is meant.
    sign * digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4)
}

/// Digits after a point, of which the shorter row goes on with zeros.
fn compare_digits(mut ours: impl Iterator<Item = u8>, mut theirs: impl Iterator<Item = u8>) -> Ordering {
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return Ordering::Equal,
            (our, their) => match our.unwrap_or(b'0').cmp(&their.unwrap_or(b'0')) {
                Ordering::Equal => {}
                other => return other,
            },
        }
    }
}

impl Decimal<'_> {
    /// Compares what nearly all numbers are, without sign and exponent: the longer whole part is the greater.
    fn cmp_plain(&self, other: &Self) -> Option<Ordering> {
        if self.negative || other.negative || self.exponent != 0 || other.exponent != 0 {
            return None;
        }
        let [ours, theirs] = [self, other].map(|number| trim_zeros(number.whole.as_bytes()));
        let whole = ours.len().cmp(&theirs.len()).then_with(|| ours.cmp(theirs));
        Some(whole.then_with(|| compare_digits(self.fraction.bytes(), other.fraction.bytes())))
    }
}

/// Digits without the zeros before them.
fn trim_zeros(mut digits: &[u8]) -> &[u8] {
    while let [b'0', rest @ ..] = digits {
        digits = rest;
    }
    digits
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        if let Some(plain) = self.cmp_plain(other) {
            return plain;
        }
        let sign = |number: &Self| match (number.is_zero(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let (ours, theirs) = (sign(self), sign(other));
        ours.cmp(&theirs).then_with(|| match ours {
            0 => Ordering::Equal,
            1 => self.compare_size(other),
            _ => other.compare_size(self),
        })
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal<'_> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> String {
        Decimal::read(text).plain(400).unwrap()
    }

    #[test]
    fn a_number_is_written_without_exponent_and_idle_zeros() {
        for (text, written) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0e5", "0"),
            ("12", "12"),
            ("1200", "1200"),
            ("12.50", "12.5"),
            ("12.0", "12"),
            ("1.25E3", "1250"),
            ("1.25e+1", "12.5"),
            ("125e-2", "1.25"),
            ("125e-5", "0.00125"),
            ("0.0010", "0.001"),
            ("-4.10", "-4.1"),
            ("100000000000000000000000000001", "100000000000000000000000000001"),
        ] {
            assert_eq!(plain(text), written, "{text}");
        }
        assert_eq!(Decimal::read("1e999999999999999999999").plain(400), None);
        assert_eq!(Decimal::read("1e-401").plain(400), None);
    }

    #[test]
    fn numbers_are_compared_by_what_they_mean() {
        for (less, more) in [("0.999999999999999999999999", "1"), ("-2", "-1.5"), ("-1", "0"), ("9e9", "1e10")] {
            assert!(Decimal::read(less) < Decimal::read(more), "{less} {more}");
        }
        for (one, other) in [("1", "1.0"), ("0", "-0.00"), ("1e2", "100"), ("0.1", "1e-1"), ("0e9", "0")] {
            assert_eq!(Decimal::read(one), Decimal::read(other), "{one} {other}");
        }
    }

    #[test]
    fn what_an_integer_is_depends_on_the_draft() {
        let of = |text| (Decimal::read(text).is_plain_integer(), Decimal::read(text).is_integer());
        assert_eq!(of("12"), (true, true));
        assert_eq!(of("12.0"), (false, true));
        assert_eq!(of("1.2e1"), (false, true));
        assert_eq!(of("0.0"), (false, true));
        assert_eq!(of("1.25e1"), (false, false));
    }

    #[test]
    fn the_whole_part_is_cut() {
        let of = |text| Decimal::read(text).whole_digits(20);
        assert_eq!(of("99999.99").as_deref(), Some("99999"));
        assert_eq!(of("1e3").as_deref(), Some("1000"));
        assert_eq!(of("0.5").as_deref(), Some(""));
        assert_eq!(of("1e30"), None);
    }

    proptest! {
        #[test]
        fn order_is_that_of_floats_where_these_are_exact(a in -99_999_i64..99_999, b in -99_999_i64..99_999, power in 0_u8..4) {
            let write = |number: i64| format!("{number}e-{power}");
            let (one, other) = (write(a), write(b));
            prop_assert_eq!(Decimal::read(&one).cmp(&Decimal::read(&other)), a.cmp(&b));
            let (one, other) = (plain(&one), plain(&other));
            prop_assert_eq!(Decimal::read(&one).cmp(&Decimal::read(&other)), a.cmp(&b));
            prop_assert_eq!(one.parse::<f64>().unwrap(), write(a).parse::<f64>().unwrap());
        }
    }
}
