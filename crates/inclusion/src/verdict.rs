//! What the official package decides of a value in a field.
//!
//! The package reads JSON with lenient types: a number written as text is a number where one is wanted, and a number is no
//! text. [`judge`] gives the same locations and types of error, nothing more and nothing less.

mod code;
mod date;
mod email;
mod fault;
mod number;
mod value;
mod web;

use jiff::civil::Date;

use crate::schema::{Check, Field, Pattern, Shape};

pub(crate) use date::{earliest, read as read_date};
pub(crate) use fault::{Fault, FaultType};
pub(crate) use value::Value;

use fault::FaultType::{
    Avertissement, Enum, ListType, LiteralError, SetType, StringPatternMismatch, StringTooLong, StringTooShort,
    StringType, TooShort, Union, ValueError,
};

/// The public that stands alone.
const EVERYONE: &str = "tous-publics";

/// The warning of a name that ends in this is not given.
const ETCETERA: &str = "etc.";

/// Tells what is wrong with the value of a field; `today` is the last day that a date of update may be.
///
/// A field that is absent is not judged here: [`FaultType::Missing`] is for the caller to tell.
pub(crate) fn judge(field: &Field, value: &Value<'_>, today: Date, tell: &mut impl FnMut(Fault)) {
    if matches!(value, Value::Null) && !field.required {
        return;
    }
    let is_sound = match &field.shape {
        Shape::List { item, unique, least } => judge_list(item, *unique, *least, value, tell),
        shape => tell_fault(fault_in(shape, value), tell),
    };
    if let (true, Some(check)) = (is_sound, field.check)
        && let Some(kind) = checked(check, value, today)
    {
        tell(Fault::of_field(kind));
    }
}

/// The first error in the value of a field, warnings apart.
pub(crate) fn fault_of(field: &Field, value: &Value<'_>, today: Date) -> Option<Fault> {
    let mut first = None;
    judge(field, value, today, &mut |fault| {
        if first.is_none() && !fault.kind.is_warning() {
            first = Some(fault);
        }
    });
    first
}

fn tell_fault(fault: Option<FaultType>, tell: &mut impl FnMut(Fault)) -> bool {
    if let Some(kind) = fault {
        tell(Fault::of_field(kind));
    }
    fault.is_none()
}

/// Judges each of several values, then how many there are; whether all is well.
fn judge_list(item: &Shape, unique: bool, least: usize, value: &Value<'_>, tell: &mut impl FnMut(Fault)) -> bool {
    let Value::List(values) = value else {
        tell(Fault::of_field(if unique { SetType } else { ListType }));
        return false;
    };
    let mut is_sound = true;
    for (nth, value) in values.iter().enumerate() {
        if let Some(kind) = fault_in(item, value) {
            is_sound = false;
            tell(Fault { item: Some(nth), kind });
        }
    }
    // Of a list with a wrong value the number is not judged; and repeats make no set empty.
    if is_sound && values.len() < least {
        tell(Fault::of_field(TooShort));
        return false;
    }
    is_sound
}

/// What is wrong with a value of a shape that is no list.
fn fault_in(shape: &Shape, value: &Value<'_>) -> Option<FaultType> {
    match shape {
        Shape::Text { least, most, pattern } => fault_in_text(*least, *most, pattern.as_ref(), value),
        Shape::Date => date::read(value).err(),
        Shape::Url { most } => web::fault(value, *most),
        Shape::Email => match value {
            Value::Text(text) => (!email::is_valid(text)).then_some(ValueError),
            _ => Some(StringType),
        },
        Shape::Float { least } => number::fault_in_float(value, *least),
        Shape::Integer { least } => number::fault_in_integer(value, *least),
        Shape::Boolean => number::fault_in_boolean(value),
        Shape::Choice(values) => match value {
            Value::Text(text) if values.has(text) => None,
            _ => Some(Enum),
        },
        Shape::Const(text) => match value {
            Value::Text(own) if own == text => None,
            _ => Some(LiteralError),
        },
        Shape::Union(branches) => {
            let fits = branches.iter().any(|branch| fault_in(branch, value).is_none());
            (!fits).then_some(Union)
        }
        Shape::List { .. } => unreachable!("the schema has no lists of lists"),
    }
}

fn fault_in_text(least: usize, most: Option<usize>, pattern: Option<&Pattern>, value: &Value<'_>) -> Option<FaultType> {
    let Value::Text(text) = value else { return Some(StringType) };
    if code::is_shorter(text, least) {
        return Some(StringTooShort);
    }
    if most.is_some_and(|most| code::is_longer(text, most)) {
        return Some(StringTooLong);
    }
    pattern.is_some_and(|pattern| !pattern.matches(text)).then_some(StringPatternMismatch)
}

/// What the models check in code of a value that is well formed.
fn checked(check: Check, value: &Value<'_>, today: Date) -> Option<FaultType> {
    let is_wrong = match (check, value) {
        (Check::FinalPoint, Value::Text(text)) => {
            return (text.ends_with('.') && !text.ends_with(ETCETERA)).then_some(Avertissement);
        }
        (Check::Century, value) => date::read(value).is_ok_and(|day| day < earliest() || day > today),
        (Check::EveryoneAlone, Value::List(values)) => {
            let is_everyone = |value: &Value<'_>| matches!(value, Value::Text(text) if text == EVERYONE);
            values.iter().any(is_everyone) && !values.iter().all(is_everyone)
        }
        _ => false,
    };
    is_wrong.then_some(ValueError)
}

#[cfg(test)]
mod tests;
