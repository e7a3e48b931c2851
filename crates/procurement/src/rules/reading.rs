//! What stands where a date is expected.

use crate::day::{Day, has_shape};

/// What stands where a date is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// Nothing where there is no such day, or no date alone.
    pub(super) day: Option<Day>,
    pub(super) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Day,
    /// A day and a zone.
    Zoned,
    /// A date within more text.
    Surrounded,
    /// No date: for the schema to say.
    Other,
}

/// The day that a text means, whatever its zone.
pub(super) fn day_of(text: &str) -> Option<Day> {
    read(text).day
}

pub(super) fn read(text: &str) -> Reading {
    if let Some((day, zone)) = text.split_at_checked(10)
        && has_shape(day.as_bytes())
        && (zone.is_empty() || is_zone(zone.as_bytes()))
    {
        return Reading { day: Day::read(day), form: if zone.is_empty() { Form::Day } else { Form::Zoned } };
    }
    let is_within = text.as_bytes().windows(10).any(has_shape);
    Reading { day: None, form: if is_within { Form::Surrounded } else { Form::Other } }
}

/// `Z`, `+01:00`, or both as some write it.
fn is_zone(zone: &[u8]) -> bool {
    match zone {
        b"Z" => true,
        [b'+' | b'-', a, b, b':', c, d, rest @ ..] => {
            [a, b, c, d].into_iter().all(u8::is_ascii_digit) && matches!(rest, b"" | b"Z")
        }
        _ => false,
    }
}
