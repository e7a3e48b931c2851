//! Pieces of a contract on their way to 2.0.

use crate::fault::{Fault, Tell};
use crate::value::{Object, Value};

use super::{DERIVED, LOST};

/// The path of a member.
pub(super) fn pointer(before: &str, key: &str) -> String {
    match key.contains(['~', '/']) {
        true => format!("{before}/{}", key.replace('~', "~0").replace('/', "~1")),
        false => format!("{before}/{key}"),
    }
}

/// Tells of a value that has no place in 2.0; null is none.
pub(super) fn lose(path: &str, value: &Value<'_>, tell: &mut Tell<'_>) {
    if !value.is_null() {
        tell(Fault::new(LOST, path).value(value.shown()));
    }
}

/// An object with the members that are kept, in their order; what is no object stays.
pub(super) fn with_members<'a>(value: Value<'a>, path: &str, kept: &[&str], tell: &mut Tell<'_>) -> Value<'a> {
    let Value::Object(object) = value else { return value };
    let mut left = Object::with_capacity(kept.len());
    for (key, value) in object {
        match kept.contains(&key.as_ref()) {
            true => left.push(key, value),
            false => lose(&pointer(path, &key), &value, tell),
        }
    }
    Value::Object(left)
}

/// A day without the zone that 2.0 has no place for.
pub(super) fn without_zone<'a>(value: Value<'a>, path: &str, tell: &mut Tell<'_>) -> Value<'a> {
    let day = value.as_text().and_then(day_before_zone).map(str::to_owned);
    match day {
        Some(day) => {
            tell(Fault::new(DERIVED, path).value(value.shown()).to(day.as_str()));
            Value::text(day)
        }
        None => value,
    }
}

/// `2019-03-05` of `2019-03-05+01:00`; none where there is no zone, or something else.
fn day_before_zone(text: &str) -> Option<&str> {
    let (day, zone) = text.split_at_checked(10)?;
    let fits = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(byte, like)| match like {
                b'9' => byte.is_ascii_digit(),
                b'+' => matches!(byte, b'+' | b'-'),
                other => byte == other,
            })
    };
    let is_zone = fits(zone, "Z") || fits(zone, "+99:99") || fits(zone, "+99:99Z");
    (fits(day, "9999-99-99") && is_zone).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_by_its_shape() {
        for text in ["2019-03-05Z", "2019-03-05+01:00", "2019-03-05-04:00", "2019-03-05+01:00Z"] {
            assert_eq!(day_before_zone(text), Some("2019-03-05"), "{text}");
        }
        for text in ["2019-03-05", "2019-03-05T00:00:00", "05/03/2019 Z", "2019-03-0é", ""] {
            assert_eq!(day_before_zone(text), None, "{text}");
        }
    }
}
