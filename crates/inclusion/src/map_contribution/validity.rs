//! What the schema says of a value that was put together.
use jiff::civil::Date;

use crate::repair::{day, mail, number};
use crate::schema::{Field, Shape};

/// The type of the fault that the schema finds in a text as the value of a field, or as one of its values.
pub(super) fn fault(field: &Field, text: &str, today: Date) -> Option<&'static str> {
    let _ = today;
    match &field.shape {
        Shape::List { item, .. } => of_shape(item, text),
        shape => of_shape(shape, text),
    }
}

fn of_shape(shape: &Shape, text: &str) -> Option<&'static str> {
    match shape {
        Shape::Text { least, most, pattern } => {
            let length = text.chars().count();
            if length < *least {
                return Some("string_too_short");
            }
            if most.is_some_and(|most| length > most) {
                return Some("string_too_long");
            }
            pattern.as_ref().filter(|pattern| !pattern.matches(text)).map(|_| "string_pattern_mismatch")
        }
        Shape::Date => (!day::is_readable(text)).then_some("date_from_datetime_parsing"),
        Shape::Url { .. } => url::Url::parse(text).is_err().then_some("url_parsing"),
        Shape::Email => (!mail::is_shaped(text)).then_some("value_error"),
        Shape::Float { least } => match number::read(text) {
            None => Some("float_parsing"),
            Some(number) => least.is_some_and(|least| number < least).then_some("greater_than_equal"),
        },
        Shape::Integer { least } => match number::read(text) {
            None => Some("int_parsing"),
            Some(number) if number.fract() != 0.0 => Some("int_from_float"),
            Some(number) => least.is_some_and(|least| number < least as f64).then_some("greater_than_equal"),
        },
        Shape::Choice(values) => (!values.has(text)).then_some("enum"),
        Shape::Union(shapes) => shapes.iter().all(|shape| of_shape(shape, text).is_some()).then_some("union"),
        Shape::Const(only) => (text != *only).then_some("literal_error"),
        Shape::Boolean | Shape::List { .. } => None,
    }
}
