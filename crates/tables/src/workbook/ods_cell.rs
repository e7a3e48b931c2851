//! What a cell of an ODS says of itself.

use xml::Start;

use super::row::Value;
use super::serial::{written_date, written_time};

/// What a cell says of itself.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    kind: String,
    value: Option<String>,
    pub(crate) repeated: usize,
    is_covered: bool,
    is_error: bool,
}

impl Cell {
    /// None where the element is no cell.
    pub(crate) fn of(start: &Start<'_>) -> Option<Self> {
        let is_covered = match start.local() {
            "table-cell" => false,
            "covered-table-cell" => true,
            _ => return None,
        };
        let mut cell = Self { repeated: 1, is_covered, ..Self::default() };
        for attribute in start.attributes() {
            let is_extension = attribute.name().starts_with("calcext:");
            match attribute.local() {
                "number-columns-repeated" => cell.repeated = attribute.value().parse().unwrap_or(1),
                // LibreOffice says there what the format has no word for.
                "value-type" if is_extension => cell.is_error = attribute.value() == "error",
                "value-type" => cell.kind = attribute.value().into_owned(),
                "value" | "date-value" | "time-value" | "boolean-value" | "string-value" if !is_extension => {
                    cell.value = Some(attribute.value().into_owned());
                }
                _ => {}
            }
        }
        Some(cell)
    }

    pub(crate) fn value<'a>(&'a self, text: &'a str, lone: &'a mut String) -> Value<'a> {
        let value = self.value.as_deref();
        match self.kind.as_str() {
            _ if self.is_covered => Value::Empty,
            _ if self.is_error || self.kind != "string" && is_error(text) => Value::Error(text),
            "float" | "percentage" | "currency" => {
                let number =
                    value.and_then(|value| value.trim().parse().ok()).filter(|number: &f64| number.is_finite());
                number.map_or(Value::Text(text), Value::Number)
            }
            "date" | "time" => {
                let written = value.unwrap_or(text);
                *lone = if self.kind == "date" { written_date(written) } else { written_time(written) };
                Value::Date(lone)
            }
            "boolean" => Value::Truth(value.unwrap_or(text).eq_ignore_ascii_case("true")),
            _ => Value::Text(value.unwrap_or(text)),
        }
    }
}

/// What older writers show in place of a number that a formula could not give.
fn is_error(text: &str) -> bool {
    matches!(text, "#N/A" | "#DIV/0!" | "#VALUE!" | "#REF!" | "#NAME?" | "#NUM!" | "#NULL!")
        || text
            .strip_prefix("Err:")
            .is_some_and(|code| code.len() == 3 && code.bytes().all(|digit| digit.is_ascii_digit()))
}

/// How often something is there, by an attribute that says so only where it is not once.
pub(crate) fn count(start: &Start<'_>, name: &str) -> u64 {
    start.attribute(name).and_then(|count| count.trim().parse().ok()).unwrap_or(1).max(1)
}
