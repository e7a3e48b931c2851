//! What the schema says of a value that was put together.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::schema::Field;
use crate::verdict::{self, Value};

/// The type of the fault that the schema finds in a text as the value of a field, or as one of its values.
pub(super) fn fault(field: &Field, text: &str, today: Date) -> Option<&'static str> {
    let value = Value::Text(Cow::Borrowed(text));
    let value = if field.is_list() { Value::List(vec![value]) } else { value };
    verdict::fault_of(field, &value, today).map(|fault| fault.kind.name())
}
