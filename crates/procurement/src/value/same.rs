//! When two values say the same, as `uniqueItems` means it: the order of keys and the way a number is written apart.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use super::decimal::Decimal;
use super::node::{Object, Value};

/// From so many keys on, looking for each costs more than reading all twice.
const MANY_KEYS: usize = 64;

impl Value<'_> {
    /// Whether both say the same.
    pub(crate) fn is_same(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Self::Null, Value::Null) => true,
            (Self::Bool(one), Value::Bool(other)) => one == other,
            (Self::Number(one), Value::Number(other)) => one == other || Decimal::read(one) == Decimal::read(other),
            (Self::Text(one), Value::Text(other)) => one == other,
            (Self::List(one), Value::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.is_same(other))
            }
            (Self::Object(one), Value::Object(other)) if one.len() >= MANY_KEYS => {
                one.len() == other.len() && print_object(one) == print_object(other)
            }
            (Self::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| value.is_same(other)))
            }
            _ => false,
        }
    }

    /// The same for values that say the same, and for no others: 128 bits, in every run.
    pub(crate) fn fingerprint(&self) -> u128 {
        match self {
            Self::Null => print(0, b""),
            Self::Bool(truth) => print(1, &[u8::from(*truth)]),
            Self::Number(text) => print_number(text),
            Self::Text(text) => print(3, text.as_bytes()),
            Self::List(list) => list.iter().fold(print(4, b""), |so_far, value| {
                let mut both = [0; 32];
                both[..16].copy_from_slice(&so_far.to_le_bytes());
                both[16..].copy_from_slice(&value.fingerprint().to_le_bytes());
                print(4, &both)
            }),
            Self::Object(object) => print_object(object),
        }
    }
}

/// A sum, for which the order of the keys does not matter.
fn print_object(object: &Object<'_>) -> u128 {
    object.iter().fold(print(5, b""), |so_far, (key, value)| {
        let mut both = [0; 32];
        both[..16].copy_from_slice(&print(6, key.as_bytes()).to_le_bytes());
        both[16..].copy_from_slice(&value.fingerprint().to_le_bytes());
        so_far.wrapping_add(print(7, &both))
    })
}

fn print_number(text: &str) -> u128 {
    let number = Decimal::read(text);
    let (digits, exponent) = number.canonical();
    let mut hash = print(2, digits.as_bytes());
    if !digits.is_empty() {
        hash ^= print(8, &exponent.to_le_bytes());
        hash = if number.is_negative() { !hash } else { hash };
    }
    hash
}

/// A hash of bytes, apart for each kind of thing that they are.
pub(crate) fn print(kind: u64, bytes: &[u8]) -> u128 {
    let half = |seed: u64| u128::from(FixedState::with_seed(seed).hash_one(bytes));
    half(2 * kind + 1) << 64 | half(2 * kind + 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let (one, other) = (Value::parse(one).unwrap(), Value::parse(other).unwrap());
        let same = one.is_same(&other);
        assert_eq!(one.fingerprint() == other.fingerprint(), same);
        same
    }

    #[test]
    fn the_order_of_keys_and_the_form_of_numbers_do_not_matter() {
        assert!(same(r#"{"a":1,"b":[1.50,"x"]}"#, r#"{"b":[15e-1,"x"],"a":1.0}"#));
        assert!(same("0", "-0.0"));
        for (one, other) in [
            ("1", "true"),
            ("1", "-1"),
            ("1", "10"),
            ("0.1", "0.01"),
            ("\"1\"", "1"),
            ("null", "false"),
            ("[1,2]", "[2,1]"),
            ("[[1],2]", "[1,[2]]"),
            ("[]", "{}"),
            ("[]", "[[]]"),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#"{"a":"b","c":"d"}"#, r#"{"a":"d","c":"b"}"#),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_fingerprint_tells_as_much_as_the_comparison(one in "[\\[\\]{},:\"ab01.]{0,8}", other in "[\\[\\]{},:\"ab01.]{0,8}") {
            if let (Ok(one), Ok(other)) = (Value::parse(&one), Value::parse(&other)) {
                prop_assert_eq!(one.is_same(&other), one.fingerprint() == other.fingerprint());
            }
        }
    }
}
